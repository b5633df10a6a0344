package app

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// handlerLater is a handler that is not known yet when its server starts to listen.
type handlerLater struct {
	mu   sync.Mutex
	next http.Handler
}

func (h *handlerLater) set(next http.Handler) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.next = next
}

func (h *handlerLater) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	next := h.next
	h.mu.Unlock()
	next.ServeHTTP(w, r)
}

// fetch gets a page of anywhere.
func (b *browser) fetch(address string) answer {
	b.t.Helper()
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(req)
}

// post sends a form to anywhere, from a page of origin.
func (b *browser) post(address string, fields url.Values, origin string) answer {
	b.t.Helper()
	req, err := http.NewRequest(http.MethodPost, address, strings.NewReader(fields.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", origin)
	return b.do(req)
}

// sortedByDay puts lines that begin with a day in order, and within a day by what they say.
func sortedByDay(all []string) []string {
	slices.Sort(all)
	return all
}
