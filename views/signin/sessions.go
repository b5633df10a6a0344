package signin

import (
	"context"
	"strings"
	"time"

	"candour/locales"
	"candour/views/component"
)

// Over is the page of somebody whose session is over: why, what became of what
// they had typed, and the way back in.
type Over struct {
	Audience  string        // patient, staff, or "" when it is not known any more
	Idle      time.Duration // why: it was not used for so long,
	Longest   time.Duration // or it had lasted so long, or neither: it was ended
	Ended     bool          // by somebody; otherwise it is not known any more
	Typed     bool          // a form was sent
	Kept      bool          // and what was in it is kept
	Providers []Provider    // each leads back to where the person was
	Reference string
	Partial   bool
}

func (o Over) why(ctx context.Context) string {
	switch {
	case o.Idle > 0:
		return locales.N(ctx, "session.over.idle", int(o.Idle.Minutes()))
	case o.Longest > 0:
		return locales.N(ctx, "session.over.longest", int(o.Longest.Hours()))
	}
	if o.Ended {
		return locales.T(ctx, "session.over.elsewhere")
	}
	return locales.T(ctx, "session.over.unknown")
}

func (o Over) start() Start { return Start{For: o.Audience, Providers: o.Providers} }

// Session is one browser in which somebody is logged in.
type Session struct {
	ID          string
	Device      string // browser and system, two words of ours
	Provider    string // how they logged in
	Since, Seen time.Time
	This        bool   // the one that asks
	Name, Role  string // of a colleague
}

// Sessions is the list of one's own, or of colleagues.
type Sessions struct {
	All          []Session
	Action       string // where ending is sent
	Ended        int    // so many were ended just now
	Gone         bool   // what was to be ended had ended
	Organisation string // of colleagues
	Administers  string // own list: the organisation whose colleagues may be seen
}

func (s Sessions) others() bool {
	for _, one := range s.All {
		if !one.This {
			return true
		}
	}
	return false
}

func (s Sessions) columns(ctx context.Context, colleagues bool) []component.Column {
	keys := []string{"device_head", "since_head", "seen_head", "how_head", "end_head"}
	if colleagues {
		keys = []string{"who_head", "device_head", "since_head", "seen_head", "end_head"}
	}
	columns := make([]component.Column, len(keys))
	for i, key := range keys {
		columns[i].Text = locales.T(ctx, "sessions."+key)
	}
	return columns
}

// device is browser and system in words.
func (s Session) device(ctx context.Context) string {
	browser, system, _ := strings.Cut(s.Device, " ")
	return locales.T(ctx, "sessions.device", "browser", word(ctx, "sessions.browser.", browser), "system", word(ctx, "sessions.system.", system))
}

func (s Session) how(ctx context.Context) string { return word(ctx, "sessions.how.", s.Provider) }

func word(ctx context.Context, group, key string) string {
	if text, ok := locales.Lookup(ctx, group+key); ok {
		return text
	}
	return locales.T(ctx, group+"other")
}
