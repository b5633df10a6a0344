package handlers

import (
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/casework"
	"candour/views/staff"
)

// queueFields are what the address of a queue may hold.
var queueFields = []string{"kind", "state", "assigned", "due", "alarm", "closed", "ref", "sort", "desc", "at", "show"}

// showCases is the queue of the viewer's organisation.
func (s *Server) showCases(c *fiber.Ctx, by access.Viewer) error {
	q, err := web.Query(c, queueFields...)
	if err != nil {
		return err
	}
	page := staff.Queue{Ask: askOf(q), Query: url.Values{}}
	for name, all := range q {
		if name != "at" && all[0] != "" {
			page.Query[name] = all
		}
	}
	page.Ask.Request = working(c)
	if page.Found, err = s.Cases.Queue(web.Context(c), by, page.Ask); err != nil {
		return err
	}
	return web.Render(c, staff.QueuePage(page))
}

// askOf reads a queue from its address; what it does not know it leaves out.
func askOf(q web.Values) casework.QueueAsk {
	show, _ := strconv.Atoi(q.Get("show")) // anything else is the usual number
	return casework.QueueAsk{
		Filter: casework.Filter{Kind: casework.Kind(q.Get("kind")), State: casework.State(q.Get("state")), Assigned: q.Get("assigned"), Due: casework.Due(q.Get("due")),
			Alarm: q.Get("alarm") != "", Closed: q.Get("closed") != "", Text: q.Get("ref")},
		Sort: casework.Sort(q.Get("sort")), Desc: q.Get("desc") != "", Cursor: q.Get("at"), Limit: show,
	}
}

// working is where a question about a case comes from, for the log.
func working(c *fiber.Ctx) casework.Request {
	return casework.Request{Route: web.Pattern(c), RequestID: web.RequestID(c)}
}
