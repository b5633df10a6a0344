package patient

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"candour/locales"
	"candour/models/access"
	"candour/models/audit"
	"candour/views/component"
	"candour/views/link"
)

// sum says how many accesses a visit holds and by how many people; the people are
// counted only where every access of the visit is at hand.
func sum(ctx context.Context, g access.HistoryGroup) string {
	accesses := locales.N(ctx, "history.accesses", int(g.Entries))
	if g.Fold != audit.FoldStaff || int64(len(g.Latest)) != g.Entries {
		return accesses
	}
	var people []string
	for _, e := range g.Latest {
		if !slices.Contains(people, e.Viewer.ID) {
			people = append(people, e.Viewer.ID)
		}
	}
	return locales.T(ctx, "history.by_people", "accesses", accesses, "people", locales.N(ctx, "history.people", len(people)))
}

// person is somebody of a visit, and their job.
type person struct{ name, job string }

// people are those of a visit's accesses, each once, at most three; more says that
// there are others, or may be.
func people(ctx context.Context, g access.HistoryGroup) (all []person, more bool) {
	more = int64(len(g.Latest)) < g.Entries
	if g.Fold != audit.FoldStaff {
		return nil, false
	}
	for _, e := range g.Latest {
		p := person{who(ctx, e), role(ctx, e)}
		switch {
		case slices.Contains(all, p):
		case len(all) == 3:
			return all, true
		default:
			all = append(all, p)
		}
	}
	return all, more
}

// reasons are the sentences of a visit, each once. Where the record was opened, the
// steps before it (finding the person, giving a reason) stay in the unfolded list.
func reasons(ctx context.Context, g access.HistoryGroup) []string {
	opened := slices.ContainsFunc(g.Latest, showed)
	var all []string
	for _, e := range g.Latest {
		if opened && !showed(e) && !refused(e) {
			continue
		}
		if sentence := why(ctx, e); !slices.Contains(all, sentence) {
			all = append(all, sentence)
		}
	}
	return all
}

// showed says that an access opened the record itself.
func showed(e access.HistoryEntry) bool {
	return e.Kind == audit.KindRecord && e.Outcome == audit.Shown
}

// visitSaw says what a visit's accesses showed; a long list of parts is counted
// here and written out below.
func visitSaw(ctx context.Context, g access.HistoryGroup) string {
	parts := visitSeen(ctx, g)
	switch n := len(parts); {
	case n == 0:
		return ""
	case n > manyParts:
		return locales.N(ctx, "history.saw_many", n)
	}
	return locales.T(ctx, "history.saw", "parts", join(ctx, parts))
}

const manyParts = 5

// visitSeen is everything that the visit's accesses showed.
func visitSeen(ctx context.Context, g access.HistoryGroup) []string {
	var all []string
	for _, e := range g.Latest {
		for _, s := range e.Sections {
			if !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return seen(ctx, all)
}

// visitTag names what is unusual about a visit: somebody was not let in.
func visitTag(g access.HistoryGroup) bool {
	return slices.ContainsFunc(g.Latest, refused)
}

// refused says that somebody was turned away. Being asked for a reason first is a
// step on the way in, not a refusal, and must not alarm.
func refused(e access.HistoryEntry) bool {
	return e.Outcome == audit.Refused && e.Reason != string(access.ReasonNoRelationship) && !ofProbe(e)
}

// allOf is the list of every single access of a visit.
func allOf(g access.HistoryGroup) string {
	f := access.HistoryFilter{From: g.Day, To: g.Day, Organisation: g.Organisation,
		Own: g.Fold == audit.FoldOwn, System: g.Fold == audit.FoldSystem}
	return link.MyAccessHistory(HistoryQuery(f, true))
}

func entryLink(e access.HistoryEntry) string { return link.MyAccess(strconv.FormatInt(e.Seq, 10)) }

// itemGroup is the items of one sort that an access showed.
type itemGroup struct {
	Type  string
	Items []access.HistoryItem
}

func itemGroups(items []access.HistoryItem) []itemGroup {
	var groups []itemGroup
	for _, it := range items {
		i := slices.IndexFunc(groups, func(g itemGroup) bool { return g.Type == it.Type })
		if i < 0 {
			groups = append(groups, itemGroup{Type: it.Type})
			i = len(groups) - 1
		}
		groups[i].Items = append(groups[i].Items, it)
	}
	return groups
}

// itemLine is one item in words: its title, who sent it, and which version.
func itemLine(ctx context.Context, it access.HistoryItem) string {
	title := it.Title
	if !strings.ContainsFunc(title, unicode.IsLetter) { // no title, or a bare code
		title = itemType(ctx, it.Type)
	}
	version := strconv.Itoa(it.Ref.Version)
	if it.SourceName == "" {
		return locales.T(ctx, "history.item", "title", title, "version", version)
	}
	return locales.T(ctx, "history.item_from", "title", title, "version", version, "source", it.SourceName)
}

// itemToken is how the page names an item to the ledger test: only where titles
// were disclosed does showing the item count as showing the record again.
func itemToken(it access.HistoryItem) string {
	return string(it.Ref.ID) + "." + strconv.Itoa(it.Ref.Version)
}

func titled(items []access.HistoryItem) bool {
	return slices.ContainsFunc(items, func(it access.HistoryItem) bool { return it.Title != "" })
}

// entryRows is one access as a list of facts.
func entryRows(ctx context.Context, e access.HistoryEntry) []component.Row {
	rows := []component.Row{}
	if name := who(ctx, e); name != "" {
		rows = append(rows, component.Row{Key: locales.T(ctx, "history.col.who"), Part: bdi(name)})
	}
	rows = append(rows, component.Row{Key: locales.T(ctx, "history.col.role"), Part: roleWords(e)})
	if e.Fold == audit.FoldStaff {
		rows = append(rows, component.Row{Key: locales.T(ctx, "history.col.organisation"), Part: bdi(place(ctx, e.Fold, e.Viewer.OrganisationName))})
	}
	rows = append(rows,
		component.Row{Key: locales.T(ctx, "history.col.when"), Value: component.DayTime(ctx, e.At)},
		component.Row{Key: locales.T(ctx, "history.col.why"), Value: why(ctx, e)})
	if e.Fold == audit.FoldStaff {
		rows = append(rows, component.Row{Key: locales.T(ctx, "history.col.related"), Value: related(ctx, e)})
	}
	return append(rows, component.Row{Key: locales.T(ctx, "history.col.seen"), Value: seenLine(ctx, e)})
}

// seenLine says what an access showed: which parts, and how many items.
func seenLine(ctx context.Context, e access.HistoryEntry) string {
	switch {
	case e.Outcome == audit.Refused || e.Outcome == audit.Nothing:
		return locales.T(ctx, "history.seen_nothing")
	case e.Kind == audit.KindSearch || e.Kind == audit.KindIdentify:
		return locales.T(ctx, "history.seen_identity")
	case e.Kind == audit.KindHistory:
		return locales.T(ctx, "history.seen_list")
	case e.Kind != audit.KindRecord:
		return locales.T(ctx, "history.seen_none")
	case len(e.Sections) == 0:
		return locales.N(ctx, "history.items", e.Count)
	}
	return locales.T(ctx, "history.seen_parts", "parts", join(ctx, seen(ctx, e.Sections)), "items", locales.N(ctx, "history.items", e.Count))
}

func join(ctx context.Context, words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		text := words[0]
		for _, w := range words[1 : n-1] {
			text = locales.T(ctx, "history.list_more", "list", text, "next", w)
		}
		return locales.T(ctx, "history.list_last", "list", text, "last", words[n-1])
	}
}

func entryNumber(e access.HistoryEntry) string { return strconv.FormatInt(e.Seq, 10) }

func whoAndRole(ctx context.Context, e access.HistoryEntry) string {
	name := who(ctx, e)
	if name == "" || e.Fold != audit.FoldStaff {
		return role(ctx, e)
	}
	return name + ", " + role(ctx, e)
}

// weekday is a day of the list, which the log keeps as text.
func weekday(ctx context.Context, iso string) string {
	t, err := time.ParseInLocation(time.DateOnly, iso, component.London)
	if err != nil {
		return iso
	}
	return component.Weekday(ctx, t)
}

// capital begins a choice of the form, which the list has in the middle of sentences.
func capital(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:]
}
