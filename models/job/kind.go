// Package job does work later: what a verb cannot do within its transaction (send a
// letter, ask another system) or what falls due by itself (a birthday, a deadline).
//
// A job is a row written in the transaction that makes it necessary: it is there if
// and only if that is. Kind and key name it; the same key again is the same job, so
// whoever asks twice gets it once. A runner takes what is due, under a lease, calls
// the handler of the kind and notes the outcome; a runner that dies leaves a lease
// that runs out, and another takes over. A handler may therefore run twice: it
// passes its key on to others, and finishes its own changes with Run.Done in their
// transaction, which only one of the two can.
//
//	waiting ──taken──► running ──done──► done
//	   ▲                 │  │
//	   └── failed, later ┘  └─ failed too often ──► dead ──Retry──► waiting
//
// Two clocks are at work. When a job is wanted is told by the clock that decides
// about people; leases and pauses after a failure go by the machine's, since the
// other may stand still or leap in a demonstration.
package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"regexp"
	"time"
)

// Options of a kind; what is left out has a default.
type Options struct {
	Attempts int           // how often it is tried before it is dead; 5
	Pause    time.Duration // after the first failure, doubled with each further one; 10 seconds
	MaxPause time.Duration // at most; 1 hour
	Limit    time.Duration // how long one attempt may take; 2 minutes
	// Next makes the kind periodic: when it is wanted again after an instant. Such a
	// kind has one row, which is never done and never dead.
	Next func(after time.Time) time.Time
}

// Kind is one sort of job with what its payload looks like.
type Kind[P any] struct {
	name string
	opt  Options
}

var names = regexp.MustCompile(`^[a-z][a-z0-9_.]{1,49}$`)

// Define makes a kind. Its name is stored and must never change; a package defines
// its kinds as variables.
func Define[P any](name string, opt Options) Kind[P] {
	if !names.MatchString(name) {
		panic(fmt.Sprintf("job: %q is no name of a kind", name))
	}
	if opt.Attempts <= 0 {
		opt.Attempts = 5
	}
	if opt.Pause <= 0 {
		opt.Pause = 10 * time.Second
	}
	if opt.MaxPause <= 0 {
		opt.MaxPause = time.Hour
	}
	if opt.Limit <= 0 {
		opt.Limit = 2 * time.Minute
	}
	return Kind[P]{name, opt}
}

// Name is what the kind is called.
func (k Kind[P]) Name() string { return k.name }

// maxPayload bounds a payload: references, no documents.
const maxPayload = 4 << 10

// Add asks for a job: in the transaction in ctx, or in one of its own. It says
// whether the job is new; the same key again is the same job, whatever became of it.
func (k Kind[P]) Add(ctx context.Context, q *Queue, key string, payload P, at time.Time) (bool, error) {
	if k.opt.Next != nil {
		return false, fmt.Errorf("job: %s is periodic: the runner adds it", k.name)
	}
	if key == "" {
		return false, fmt.Errorf("job: add %s: without a key", k.name)
	}
	text, err := json.Marshal(payload)
	if err != nil {
		return false, fmt.Errorf("job: add %s: %w", k.name, err)
	}
	if len(text) > maxPayload {
		return false, fmt.Errorf("job: add %s: a payload of %d bytes; it holds references only", k.name, len(text))
	}
	return q.add(ctx, k.name, key, string(text), at)
}

// Cancel takes back a job that nobody has begun. It says whether there was one. Its
// key stays known, as that of a job that was done: what may be wanted again after it
// was taken back needs another.
func (k Kind[P]) Cancel(ctx context.Context, q *Queue, key string) (bool, error) {
	return q.cancel(ctx, k.name, key)
}

// Every is wanted once in each period, counted from midnight UTC of 1 January year 1.
func Every(period time.Duration) func(time.Time) time.Time {
	return func(after time.Time) time.Time { return after.UTC().Truncate(period).Add(period) }
}

// Daily is wanted every day at an hour and minute of a place. Where that hour does
// not exist or comes twice (the clocks change), it is the one that time.Date gives.
func Daily(place *time.Location, hour, minute int) func(time.Time) time.Time {
	return func(after time.Time) time.Time {
		y, m, d := after.In(place).Date()
		for {
			if at := time.Date(y, m, d, hour, minute, 0, 0, place); at.After(after) {
				return at.UTC()
			}
			d++
		}
	}
}

// pause is how long to leave a job alone after a failed attempt: doubled each time,
// bounded, and up to a tenth longer by the job's id, so that what failed together
// does not come back together.
func (o Options) pause(id string, attempt int) time.Duration {
	p := o.Pause
	for i := 1; i < attempt && p < o.MaxPause; i++ {
		p *= 2
	}
	p = min(p, o.MaxPause)
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // never fails
	return p + p/10*time.Duration(h.Sum32()%1000)/1000
}

// failure says of an error what may be stored of it, and whether trying again helps.
type failure struct {
	error
	code  string
	never bool
}

func (f *failure) Unwrap() error { return f.error }

var codes = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Because gives an error the word that is stored and shown of it. The error's own
// text never is: it may say something of a person.
func Because(code string, err error) error {
	if !codes.MatchString(code) {
		code = "failed"
	}
	return &failure{error: err, code: code, never: isNever(err)}
}

// Never says that trying again cannot help: the job is dead at once.
func Never(err error) error { return &failure{error: err, code: codeOf(err), never: true} }

func isNever(err error) bool {
	var f *failure
	return errors.As(err, &f) && f.never
}
