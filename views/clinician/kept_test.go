package clinician

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"candour/models/record"
)

func drawn(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What is kept of the sources is what would be drawn, for each state of the
// sources: what it shows is in its key.
func TestKeptCompletenessIsWhatWouldBeDrawn(t *testing.T) {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	one := record.SourceStatus{ID: "a", Organisation: "A Trust", Kind: "acute", State: "connected", LastReceived: at.Add(-time.Hour), FreshHours: 24, Holds: true}
	states := []record.SourceStatus{one}
	for _, change := range []func(*record.SourceStatus){
		func(s *record.SourceStatus) { s.Organisation = "B Trust" },
		func(s *record.SourceStatus) { s.Kind = "practice" },
		func(s *record.SourceStatus) { s.State = "planned" },
		func(s *record.SourceStatus) { s.LastReceived = at.Add(-2 * time.Hour) },
		func(s *record.SourceStatus) { s.LastReceived = at.Add(-48 * time.Hour) },
		func(s *record.SourceStatus) { s.LastReceived = time.Time{} },
		func(s *record.SourceStatus) { s.LastFailed = at },
		func(s *record.SourceStatus) { s.Holds = false },
	} {
		other := one
		change(&other)
		states = append(states, other)
	}
	ctx := context.Background()
	seen := map[string]bool{}
	for range 2 { // drawn, then kept
		for i, s := range states {
			p := page{words: wordsIn(ctx), at: at, sources: feeds([]record.SourceStatus{s}, at)}
			fresh, kept := drawn(t, p.completeness()), drawn(t, p.keptCompleteness())
			if fresh != kept {
				t.Errorf("state %d: what was kept is another one", i)
			}
			seen[fresh] = true
		}
	}
	if len(seen) != len(states) {
		t.Errorf("%d states gave %d texts: a state is not in the key's reach", len(states), len(seen))
	}
}

// The filter that is kept offers the sources of this person, not of the one before.
func TestKeptFilterIsWhatWouldBeDrawn(t *testing.T) {
	ctx := context.Background()
	source := func(id, name string, holds bool) feed {
		return feed{SourceStatus: record.SourceStatus{ID: id, Organisation: name, Holds: holds}}
	}
	for range 2 {
		for i, p := range []page{
			{sources: []feed{source("a", "A Trust", true)}},
			{sources: []feed{source("a", "A Trust", false)}},
			{sources: []feed{source("a", "B Trust", true)}},
			{sources: []feed{source("b", "A Trust", true)}},
			{sources: []feed{source("a", "A Trust", true), source("b", "B Trust", true)}},
			{sources: []feed{source("a", "A Trust", true)}, filter: record.Filter{Source: "a"}},
			{sources: []feed{source("a", "A Trust", true)}, filter: record.Filter{Text: "x", From: "2026-01-01"}},
		} {
			p.words = wordsIn(ctx)
			if drawn(t, p.narrowing()) != drawn(t, p.keptNarrowing()) {
				t.Errorf("state %d: the filter that was kept is another one", i)
			}
		}
	}
}
