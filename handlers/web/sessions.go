package web

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"sort"
	"sync/atomic"
	"time"

	"github.com/alexedwards/scs/v2"

	"candour/models/access"
	"candour/models/clock"
)

// How long a session lasts. NHS login has no session of its own and asks that we
// end ours after 30 idle minutes and after 12 hours (domain.md f); staff share
// desks.
const (
	idlePatient = 30 * time.Minute
	idleStaff   = 15 * time.Minute
	idleSignIn  = 40 * time.Minute // a sign-in that was begun: longer than an attempt, which knows where to go on
	longest     = 12 * time.Hour
	touchEvery  = time.Minute // reading a page is a write to the sessions table at most this often
)

// Sessions keeps who is signed in, on the sessions table.
type Sessions struct {
	db     *Database
	clock  clock.Clock
	scs    *scs.SessionManager
	config Config
	swept  atomic.Int64 // when expired sessions were last removed
	lately lately
}

func newSessions(config Config, secure bool) (*Sessions, error) {
	s := &Sessions{db: config.DB, clock: config.Clock, config: config}
	m := scs.New()
	m.Store = s
	m.Codec = codec{}
	// Idle time and longest time are ours (see rowLife): scs would measure them by
	// the machine's clock, and would write on every request.
	m.IdleTimeout = 0
	m.Lifetime = longest
	m.HashTokenInStore = !config.off.hashToken
	m.Cookie.Name = "candour"
	if secure {
		m.Cookie.Name = "__Host-candour" // a browser takes it only with Secure and Path=/ and no Domain
	}
	m.Cookie.Secure = secure
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode // Strict would lose it on the way back from the identity provider
	m.Cookie.Path = "/"
	m.Cookie.Persist = false
	s.scs = m
	return s, nil
}

// row is the stored session that a request came with.
type row struct {
	token                  string // as stored: hashed
	data                   []byte
	expires, created, seen time.Time
	account, opSID, agent  string
	id                     string // names the session in lists and in the access log
	kind                   access.ViewerKind
	issuer, subject        string // who it is at the identity provider
	provider               string // how they signed in
	organisation           string // staff: where they work now
	idle                   time.Duration
	over                   *row // the one that the browser had, when it ran out
	found                  bool
	lately                 bool                                // as this process last read it; nobody has looked since
	renewing               bool                                // the token is being replaced: the row moves, it is not made anew
	fresh                  bool                                // a sign-in: the longest time starts again
	proven                 time.Time                           // when they proved who they are, by the provider's clock
	admit                  func(context.Context) (bool, error) // asked when a sign-in is kept
}

type rowKey struct{}

var (
	errNoRow   = errors.New("web: a session outside a request")
	errRowGone = errors.New("web: the session was ended elsewhere")
)

func rowOf(ctx context.Context) (*row, error) {
	r, ok := ctx.Value(rowKey{}).(*row)
	if !ok {
		return nil, errNoRow
	}
	return r, nil
}

// expiry is the earlier of the idle limit and the longest time.
func (r *row) expiry(now time.Time) time.Time {
	idle, end := now.Add(or(r.idle, idleSignIn)), r.created.Add(longest)
	if end.Before(idle) {
		return end
	}
	return idle
}

// FindCtx reads a session: one prepared statement, nothing written.
func (s *Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	r, err := rowOf(ctx)
	if err != nil {
		return nil, false, err
	}
	got, found := row{}, false
	if r.lately {
		got, found = s.lately.get(token)
		found = found && s.goesOn(&got, s.clock()) // another program may have had it used since
		got.lately = found
	}
	if !found {
		if got, found, err = s.read(ctx, token); err != nil || !found {
			return nil, false, err
		}
		if r.lately {
			s.lately.put(got)
		}
	}
	if now := s.clock(); !s.goesOn(&got, now) {
		if now.Before(got.expires.Add(remembered)) {
			r.over = &got
		}
		return nil, false, nil
	}
	got.agent = r.agent
	*r = got
	return r.data, true, nil
}

// goesOn: within the idle time and within the longest time.
func (s *Sessions) goesOn(r *row, now time.Time) bool {
	off := s.config.off
	end := r.created.Add(longest)
	return (now.Before(r.expires) || off.idle && now.Before(end) || off.longest && r.expires.Equal(end)) && (now.Before(end) || off.longest)
}

// CommitCtx writes a session back. A session that was there when the request
// began is only ever updated: were it inserted again, a slow request would bring
// a signed-out session back to life (stack.md 0.2).
func (s *Sessions) CommitCtx(ctx context.Context, token string, data []byte, _ time.Time) error {
	r, err := rowOf(ctx)
	if err != nil {
		return err
	}
	now := s.clock()
	s.lately.forget(token)
	if !r.found || r.fresh {
		r.created = now
	}
	next := *r
	next.token, next.data, next.seen, next.found, next.renewing, next.fresh = token, data, now, true, false, false
	next.expires, next.admit = next.expiry(now), nil
	if r.admit != nil {
		err = s.admitted(ctx, r, func(ctx context.Context) error { return s.keep(ctx, r, next) })
	} else {
		err = s.keep(ctx, r, next)
	}
	if err == nil {
		*r = next
	}
	return err
}

func (s *Sessions) keep(ctx context.Context, r *row, next row) error {
	switch {
	case !r.found:
		return s.insert(ctx, next)
	case r.token != next.token && !r.renewing:
		return errRowGone
	}
	err := s.update(ctx, r.token, next)
	if errors.Is(err, errRowGone) && s.config.off.endedStays {
		return s.insert(ctx, next)
	}
	return err
}

// admitted keeps the session of a sign-in in the transaction that asks whether it
// may begin; else nothing of the browser's session is left.
func (s *Sessions) admitted(ctx context.Context, r *row, keep func(context.Context) error) error {
	var admitted bool
	err := s.db.Do(ctx, func(ctx context.Context) (err error) {
		if admitted, err = r.admit(ctx); err != nil {
			return err
		}
		if admitted {
			return keep(ctx)
		}
		return s.remove(ctx, r.token)
	})
	if err == nil && !admitted {
		return errRowGone
	}
	return err
}

// DeleteCtx ends a session. While a token is being renewed scs asks for the same;
// then the row stays and moves to its new token in one statement.
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error {
	if r, err := rowOf(ctx); err == nil && (r.renewing || !r.found) {
		return nil
	}
	return s.remove(ctx, token)
}

// Find, Commit and Delete without a context are in the interface of scs, which
// never calls them on a store that has the others.
func (s *Sessions) Find(string) ([]byte, bool, error)      { return nil, false, errNoRow }
func (s *Sessions) Commit(string, []byte, time.Time) error { return errNoRow }
func (s *Sessions) Delete(string) error                    { return errNoRow }

// codec packs a session's values, which are all strings: length, text, length,
// text, in order of the keys, so that equal values are equal bytes.
type codec struct{}

func (codec) Encode(_ time.Time, values map[string]any) ([]byte, error) {
	keys := make([]string, 0, len(values))
	for k := range values {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	b := []byte{} // a session may hold nothing; it is still no null in the table
	for _, k := range keys {
		v, ok := values[k].(string)
		if !ok {
			return nil, fmt.Errorf("web: session value %q is a %T; only strings are kept", k, values[k])
		}
		b = binary.AppendUvarint(b, uint64(len(k)))
		b = append(b, k...)
		b = binary.AppendUvarint(b, uint64(len(v)))
		b = append(b, v...)
	}
	return b, nil
}

func (codec) Decode(b []byte) (time.Time, map[string]any, error) {
	values := make(map[string]any, 4)
	next := func() (string, bool) {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return "", false
		}
		text := string(b[size : size+int(n)])
		b = b[size+int(n):]
		return text, true
	}
	for len(b) > 0 {
		k, ok := next()
		if !ok {
			return time.Time{}, nil, errors.New("web: session data cannot be read")
		}
		v, ok := next()
		if !ok {
			return time.Time{}, nil, errors.New("web: session data cannot be read")
		}
		values[k] = v
	}
	return time.Time{}, values, nil
}

func idleOf(kind access.ViewerKind) time.Duration {
	switch kind {
	case access.Patient:
		return idlePatient
	case access.Staff:
		return idleStaff
	}
	return idleSignIn
}
