package objection_test

import (
	"fmt"
	"slices"
	"testing"

	"candour/models/casework"
	"candour/models/deadline"
	"candour/models/objection"
)

// Every state is reached from the draft, every verb leads somewhere, no state and
// verb lead to two places, and from where an objection stands it can be taken back.
func TestTheTableIsWhole(t *testing.T) {
	seen := map[string]casework.State{}
	for _, tr := range objection.Transitions() {
		key := string(tr.From) + " " + string(tr.Verb)
		if to, twice := seen[key]; twice {
			t.Errorf("%s leads to %s and to %s", key, to, tr.To)
		}
		seen[key] = tr.To
		for _, s := range []casework.State{tr.From, tr.To} {
			if !slices.Contains(objection.States(), s) {
				t.Errorf("%s is not in the list of states", s)
			}
		}
		if tr.From == tr.To {
			t.Errorf("%s leads nowhere", key)
		}
	}
	reached := map[casework.State][]casework.Event{objection.Draft: {}}
	for range objection.States() {
		for from, path := range reached {
			for _, v := range objection.Verbs(from) {
				to, _ := objection.Next(from, v)
				if _, there := reached[to]; !there {
					reached[to] = append(path[:len(path):len(path)], casework.Event{Kind: string(v), From: from, To: to})
				}
			}
		}
	}
	for _, s := range objection.States() {
		path, there := reached[s]
		if !there {
			t.Errorf("nothing leads to %s", s)
			continue
		}
		if got, err := objection.Derive(path); err != nil || got != s {
			t.Errorf("the history of %s derives %s: %v", s, got, err)
		}
		_, reverse := objection.Next(s, objection.Reverse)
		_, withdraw := objection.Next(s, objection.Withdraw)
		started := s == objection.ReversalRequested || s == objection.ReversalConfirmed
		if (objection.InForce(s) && !started) != reverse || objection.Undecided(s) != withdraw {
			t.Errorf("%s: reverse %t, withdraw %t", s, reverse, withdraw)
		}
		if _, ok := objection.Next(s, objection.SeeReversal); ok != objection.InForce(s) {
			t.Errorf("%s: a reversal seen: %t", s, ok)
		}
	}
	for name, events := range map[string][]casework.Event{
		"a verb that leads nowhere": {{Kind: "submit", From: objection.Draft, To: objection.Submitted}, {Kind: "confirm", From: objection.Submitted, To: objection.Confirmed}},
		"somewhere else":            {{Kind: "submit", From: objection.Draft, To: objection.Confirmed}},
		"from somewhere else":       {{Kind: "submit", From: objection.Draft, To: objection.Submitted}, {Kind: "reverse", From: objection.Effective, To: objection.ReversalRequested}},
		"no verb, and it moves":     {{Kind: "note", From: objection.Draft, To: objection.Submitted}},
	} {
		if _, err := objection.Derive(events); err == nil {
			t.Errorf("%s was taken for a history", name)
		}
	}
}

func TestBars(t *testing.T) {
	today, err := deadline.ParseDay("2026-11-23")
	if err != nil {
		t.Fatal(err)
	}
	f := func(kind objection.FindingKind, outcome string) objection.Finding {
		return objection.Finding{Kind: kind, Outcome: outcome}
	}
	entry, competent, not := f(objection.FoundClinician, objection.NoConcern), f(objection.FoundCompetence, objection.Competent), f(objection.FoundCompetence, objection.NotCompetent)
	agrees, disagrees, unsaid := f(objection.FoundWish, objection.Agrees), f(objection.FoundWish, objection.Disagrees), f(objection.FoundWish, objection.CannotSay)
	proven, doubtful := f(objection.FoundAuthority, objection.Proven), f(objection.FoundAuthority, objection.Doubtful)
	for name, c := range map[string]struct {
		subject objection.Subject
		born    string
		found   []objection.Finding
		want    []objection.Bar
	}{
		"adult for themselves":                    {objection.Self, "1970-01-01", nil, nil},
		"nobody knows how old":                    {objection.Self, "1970", nil, []objection.Bar{objection.BarBirth, objection.BarClinician, objection.BarCompetence}},
		"child, nothing found":                    {objection.Child, "2018-01-01", nil, []objection.Bar{objection.BarClinician, objection.BarCompetence}},
		"child, not competent, parent proven":     {objection.Child, "2018-01-01", []objection.Finding{entry, not, proven}, nil},
		"child, not competent, parent not proven": {objection.Child, "2018-01-01", []objection.Finding{entry, not}, []objection.Bar{objection.BarAuthority}},
		"child, not competent, evidence doubtful": {objection.Child, "2018-01-01", []objection.Finding{entry, not, proven, doubtful}, []objection.Bar{objection.BarAuthority}},
		"child, not competent, their wish no bar": {objection.Child, "2018-01-01", []objection.Finding{entry, not, proven, disagrees}, nil},
		"child, staff alone":                      {objection.Child, "2018-01-01", []objection.Finding{not, proven}, []objection.Bar{objection.BarClinician}},
		"child, a concern":                        {objection.Child, "2018-01-01", []objection.Finding{f(objection.FoundClinician, objection.Concern), not, proven}, []objection.Bar{objection.BarConcern}},
		"child, a concern that was met":           {objection.Child, "2018-01-01", []objection.Finding{f(objection.FoundClinician, objection.Concern), not, proven, entry}, nil},
		"competent child agrees":                  {objection.Child, "2012-01-01", []objection.Finding{entry, competent, agrees}, nil},
		"competent child does not agree":          {objection.Child, "2012-01-01", []objection.Finding{entry, competent, proven, disagrees}, []objection.Bar{objection.BarDisagrees}},
		"competent child was not asked":           {objection.Child, "2012-01-01", []objection.Finding{entry, competent, proven}, []objection.Bar{objection.BarWish}},
		"competent child cannot say":              {objection.Child, "2012-01-01", []objection.Finding{entry, competent, unsaid}, []objection.Bar{objection.BarWish}},
		"competent child for themselves":          {objection.Self, "2012-01-01", []objection.Finding{entry, competent}, nil},
		"child for themselves, not competent":     {objection.Self, "2012-01-01", []objection.Finding{entry, not}, []objection.Bar{objection.BarAuthority}},
		"sixteen today, a parent asks":            {objection.Child, "2010-11-23", []objection.Finding{entry, proven}, []objection.Bar{objection.BarWish}},
		"sixteen today, agrees":                   {objection.Child, "2010-11-23", []objection.Finding{entry, agrees}, nil},
		"sixteen tomorrow, a parent asks":         {objection.Child, "2010-11-24", []objection.Finding{entry, not, proven}, nil},
		"seventeen for themselves":                {objection.Self, "2009-01-01", []objection.Finding{entry}, nil},
		"of age since, a parent asked":            {objection.Child, "2008-11-23", nil, []objection.Bar{objection.BarWish}},
		"of age since, no authority left":         {objection.Child, "2008-11-23", []objection.Finding{proven, entry, not}, []objection.Bar{objection.BarWish}},
		"attorney":                                {objection.Adult, "1940-01-01", []objection.Finding{proven}, nil},
		"attorney without evidence":               {objection.Adult, "1940-01-01", nil, []objection.Bar{objection.BarAuthority}},
	} {
		o := objection.Objection{Subject: c.subject, BirthDate: c.born, Level: "P9", Findings: c.found}
		o.Person, o.State = "somebody", objection.InReview
		if got := objection.Bars(o, today); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v instead of %v", name, got, c.want)
		}
		all := slices.Clone(c.want)
		o.Person, o.State, o.Level = "", objection.Disputed, "P5"
		got := objection.Bars(o, today)
		for _, b := range append(all, objection.BarPerson, objection.BarDisputed, objection.BarIdentity) {
			if !slices.Contains(got, b) || !slices.Contains(objection.AllBars(), b) {
				t.Errorf("%s, unknown, disputed and unproven: no %s in %v", name, b, got)
			}
		}
	}
}

func TestSettles(t *testing.T) {
	say := func(who, what string) objection.Finding {
		return objection.Finding{Kind: objection.FoundPosition, Who: who, Outcome: what}
	}
	apart := []objection.Finding{say("mother", objection.Agrees), say("father", objection.Disagrees)}
	for n, c := range []struct {
		positions []objection.Finding
		by        objection.SettledBy
		note      string
		want      bool
	}{
		{apart, objection.ByAgreement, "they told me so", false},
		{append(apart[:2:2], say("father", objection.Agrees)), objection.ByAgreement, "", true},
		{apart[:1], objection.ByAgreement, "", false},
		{apart, objection.ByCourt, "", false}, {apart, objection.ByCourt, "order of 1 November", true},
		{apart, objection.ByBestInterest, "", false}, {apart, objection.ByBestInterest, "why", true},
		{append(apart[:2:2], say("father", objection.Agrees)), "a coin", "heads", false},
	} {
		if got := objection.Settles(c.positions, c.by, c.note); got != c.want {
			t.Errorf("%d: %t", n, got)
		}
	}
}

func TestJudge(t *testing.T) {
	r := func(coded, reversals, unapplied int) objection.Reconciliation {
		return objection.Reconciliation{Coded: coded, Reversals: reversals, InForce: coded, Unapplied: unapplied}
	}
	for n, c := range []struct {
		before *objection.Reconciliation
		now    objection.Reconciliation
		want   objection.Alarm
	}{
		{nil, r(1000, 0, 0), ""}, {nil, r(10, 0, 1), objection.AlarmUnapplied},
		{ptr(r(100, 10, 0)), r(120, 10, 0), ""}, {ptr(r(100, 10, 0)), r(121, 10, 0), objection.AlarmStep}, {ptr(r(100, 10, 0)), r(79, 10, 0), objection.AlarmStep},
		{ptr(r(100, 10, 0)), r(0, 0, 0), objection.AlarmStep}, {ptr(r(100, 10, 0)), r(100, 16, 0), objection.AlarmStep},
		{ptr(r(2, 0, 0)), r(7, 0, 0), ""}, {ptr(r(2, 0, 0)), r(8, 0, 0), objection.AlarmStep}, {ptr(r(0, 0, 0)), r(5, 0, 0), ""}, {ptr(r(0, 0, 0)), r(6, 0, 0), objection.AlarmStep},
		{ptr(r(100, 10, 0)), r(0, 0, 1), objection.AlarmUnapplied},
	} {
		if got := objection.Judge(c.before, c.now, 20); got != c.want {
			t.Errorf("%d: %q", n, got)
		}
	}
}

func ptr[T any](v T) *T { return &v }

// Who asked here is named in a dispute; whom staff wrote down stays "applicant": the
// name on such a case is the member of staff's.
func TestWhoIsNamedFirst(t *testing.T) {
	for _, x := range []struct {
		route casework.Route
		name  string
		want  string
	}{
		{casework.Portal, "Ann Doe", "Ann Doe"}, {casework.Portal, "", "applicant"},
		{casework.Phone, "Devinder Gill", "applicant"}, {casework.Desk, "", "applicant"},
	} {
		if got := objection.ApplicantName(casework.Case{Route: x.route, TakenName: x.name}); got != x.want {
			t.Errorf("%s %q: %q", x.route, x.name, got)
		}
	}
}
