package patient

import (
	"context"
	"strings"
	"testing"

	"candour/models/access"
	"candour/models/audit"
	"candour/views/viewtest"
)

// A probe is no look: it is folded away with what programs do, and unfolded it says
// what it is, and not that anybody was turned away.
func TestAProbeIsNoLook(t *testing.T) {
	h := newHouse(t)
	by := access.ForProbe("probe", "hospital", "Northgate Hospital")
	h.do("INSERT INTO staff (id, issuer, subject, name, training_until) VALUES ('probe', 'i', 's', 'n', ?)", noon.AddDate(1, 0, 0).UnixMilli())
	h.do("UPDATE persons SET objected = ?", true)
	for range 3 {
		_, err := h.gate.Pass(context.Background(), access.Ask{By: by, Person: h.me.Person, What: access.WhatRecord, Purpose: access.Treat, Route: "/patients/:ref/record", Shape: "page"},
			func(context.Context, access.Pass) (access.Shown, error) { return access.Shown{}, nil })
		if err == nil {
			t.Fatal("a probe was let in")
		}
	}
	list := func(f access.HistoryFilter) string {
		history, err := h.gate.History(context.Background(), h.me, h.me.Person, access.HistoryRequest{Filter: f, Route: "/my/access-history", Shape: "page"})
		h.must(err)
		for _, g := range history.Groups() {
			if g.Fold == audit.FoldSystem && (g.Entries != 3 || visitTag(g)) {
				t.Errorf("%+v", g)
			}
		}
		return viewtest.Text(viewtest.Page(t, "history-probes", shell, AccessHistoryPage(HistoryPage{History: history, Filter: f})))
	}
	if text := list(access.HistoryFilter{}); strings.Contains(text, "whether your objection holds") || strings.Contains(text, "Northgate") {
		t.Errorf("shown among the looks: %s", text)
	}
	if text := list(access.HistoryFilter{System: true}); !strings.Contains(text, "whether your objection holds. No person looked, and nothing was shown") {
		t.Errorf("not shown when asked for: %s", text)
	}
}
