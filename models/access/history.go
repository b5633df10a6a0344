package access

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"candour/models/audit"
	"candour/models/invalid"
	"candour/models/opaque"
)

// HistoryFilter narrows a list of accesses; all of it lives in the URL.
type HistoryFilter struct {
	From, To     string // YYYY-MM-DD, London, inclusive
	Organisation string
	Role         string // national role code
	Section      string
	Reason       string
	Own, System  bool // unfold the patient's own and automatic accesses
}

// single tells whether the filter asks what only single entries know.
func (f HistoryFilter) single() bool { return f.Role != "" || f.Section != "" || f.Reason != "" }

func (f HistoryFilter) check() error {
	var problems invalid.Fields
	for name, day := range map[string]string{"from": f.From, "to": f.To} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			problems = append(problems, invalid.Field{Name: name, Message: "history.day.invalid"})
		}
	}
	if len(problems) == 0 && f.From != "" && f.To != "" && f.From > f.To {
		problems = append(problems, invalid.Field{Name: "to", Message: "history.days.order"})
	}
	return problems.OrNil()
}

func (f HistoryFilter) days() audit.DayFilter {
	return audit.DayFilter{From: f.From, To: f.To, Organisation: f.Organisation, Own: f.Own, System: f.System}
}

// HistoryRequest is one request for a list of accesses.
type HistoryRequest struct {
	Filter    HistoryFilter
	Flat      bool   // every single access instead of groups; implied by role, section and reason
	Entry     int64  // one access with its items, instead of a list
	Cursor    string // from Next or Previous; anything else starts at the beginning
	Limit     int    // groups or accesses a page; 0 = 25, at most 5,000
	Latest    int    // accesses shown in each group; 0 = 3
	Route     string
	Shape     string
	RequestID string
}

// HistoryEntry is one access in a list.
type HistoryEntry struct {
	Seq  int64
	Day  string // London
	Fold audit.Fold
	audit.Entry
}

// HistoryGroup is what one organisation did on one day.
type HistoryGroup struct {
	Day              string
	Organisation     string
	OrganisationName string // as it was called then
	Fold             audit.Fold
	Entries          int64          // all of the day's
	Latest           []HistoryEntry // the newest of them
}

// HistoryItem is one item that an access showed.
type HistoryItem struct {
	Ref        audit.ItemRef
	Type       string // FHIR type; "" when the item is no longer held
	SourceName string // organisation that sent it
	Title      string // "" when it may not be shown
}

// History is the list of accesses to one person's record: it exists only after its
// own entry was committed. Its fields are unexported on purpose (trust.md R-1).
type History struct {
	pass           Pass
	filter         HistoryFilter
	flat           bool
	groups         []HistoryGroup
	entries        []HistoryEntry
	items          []HistoryItem
	total, days    int64
	counted        bool
	organisations  []audit.Organisation
	since          string
	next, previous string
}

func (h History) Pass() Pass            { return h.pass }
func (h History) Filter() HistoryFilter { return h.filter }

// Flat tells whether single accesses are listed rather than groups.
func (h History) Flat() bool { return h.flat }

// Groups are the page's groups, newest day first.
func (h History) Groups() []HistoryGroup { return h.groups }

// Entries are the page's single accesses, newest first, when Flat, or the one asked for.
func (h History) Entries() []HistoryEntry { return h.entries }

// Items are what the one access asked for showed.
func (h History) Items() []HistoryItem { return h.items }

// Total counts accesses and groups under the filter, over all pages; ok is false
// where only single entries know (role, section, reason).
func (h History) Total() (entries, groups int64, ok bool) { return h.total, h.days, h.counted }

// Organisations are those in the person's whole list, for the filter.
func (h History) Organisations() []audit.Organisation { return h.organisations }

// Since is the first day of the person's list, "" while it is empty.
func (h History) Since() string { return h.since }

// Next and Previous are the cursors of the pages beside this one, "" at the ends.
func (h History) Next() string     { return h.next }
func (h History) Previous() string { return h.previous }

// History gives the list of accesses of one person: to themselves, and to those
// whose role is to review accesses. Looking at it is an access of its own.
func (g *Gate) History(ctx context.Context, by Viewer, person opaque.ID, req HistoryRequest) (History, error) {
	if err := req.Filter.check(); err != nil {
		return History{}, err
	}
	var h History
	ask := Ask{By: by, Person: person, What: WhatHistory, Route: req.Route, Shape: req.Shape, RequestID: req.RequestID}
	pass, err := g.Pass(ctx, ask, func(ctx context.Context, p Pass) (Shown, error) {
		h = History{filter: req.Filter, flat: req.Flat || req.Filter.single()}
		switch {
		case req.Entry != 0:
			return g.readEntry(ctx, p, req, &h)
		case h.flat:
			return g.readFlat(ctx, p, req, &h)
		}
		return g.readGroups(ctx, p, req, &h)
	})
	if err != nil {
		return History{}, err
	}
	h.pass = pass
	return h, nil
}

// limits gives the sizes of a page.
func (r HistoryRequest) limits() (page, latest int) {
	page, latest = r.Limit, r.Latest
	if page <= 0 {
		page = 25
	}
	if latest <= 0 {
		latest = 3
	}
	return min(page, 5000), min(latest, 100)
}

func (g *Gate) readGroups(ctx context.Context, p Pass, req HistoryRequest, h *History) (Shown, error) {
	person, filter := p.ask.Person, req.Filter.days()
	page, latest := req.limits()
	cursor := parseDayCursor(req.Cursor)
	groups, more, err := g.log.Days(ctx, person, filter, cursor, page)
	if err != nil {
		return Shown{}, err
	}
	lines, err := g.log.Latest(ctx, person, groups, latest)
	if err != nil {
		return Shown{}, err
	}
	count := 0
	for i, gr := range groups {
		group := HistoryGroup{Day: gr.Day, Organisation: gr.Organisation, Fold: gr.Fold, Entries: gr.Entries}
		for _, line := range lines[i] {
			group.Latest = append(group.Latest, told(p, line))
		}
		if len(lines[i]) > 0 {
			group.OrganisationName = lines[i][0].Viewer.OrganisationName
		}
		count += len(group.Latest)
		h.groups = append(h.groups, group)
	}
	if n := len(groups); n > 0 {
		if more || cursor.Back {
			h.next = dayCursor(groups[n-1], false)
		}
		if cursor.Day != "" && (more || !cursor.Back) {
			h.previous = dayCursor(groups[0], true)
		}
	}
	if err := g.readAround(ctx, person, filter, h); err != nil {
		return Shown{}, err
	}
	return Shown{Count: count}, nil
}

// readAround reads what stands round a list: its totals, organisations and beginning.
func (g *Gate) readAround(ctx context.Context, person opaque.ID, f audit.DayFilter, h *History) (err error) {
	if !h.filter.single() {
		if h.total, h.days, err = g.log.Total(ctx, person, f); err != nil {
			return err
		}
		h.counted = true
	}
	h.organisations, h.since, err = g.log.Organisations(ctx, person)
	return err
}

func (g *Gate) readFlat(ctx context.Context, p Pass, req HistoryRequest, h *History) (Shown, error) {
	person, f := p.ask.Person, req.Filter
	page, _ := req.limits()
	cursor := parseEntryCursor(req.Cursor)
	lines, reached, err := g.log.Entries(ctx, person, audit.EntryFilter{DayFilter: f.days(), Role: f.Role, Section: f.Section, Reason: f.Reason}, cursor, page)
	if err != nil {
		return Shown{}, err
	}
	for _, line := range lines {
		h.entries = append(h.entries, told(p, line))
	}
	if n := len(lines); !cursor.Back {
		h.next = entryCursor(reached, false)
		if cursor.Seq != 0 && n > 0 {
			h.previous = entryCursor(lines[0].Seq, true)
		}
	} else if n > 0 {
		h.next, h.previous = entryCursor(lines[n-1].Seq, false), entryCursor(reached, true)
	}
	if err := g.readAround(ctx, person, f.days(), h); err != nil {
		return Shown{}, err
	}
	return Shown{Count: len(lines)}, nil
}

// told is an entry as it may be told. A viewer's own words stay with those who
// review accesses: they may speak of somebody else.
func told(p Pass, line audit.Line) HistoryEntry {
	e := HistoryEntry{Seq: line.Seq, Day: audit.Day(line.At), Fold: audit.FoldOf(line.Entry), Entry: line.Entry}
	e.Viewer.Session = ""
	if p.ask.By.Kind == Patient {
		e.Relation.Note = ""
	}
	return e
}

func dayCursor(gr audit.Group, back bool) string {
	return strings.Join([]string{gr.Day, string(gr.Fold), direction(back), gr.Organisation}, ".")
}

func parseDayCursor(s string) audit.DayCursor {
	parts := strings.SplitN(s, ".", 4)
	if len(parts) != 4 || !slices.Contains([]string{"n", "p"}, parts[2]) {
		return audit.DayCursor{}
	}
	if _, err := time.Parse(time.DateOnly, parts[0]); err != nil {
		return audit.DayCursor{}
	}
	return audit.DayCursor{Day: parts[0], Fold: audit.Fold(parts[1]), Back: parts[2] == "p", Organisation: parts[3]}
}

func entryCursor(seq int64, back bool) string {
	if seq == 0 {
		return ""
	}
	return fmt.Sprintf("%d.%s", seq, direction(back))
}

func parseEntryCursor(s string) audit.EntryCursor {
	number, dir, ok := strings.Cut(s, ".")
	seq, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil || seq <= 0 || dir != "n" && dir != "p" {
		return audit.EntryCursor{}
	}
	return audit.EntryCursor{Seq: seq, Back: dir == "p"}
}

func direction(back bool) string {
	if back {
		return "p"
	}
	return "n"
}
