// Package letter tells people what concerns them: in the portal, by e-mail or text
// message, on paper.
//
// A Notice is what is to be said, once, about one matter. Asking for it writes, in
// the transaction of what it tells of, the notice and for each recipient and way one
// letter: the outbox. Nothing is sent there. A job for each letter sends it after the
// commit through the Sender of its channel, again if that fails, and notes how it
// went. What was said is kept as template, version and fields, so that it can be
// shown again as it was.
//
//	queued ──sent──► sent ──► bounced        in_app is sent when it is written
//	  │ ▲              (it came back)
//	  │ └─ retried ─ failed
//	  ├──► failed, bounced
//	  └──► cancelled   barred, taken back
//
// Three things hold whoever asks. A template has a closed list of typed fields and
// none of them can hold free text or anything clinical. What leaves by e-mail or
// text message carries less still: that there is a message, never what about. And
// when a child asked that parents are not told, nothing reaches a parent: it is
// looked at when the notice is written, when a letter is sent and when an inbox is
// opened.
package letter

import (
	"log/slog"
	"net/mail"
	"slices"
	"strings"

	"candour/models/opaque"
)

// Channel is a way to a person.
type Channel string

const (
	InApp  Channel = "in_app" // the inbox of the portal; cannot be switched off
	Email  Channel = "email"
	Notify Channel = "notify" // a text message, through a service like GOV.UK Notify
	Paper  Channel = "letter"
)

// Channels lists the ways, so that words can be checked for each.
func Channels() []Channel { return []Channel{InApp, Email, Notify, Paper} }

// outside tells whether a channel passes through others' hands.
func (c Channel) outside() bool { return c == Email || c == Notify }

// State is where a letter stands.
type State string

const (
	Queued    State = "queued"
	Sent      State = "sent"
	Failed    State = "failed"    // tried as often as is sensible
	Bounced   State = "bounced"   // it came back: nobody there
	Cancelled State = "cancelled" // not sent, and not to be
)

// States lists them, so that words can be checked for each.
func States() []State { return []State{Queued, Sent, Failed, Bounced, Cancelled} }

// next is the transition table: what a state may become.
var next = map[State][]State{
	"":     {Queued, Sent, Failed, Cancelled}, // as it is written
	Queued: {Sent, Failed, Bounced, Cancelled},
	Failed: {Sent, Failed, Bounced, Cancelled}, // somebody had its job retried
	Sent:   {Bounced, Cancelled},               // cancelled: in the portal, before it was read
}

// May tells whether a state may become another.
func (s State) May(to State) bool { return slices.Contains(next[s], to) }

// Role is as whom somebody is told.
type Role string

const (
	Self     Role = "self"     // the person themselves
	Parent   Role = "parent"   // holds parental responsibility, guardians included
	Attorney Role = "attorney" // lasting power of attorney
	Deputy   Role = "deputy"   // appointed by the court
	Other    Role = "other"    // whoever else asked in somebody's name
)

// Roles lists them, so that words can be checked for each.
func Roles() []Role { return []Role{Self, Parent, Attorney, Deputy, Other} }

// Format is the form in which somebody can read.
type Format string

const (
	Standard   Format = "standard"
	LargePrint Format = "large_print"
	EasyRead   Format = "easy_read"
)

// Formats lists them, so that words can be checked for each.
func Formats() []Format { return []Format{Standard, LargePrint, EasyRead} }

// Address is where somebody can be reached; what is empty is not known.
type Address struct {
	Email  string `json:"email,omitempty"`
	Mobile string `json:"mobile,omitempty"`
	Post   string `json:"post,omitempty"`
	// Only: nothing else that is known of them is used, whatever becomes of this. What
	// the feeds have of a child is where their parents read along.
	Only bool `json:"only,omitempty"`
}

// LogValue keeps addresses out of the log.
func (a Address) LogValue() slog.Value { return slog.StringValue(a.String()) }

// String keeps addresses out of whatever is printed.
func (a Address) String() string { return "[address]" }

// reaches tells whether a channel can be used with this address.
func (a Address) reaches(c Channel) bool {
	switch c {
	case Email:
		return a.Email != ""
	case Notify:
		return a.Mobile != ""
	case Paper:
		return a.Post != ""
	}
	return false
}

// over takes from another address what this one lacks.
func (a Address) over(b Address) Address {
	if a.Only {
		return a
	}
	if a.Email == "" {
		a.Email = b.Email
	}
	if a.Mobile == "" {
		a.Mobile = b.Mobile
	}
	if a.Post == "" {
		a.Post = b.Post
	}
	return a
}

// Recipient is somebody to be told: a person held here, an account (which may be a
// person's), or an address alone, which has no inbox.
type Recipient struct {
	Person  opaque.ID
	Account string
	As      Role    // an account that proves to be whom it is about is told as themselves
	Address Address // beside what is known of them, and before it
	Chosen  Chosen
}

// Chosen is what somebody chose for this matter, before what they wish otherwise.
type Chosen struct {
	Ways     []Channel // beside the portal; nil: as they wish for the kind
	Language string    // "": as they wish
	Format   Format    // "": as they wish
}

// over takes the wishes of this matter before those for everything.
func (c Chosen) over(w Wishes) Wishes {
	if language.MatchString(c.Language) {
		w.Language = c.Language
	}
	if c.Format != "" {
		w.Format = c.Format
	}
	return w
}

// AddressOf is an address as somebody wrote it into one field: an e-mail address or a
// mobile number; empty when it is neither.
func AddressOf(text string) Address {
	text = strings.TrimSpace(text)
	var a Address
	if m, err := mail.ParseAddress(text); err == nil && m.Address == text && len(text) <= 254 {
		a.Email = text
	}
	if mobile.MatchString(text) {
		a.Mobile = text
	}
	return a
}

// Notice is what is to be said.
type Notice struct {
	Key          string // the same key again is the same notice, and is said once
	Template     Name
	About        opaque.ID // whose matter it is; "" when that person is not held here
	Case         string    // reference of the case; "" when there is none
	Organisation string    // id of the organisation that says it; "" for the portal itself
	To           []Recipient
	Fields       Fields
}

// ways chooses by which channels somebody is told: the portal always when they have
// an inbox; beside it what they chose for this kind, as far as they can be reached
// that way; on paper what must be on paper; and on paper also whatever would
// otherwise reach them by no way at all.
func ways(t Template, inbox bool, wanted []Channel, a Address) []Channel {
	var out []Channel
	if inbox {
		out = append(out, InApp)
	}
	for _, c := range Channels() {
		if c != InApp && slices.Contains(wanted, c) && a.reaches(c) || c == Paper && (t.Paper || len(out) == 0) && a.reaches(c) {
			out = append(out, c)
		}
	}
	return out
}
