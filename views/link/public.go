package link

import (
	"net/url"
	"strconv"
	"strings"
)

// Who takes part. filter is what the list was narrowed to; code is the ODS code of
// a partner, or its id where it has none.

func Partners(filter url.Values) string { return query("/partners", filter) }
func Partner(code string) string        { return "/partners/" + url.PathEscape(strings.ToLower(code)) }

// Included asks and answers whether somebody is covered, without signing in.
func Included() string { return "/included" }

// What the service says of itself.

func Status() string        { return "/status" }
func StatusJSON() string    { return "/status.json" }
func Accessibility() string { return "/accessibility" }
func Privacy() string       { return "/privacy" }
func Contact() string       { return "/privacy#contact" }
func Cookies() string       { return "/cookies" }
func SecurityTxt() string   { return "/.well-known/security.txt" }

// WhatsNew lists what changed; Announcement is one of its entries.
func WhatsNew() string                { return "/whats-new" }
func Announcement(slug string) string { return "/whats-new/" + url.PathEscape(slug) }

// The demonstration: one scene of the tour, one page of what can go wrong.

func Scene(key string) string     { return "/demo/scenes/" + url.PathEscape(key) }
func DemoError(status int) string { return "/demo/errors/" + strconv.Itoa(status) }
