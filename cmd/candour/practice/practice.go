// Package practice is the clinical system of the demo world's practices: a server of
// its own, on an address of its own, that knows nothing of the portal but what comes
// over HTTP. It takes a FHIR Consent, keeps it as the code that a practice would
// enter, shows a member of staff what it holds and lets them enter a code themselves,
// and gives all of it in its feed.
package practice

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"candour/models/clock"
	"candour/models/fhir"
	"candour/models/objection"
	"candour/models/opaque"
)

// Patient is somebody on a practice's list.
type Patient struct {
	Local  string // id in the practice's feed
	Number string
	Family string
	Given  string
	Born   string
}

// List is one practice with its patients.
type List struct {
	ID, ODS, Name string
	Takes         bool // its system can be written to; else people enter the code
	Patients      []Patient
}

// Fault is what the system is made to do wrong, to see what becomes of it.
type Fault string

// The faults.
const (
	Sound    Fault = ""
	Failing  Fault = "failing"  // answers 500
	Silent   Fault = "silent"   // does not answer
	Refusing Fault = "refusing" // answers 422
	Unfed    Fault = "unfed"    // takes the code, and its feed never shows it
)

// Faults lists them, in the order of the form.
func Faults() []Fault { return []Fault{Sound, Failing, Silent, Refusing, Unfed} }

// entry is one code in a patient's notes.
type entry struct {
	ID       string    `json:"id"`
	Local    string    `json:"local"`
	Refused  bool      `json:"refused"`
	Stated   time.Time `json:"stated"`
	Recorded time.Time `json:"recorded"`
	Changed  time.Time `json:"changed"`
	By       string    `json:"by"` // "portal" or "hand"
	Error    bool      `json:"error,omitempty"`
	Unfed    bool      `json:"unfed,omitempty"`
}

// Config of a System.
type Config struct {
	Clock clock.Clock
	Lists []List
	Token string                    // that a writer and a reader of the feed have to show
	File  string                    // where it is kept; "" is nowhere
	Ring  func(organisation string) // told that a practice's feed has something new
}

// System is the server.
type System struct {
	Config
	mu      sync.Mutex
	entries map[string][]entry // by practice
	fault   Fault
	hang    chan struct{} // closed when a silent system is sound again
}

// New makes the system, with what it held when it stopped.
func New(c Config) (*System, error) {
	s := &System{Config: c, entries: map[string][]entry{}, hang: make(chan struct{})}
	if c.File == "" {
		return s, nil
	}
	text, err := os.ReadFile(c.File)
	if errors.Is(err, os.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &s.entries)
	}
	if err != nil {
		return nil, fmt.Errorf("clinical system: %w", err)
	}
	return s, nil
}

// Break makes it do something wrong from now on, or be sound again.
func (s *System) Break(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fault == Silent && f != Silent {
		close(s.hang)
		s.hang = make(chan struct{})
	}
	s.fault = f
}

func (s *System) broken() (Fault, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fault, s.hang
}

func (s *System) list(id string) (List, bool) {
	for _, l := range s.Lists {
		if l.ID == id {
			return l, true
		}
	}
	return List{}, false
}

func (l List) find(is func(Patient) bool) (Patient, bool) {
	if i := slices.IndexFunc(l.Patients, is); i >= 0 {
		return l.Patients[i], true
	}
	return Patient{}, false
}

// file puts an entry into the notes; one that is there under its id stays as it is.
func (s *System) file(practice string, e entry) (fresh bool, err error) {
	s.mu.Lock()
	if slices.ContainsFunc(s.entries[practice], func(have entry) bool { return have.ID == e.ID }) {
		s.mu.Unlock()
		return false, nil
	}
	e.Changed = e.Recorded
	s.entries[practice] = append(s.entries[practice], e)
	err = s.keep()
	s.mu.Unlock()
	if err == nil && !e.Unfed && s.Ring != nil {
		s.Ring(practice)
	}
	return true, err
}

// enter is what a member of staff of the practice does at their desk.
func (s *System) enter(practice, local string, refused bool) error {
	l, ok := s.list(practice)
	if ok {
		_, ok = l.find(func(p Patient) bool { return p.Local == local })
	}
	if !ok {
		return os.ErrNotExist
	}
	now := s.Clock()
	_, err := s.file(practice, entry{ID: string(opaque.New()), Local: local, Refused: refused, Stated: now, Recorded: now, By: "hand"})
	return err
}

// strike marks an entry as made in error: the feed says so from then on.
func (s *System) strike(practice, id string) error {
	s.mu.Lock()
	at := slices.IndexFunc(s.entries[practice], func(e entry) bool { return e.ID == id })
	if at < 0 {
		s.mu.Unlock()
		return os.ErrNotExist
	}
	e := &s.entries[practice][at]
	e.Error, e.Changed = true, s.Clock()
	err := s.keep()
	s.mu.Unlock()
	if err == nil && s.Ring != nil {
		s.Ring(practice)
	}
	return err
}

// keep writes everything down; the lock is held.
func (s *System) keep() error {
	if s.File == "" {
		return nil
	}
	text, err := json.Marshal(s.entries)
	if err != nil {
		return err
	}
	if err := os.WriteFile(s.File+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(s.File+".new", s.File)
}

// held are a practice's entries, newest first.
func (s *System) held(practice string) []entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Clone(s.entries[practice])
	slices.Reverse(all)
	return all
}

// codes of an entry.
func (e entry) codes() objection.Codes {
	if e.Refused {
		return objection.RefusedCodes
	}
	return objection.GivenCodes
}

// coding is the entry as the feed has it: SNOMED CT, and Read v2 as the practice
// would have typed it.
func (e entry) coding() []any {
	c := e.codes()
	return []any{map[string]any{"system": fhir.ReadV2, "code": c.ReadV2}, map[string]any{"system": fhir.SNOMED, "code": c.SNOMED}}
}

// number prints an NHS number as people read it.
func (p Patient) number() string {
	if len(p.Number) != 10 {
		return p.Number
	}
	return strings.Join([]string{p.Number[:3], p.Number[3:6], p.Number[6:]}, " ")
}
