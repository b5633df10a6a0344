package handlers

import (
	"encoding/hex"
	"time"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/status"
	"candour/views/public"
)

// showStatus says how the service stands; 503 while records cannot be opened.
func (s *Server) showStatus(c *fiber.Ctx, _ access.Viewer) error {
	r := s.board.Report(web.Context(c))
	return web.RenderStatus(c, s.answers(c, r), public.StatusPage(public.Status{Report: r, Version: s.Version, Phone: s.Phone}))
}

// answers is the HTTP status that goes with a report.
func (s *Server) answers(c *fiber.Ctx, r status.Report) int {
	if r.Verdict() != status.Down {
		return fiber.StatusOK
	}
	c.Set(fiber.HeaderRetryAfter, "30")
	return fiber.StatusServiceUnavailable
}

// The report for machines. Names and order of the fields are kept.
type statusJSON struct {
	Verdict  status.Verdict `json:"verdict"`
	At       time.Time      `json:"at"`
	Version  string         `json:"version"`
	Database struct {
		OK bool `json:"ok"`
	} `json:"database"`
	Feeds  []feedJSON           `json:"feeds"`
	Queues map[string]queueJSON `json:"queues"`
	Log    logJSON              `json:"log"`

	Objections objectionsJSON `json:"objections"`
}

type objectionsJSON struct {
	Checked   int        `json:"checked"`   // practices whose invented person is asked for
	Seen      []string   `json:"seen"`      // where they were not refused
	Unchecked []string   `json:"unchecked"` // where nobody has asked in time
	At        *time.Time `json:"at"`        // the oldest last asking; null when nobody has asked yet
}

type feedJSON struct {
	Source       string     `json:"source"`
	Organisation string     `json:"organisation"`
	State        string     `json:"state"`
	Condition    string     `json:"condition"`
	LastReceived *time.Time `json:"last_received"` // null when nothing has come yet
	AgeSeconds   *int64     `json:"age_seconds"`
	AgreedHours  int        `json:"agreed_hours"`
}

type queueJSON struct {
	Waiting    int64      `json:"waiting"`
	Oldest     *time.Time `json:"oldest"` // null when nothing waits
	AgeSeconds int64      `json:"age_seconds"`
}

type logJSON struct {
	Number int64      `json:"number"`
	At     *time.Time `json:"at"` // null when nothing was written yet
	Chain  string     `json:"chain"`
}

// showStatusJSON is the same report for machines. It looks at no session, so that it
// answers when sessions cannot.
func (s *Server) showStatusJSON(c *fiber.Ctx, _ access.Viewer) error {
	r := s.board.Report(web.Context(c))
	out := statusJSON{Verdict: r.Verdict(), At: r.At, Version: s.Version, Feeds: []feedJSON{},
		Queues: map[string]queueJSON{"quarantined": queued(r, r.Quarantined), "held": queued(r, r.Held)},
		Log:    logJSON{Number: r.Log.Number, At: known(r.Log.At), Chain: hex.EncodeToString(r.Log.Chain)}}
	out.Database.OK = r.Database
	out.Objections = objectionsJSON{Checked: len(r.Canaries), Seen: practices(r.Seen()), Unchecked: practices(r.Unchecked()), At: known(r.Checked())}
	for _, f := range r.Feeds {
		j := feedJSON{Source: f.ID, Organisation: f.Organisation, State: string(f.State), Condition: string(f.Condition), LastReceived: known(f.LastReceived), AgreedHours: f.FreshHours}
		if j.LastReceived != nil {
			seconds := int64(r.At.Sub(f.LastReceived).Seconds())
			j.AgeSeconds = &seconds
		}
		out.Feeds = append(out.Feeds, j)
	}
	return c.Status(s.answers(c, r)).JSON(out)
}

func practices(all []status.Canary) []string {
	out := []string{}
	for _, c := range all {
		out = append(out, c.Practice)
	}
	return out
}

func queued(r status.Report, q status.Queue) queueJSON {
	return queueJSON{Waiting: q.Waiting, Oldest: known(q.Oldest), AgeSeconds: int64(q.Age(r.At).Seconds())}
}

func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
