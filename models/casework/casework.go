// Package casework is what all cases share: a request of somebody, held by one
// organisation, with its clock, its history and the queue it waits in. What a case
// is about, and its states, belong to the package of its kind (models/objection).
//
// Every change of a case is made by Act: it asks the gate, locks the case, lets the
// kind's verb decide, and writes the new state, the new version and the events in
// one transaction. Two who act at once: one wins, the other gets a Conflict that
// says what changed.
package casework

import (
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"candour/models/access"
	"candour/models/deadline"
	"candour/models/fault"
	"candour/models/opaque"
)

// Kind is what a case is about.
type Kind string

const (
	Objection Kind = "objection"
	Copy      Kind = "copy"
	Complaint Kind = "complaint"
	Enquiry   Kind = "enquiry"
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{Objection, Copy, Complaint, Enquiry} }

// Route is how a request came in.
type Route string

const (
	Portal Route = "portal"
	Phone  Route = "phone"
	Letter Route = "letter"
	Desk   Route = "desk"
)

// Routes lists every route.
func Routes() []Route { return []Route{Portal, Phone, Letter, Desk} }

// State is a state of the case's kind.
type State string

// Audience is who may read a line of a case.
type Audience string

const (
	ForAll       Audience = "all"
	ForStaff     Audience = "staff"
	ForSubject   Audience = "subject"   // staff, and whom the case is about: what a child said in confidence
	ForApplicant Audience = "applicant" // staff, and who made the request: what the child need not read of them
)

// Case is one case.
type Case struct {
	ID           opaque.ID
	Ref          string // as people say it: K7M3-Q2P9
	Kind         Kind
	Person       opaque.ID // empty while not known
	About        string    // the name as it was given
	Organisation string    // who holds it
	Route        Route
	TakenBy      string // who made it or wrote it down
	TakenName    string
	Opened       time.Time
	Received     string // YYYY-MM-DD, the day of receipt
	Due          string // YYYY-MM-DD; Paused while the clock stands still
	State        State
	Closed       time.Time
	AssignedTo   string
	AssignedName string
	Lock         Lock
	Alarm        string
	AlarmAt      time.Time
	Version      int
	Changed      time.Time
}

// Paused is the due day of a case whose clock stands still: behind all others.
const Paused = "9999-12-31"

// Open tells whether the case is still being worked on.
func (c Case) Open() bool { return c.Closed.IsZero() }

// Lock says who is working on a case just now. It keeps nobody out: it tells.
type Lock struct {
	By, Name string
	At       time.Time
}

// lockFor is how long somebody who does nothing is taken to be working on a case.
const lockFor = 30 * time.Minute

// Held tells whether somebody other than a viewer is working on it.
func (l Lock) Held(by string, now time.Time) bool {
	return l.By != "" && l.By != by && now.Sub(l.At) < lockFor
}

// Due is when a case is due, in the words of a queue.
type Due string

const (
	Overdue  Due = "overdue"
	DueToday Due = "today"
	DueWeek  Due = "week" // in the next seven days
	DueLater Due = "later"
	DuePause Due = "paused"
)

// Dues lists every bucket.
func Dues() []Due { return []Due{Overdue, DueToday, DueWeek, DueLater, DuePause} }

// DueOn says in which bucket a due day falls on a day, and how many days off it is.
func DueOn(due string, today deadline.Day) (Due, int) {
	day, err := deadline.ParseDay(due)
	switch {
	case due == Paused || err != nil:
		return DuePause, 0
	case day < today:
		return Overdue, int(today - day)
	case day == today:
		return DueToday, 0
	case day <= today+7:
		return DueWeek, int(day - today)
	}
	return DueLater, int(day - today)
}

// Event is one line of a case's history.
type Event struct {
	Seq      int
	At       time.Time
	Version  int // of the case, after it
	Kind     string
	From, To State // equal where the state did not change
	By       By
	Reason   string
	Detail   map[string]string
	ShownTo  Audience
}

// By is who did something, as they were then.
type By struct {
	Kind access.ViewerKind
	ID   string
	Name string
	Role string
}

// Conflict says that a case changed while somebody was writing: what they wrote is
// kept by the page, what changed is shown beside it.
type Conflict struct {
	Case    Case
	Changes []Event // since the version that they had seen
}

func (c *Conflict) Error() string {
	return fmt.Sprintf("casework: changed meanwhile: now %s, version %d", c.Case.State, c.Case.Version)
}

// Unwrap makes it a fault.Conflict.
func (c *Conflict) Unwrap() error { return fault.Conflict }

// letters of references: none that are mistaken for each other when read out.
const letters = "23456789BCDFGHJKMNPQRTVWXZ"

func newRef() string {
	b := make([]byte, 8)
	rand.Read(b) // never fails: crypto/rand ends the process instead
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	return string(b[:4]) + "-" + string(b[4:])
}

// Reference reads what somebody typed for a reference, or the beginning of one:
// K7m3 q2p9 is K7M3-Q2P9. It gives back only letters of references.
func Reference(typed string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(typed) {
		if !strings.ContainsRune(letters, r) {
			continue
		}
		if b.Len() == 4 {
			b.WriteByte('-')
		}
		b.WriteRune(r)
		if b.Len() == len("K7M3-Q2P9") {
			break
		}
	}
	return b.String()
}
