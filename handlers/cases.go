package handlers

import (
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/casework"
	"candour/models/opaque"
	"candour/views/staff"
)

// showCases is the queue of the viewer's organisation.
func (s *Server) showCases(c *fiber.Ctx, by access.Viewer) error {
	q, err := web.Query(c, append(staff.QueueFields(), "at", "told", "batch", "given", "dropped")...)
	if err != nil {
		return err
	}
	page := queueOf(q)
	page.Told = toldOf(q)
	typed := web.Typed(c)
	page.Typed, page.ViewName = typed.Get("text"), typed.Get("name")
	if page, err = s.queue(c, by, page); err != nil {
		return err
	}
	return web.Render(c, staff.QueuePage(page))
}

// queue reads what a page of the queue shows.
func (s *Server) queue(c *fiber.Ctx, by access.Viewer, page staff.Queue) (staff.Queue, error) {
	var err error
	page.Viewer, page.Ask.Request = by, working(c)
	if page.Found, err = s.Cases.Queue(web.Context(c), by, page.Ask); err != nil {
		return page, err
	}
	page.FeedAlarms, err = s.Objections.FeedAlarms(web.Context(c), by)
	return page, err
}

// queueOf reads a queue from its address; what it does not know it leaves out.
func queueOf(q web.Values) staff.Queue {
	page := staff.Queue{Query: url.Values{}}
	for _, name := range staff.QueueFields() {
		if v := q.Get(name); v != "" {
			page.Query.Set(name, v)
		}
	}
	show, _ := strconv.Atoi(q.Get("show")) // anything else is the usual number
	page.Ask = casework.QueueAsk{
		Filter: casework.Filter{Kind: casework.Kind(q.Get("kind")), State: casework.State(q.Get("state")), Assigned: q.Get("assigned"), Due: casework.Due(q.Get("due")),
			Alarm: q.Get("alarm") != "", Closed: q.Get("closed") != "", Text: q.Get("ref")},
		Sort: casework.Sort(q.Get("sort")), Desc: q.Get("desc") != "", Cursor: q.Get("at"), Limit: show,
	}
	return page
}

// toldOf is what the form before has done.
func toldOf(q web.Values) staff.Told {
	var t staff.Told
	number := func(name string) int {
		n, err := strconv.Atoi(q.Get(name))
		if err != nil || n < 0 || n > 100 {
			return 0
		}
		return n
	}
	t.Given, t.Dropped = number("given"), number("dropped")
	switch q.Get("told") {
	case "none":
		t.NoNext = true
	case "undone":
		t.Undone = true
	case "transferred":
		t.Transferred = true
	case "saved":
		t.Saved = true
	case "removed":
		t.Removed = true
	case "given":
		t.Batch, _ = opaque.Parse(q.Get("batch"))
	}
	return t
}

// working is where a question about a case comes from, for the log.
func working(c *fiber.Ctx) casework.Request {
	return casework.Request{Route: web.Pattern(c), RequestID: web.RequestID(c)}
}
