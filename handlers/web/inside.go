package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"

	"github.com/valyala/fasthttp"

	"candour/models/access"
)

// Inside is a session that the program itself has with this server: a probe asks by
// it what staff ask, through everything that stands between a browser and a handler.
type Inside struct {
	app    *App
	cookie string
}

// InsideAnswer is what came back: never what it said.
type InsideAnswer struct {
	Status    int
	RequestID string // as it stands in the access log
}

var errOnlyProbes = errors.New("web: only a probe has a session from inside")

// Inside begins such a session. It is for probes alone, which are shown nothing.
func (a *App) Inside(ctx context.Context, by access.Viewer) (*Inside, error) {
	if !by.Probe || by.Kind != access.Staff {
		return nil, errOnlyProbes
	}
	all := a.Sessions
	r := &row{id: newID(), agent: "probe", account: by.ID, provider: "inside", kind: by.Kind, idle: idleOf(by.Kind), organisation: by.Organisation}
	ctx, err := all.scs.Load(context.WithValue(ctx, rowKey{}, r), "")
	if err != nil {
		return nil, fmt.Errorf("web: inside: %w", err)
	}
	by.Session = r.id
	text, err := json.Marshal(by)
	if err != nil {
		return nil, fmt.Errorf("web: inside: %w", err)
	}
	all.scs.Put(ctx, keySecret, newSecret())
	all.scs.Put(ctx, keyViewer, string(text))
	cookie, _, err := all.scs.Commit(ctx)
	if err != nil {
		return nil, fmt.Errorf("web: inside: %w", err)
	}
	a.Fiber.Handler() // the tree of routes is there before anybody listens
	return &Inside{app: a, cookie: cookie}, nil
}

// Get asks for a path.
func (i *Inside) Get(path string) InsideAnswer {
	var req fasthttp.Request
	req.Header.SetMethod(fasthttp.MethodGet)
	req.SetRequestURI(path)
	req.Header.SetHost(i.app.origin.Host)
	req.Header.SetCookie(i.app.Sessions.scs.Cookie.Name, i.cookie)
	var c fasthttp.RequestCtx
	c.Init(&req, &net.TCPAddr{IP: net.IPv6loopback}, nil)
	i.app.Fiber.Server().Handler(&c)
	out := InsideAnswer{Status: c.Response.StatusCode()}
	if r, ok := c.UserValue(requestKey{}).(*request); ok {
		out.RequestID = r.id
	}
	return out
}

// Leave ends the session.
func (i *Inside) Leave(ctx context.Context) error {
	all := i.app.Sessions
	ctx, err := all.scs.Load(context.WithValue(context.WithoutCancel(ctx), rowKey{}, &row{}), i.cookie)
	if err == nil {
		err = all.scs.Destroy(ctx)
	}
	if err != nil {
		return fmt.Errorf("web: inside: leave: %w", err)
	}
	return nil
}
