package link

import (
	"net/url"
	"strconv"
	"time"

	"candour/models/opaque"
)

// What became of somebody's requests, what they were told, and how they want to be.

func MyRequests() string { return "/my/requests" }

// MyRequest is one request; ref is the id of its case.
func MyRequest(ref opaque.ID) string         { return MyRequests() + "/" + string(ref) }
func MyRequestMessages(ref opaque.ID) string { return MyRequest(ref) + "/messages" }

// MyWish is where a young person says themselves what they want.
func MyWish(ref opaque.ID) string { return MyRequest(ref) + "/wish" }

func MyMessages() string { return "/my/messages" }

// MyMessagesAfter is the page of an inbox after a letter that came at an instant.
func MyMessagesAfter(at time.Time, last opaque.ID) string {
	return query(MyMessages(), url.Values{"after": {strconv.FormatInt(at.UnixMilli(), 10) + "." + string(last)}})
}

// MyMessage is one letter, in its own form or, for whoever asks, in another.
func MyMessage(letter opaque.ID, format string) string {
	path := MyMessages() + "/" + string(letter)
	if format == "" {
		return path
	}
	return query(path, url.Values{"format": {format}})
}

func MyNotices() string { return "/my/notices" }
func MyActing() string  { return "/my/acting" }

// Work that no person starts, for those who administer an organisation.

func StaffJobs(filter url.Values) string { return query("/staff/jobs", filter) }
