package web

import (
	"container/list"
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/time/rate"

	"candour/models/access"
)

// PaceKind names a limit on how often a route may be asked for.
type PaceKind string

const (
	NoPace     PaceKind = ""
	SignInPace PaceKind = "sign-in" // by address: a whole hospital may share one
	SearchPace PaceKind = "search"  // by viewer
	ViewPace   PaceKind = "view"    // by viewer: more than a person can read
	KeepPace   PaceKind = "keep"    // by viewer: what pages put by before a session ends
	VotePace   PaceKind = "vote"    // by address where nobody is signed in: whether an answer was useful
	AskPace    PaceKind = "ask"     // by viewer: the forms by which somebody asks for something
	UploadPace PaceKind = "upload"  // by viewer: files that are looked into
)

// Pace sets the limits; zero values mean the defaults.
type Pace struct {
	SignIn, Search, View, Vote, Ask, Upload Limit
}

// Limit is a steady rate a second and how much may come at once.
type Limit struct {
	PerSecond float64
	Burst     int
}

// paceMemory bounds how many clients are remembered; the one that came longest
// ago is forgotten first.
const paceMemory = 10_000

type paces map[PaceKind]*pace

func newPaces(p Pace) paces {
	return paces{
		SignInPace: newPace(or(p.SignIn, Limit{5, 100})),
		SearchPace: newPace(or(p.Search, Limit{2, 60})), // misses have a stricter limit, in models/access
		KeepPace:   newPace(Limit{2, 60}),
		VotePace:   newPace(or(p.Vote, Limit{0.5, 60})),
		ViewPace:   newPace(or(p.View, Limit{50, 200})),
		AskPace:    newPace(or(p.Ask, Limit{1, 120})),
		UploadPace: newPace(or(p.Upload, Limit{0.1, 30})),
	}
}

// pace is a bounded memory of who came how often.
type pace struct {
	mu    sync.Mutex
	limit Limit
	order *list.List // of *paced, latest first
	by    map[string]*list.Element
}

type paced struct {
	key string
	*rate.Limiter
}

func newPace(l Limit) *pace {
	return &pace{limit: l, order: list.New(), by: map[string]*list.Element{}}
}

func (p *pace) allow(key string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, ok := p.by[key]
	if ok {
		p.order.MoveToFront(e)
	} else {
		e = p.order.PushFront(&paced{key, rate.NewLimiter(rate.Limit(p.limit.PerSecond), p.limit.Burst)})
		p.by[key] = e
		if p.order.Len() > paceMemory {
			last := p.order.Back()
			delete(p.by, last.Value.(*paced).key)
			p.order.Remove(last)
		}
	}
	return e.Value.(*paced).AllowN(now, 1)
}

// refuseHurry limits by viewer where there is one, so that one person's haste
// does not lock out the colleagues behind the same address (T55).
func (a *App) refuseHurry(c *fiber.Ctx, kind PaceKind, by access.Viewer) error {
	p := a.paces[kind]
	if p == nil || a.config.off.pace || by.Probe { // a probe is many people at once, and shown nothing
		return nil
	}
	key := "viewer " + by.ID
	if by.ID == "" || kind == SignInPace {
		key = "address " + a.clientAddress(c)
	}
	if p.allow(key, a.config.Ticks()) {
		return nil
	}
	a.config.Metrics.Count("candour_paced_total", "pace", string(kind))
	c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(1/p.limit.PerSecond)+1))
	return errPace
}
