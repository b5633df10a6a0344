// Package link has every address of Candour as a function, so that a page and a
// redirect cannot disagree. No address holds an NHS number, a name or free text:
// addresses are logged (trust.md R-7).
package link

import (
	"net/url"

	"candour/models/opaque"
)

// Public pages and preferences.

func Home() string     { return "/" }
func Tour() string     { return "/demo" }
func Contrast() string { return "/preferences/contrast" }

// Gallery is a group of pieces in the demonstration, or the list of groups.
func Gallery(group string) string {
	if group == "" {
		return "/gallery"
	}
	return "/gallery/" + url.PathEscape(group)
}

// The language is chosen in the demonstration only.

func Languages() string   { return "/demo/languages" }
func SetLanguage() string { return "/preferences/language" }

// Signing in and out.

func SignIn() string  { return "/sign-in" }
func SignOut() string { return "/sign-out" }
func Role() string    { return "/sign-in/role" }

// SignInFor is the start page of one audience: "patient" or "staff".
func SignInFor(audience string) string { return query("/sign-in", url.Values{"for": {audience}}) }

// SignInTo is the start page of one audience, going on to a page afterwards.
func SignInTo(audience, back string) string {
	return query("/sign-in", url.Values{"for": {audience}, "return": {back}})
}

// SignInReturn is the start page for somebody who wanted to be elsewhere.
func SignInReturn(back string) string {
	if back == "" {
		return SignIn()
	}
	return query("/sign-in", url.Values{"return": {back}})
}

// SignInWith starts signing in at one identity provider, coming back to the page asked for.
func SignInWith(provider, back string) string {
	v := url.Values{}
	if back != "" {
		v.Set("return", back)
	}
	return query("/sign-in/"+url.PathEscape(provider), v)
}

// Proof is where a patient goes to prove more at the provider they came in by.
func Proof(provider, back string) string {
	v := url.Values{}
	if back != "" {
		v.Set("return", back)
	}
	return query("/sign-in/"+url.PathEscape(provider)+"/proof", v)
}

// A patient's own pages.

func My() string          { return "/my" }
func MyInclusion() string { return "/my/inclusion" }

// MyAccessHistory and its twins carry the filter in the query, so that a page can
// be marked, printed and taken away as it is seen.
func MyAccessHistory(filter url.Values) string      { return query("/my/access-history", filter) }
func MyAccessHistoryCSV(filter url.Values) string   { return query("/my/access-history/csv", filter) }
func MyAccessHistoryPrint(filter url.Values) string { return query("/my/access-history/print", filter) }

// MyAccess is one access with every item it showed.
func MyAccess(entry string) string { return "/my/access-history/" + url.PathEscape(entry) }

// Staff: finding a person and opening the record. ref is the opaque id of the person.

func FindPatient() string    { return "/patients" }
func SearchPatients() string { return "/patients/search" }

func Reason(ref opaque.ID) string { return "/patients/" + string(ref) + "/reason" }

func Record(ref opaque.ID, filter url.Values) string {
	return query("/patients/"+string(ref)+"/record", filter)
}

func RecordPrint(ref opaque.ID, filter url.Values) string {
	return query("/patients/"+string(ref)+"/record/print", filter)
}

func RecordCSV(ref opaque.ID, filter url.Values) string {
	return query("/patients/"+string(ref)+"/record/csv", filter)
}

func RecordSection(ref opaque.ID, section string, filter url.Values) string {
	return query("/patients/"+string(ref)+"/record/sections/"+url.PathEscape(section), filter)
}

func RecordDocument(ref, item opaque.ID) string {
	return "/patients/" + string(ref) + "/record/documents/" + string(item)
}

func query(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}
