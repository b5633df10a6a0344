package probe

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/audit"
)

// A denial is a refusal by its status and by its entry, and for the objection's sake:
// one without the other proves nothing.
func TestWhatIsADenial(t *testing.T) {
	entry := func(kind audit.Kind, outcome audit.Outcome, reason access.Reason) audit.Line {
		return audit.Line{Seq: 7, Entry: audit.Entry{Kind: kind, Outcome: outcome, Reason: string(reason), RequestID: "r1"}}
	}
	objected := entry(audit.KindRecord, audit.Refused, access.ReasonObjected)
	for _, c := range []struct {
		name   string
		status int
		id     string
		lines  []audit.Line
		denied bool
		shown  bool
	}{
		{"denied", 403, "r1", []audit.Line{objected}, true, false},
		{"nobody may know of them", 404, "r1", []audit.Line{entry(audit.KindRecord, audit.Refused, access.ReasonRestricted)}, true, false},
		{"shown", 200, "r1", []audit.Line{entry(audit.KindRecord, audit.Shown, access.ReasonDeclared)}, false, true},
		{"shown, and logged as refused", 200, "r1", []audit.Line{objected}, false, true},
		{"refused, and logged as shown", 403, "r1", []audit.Line{entry(audit.KindRecord, audit.Shown, access.ReasonDeclared)}, false, true},
		{"asked for a reason", 303, "r1", []audit.Line{entry(audit.KindRecord, audit.Refused, access.ReasonNoRelationship)}, false, true},
		{"refused for want of training", 403, "r1", []audit.Line{entry(audit.KindRecord, audit.Refused, access.ReasonTraining)}, false, false},
		{"another's entry", 403, "r2", []audit.Line{objected}, false, false},
		{"no entry", 403, "r1", nil, false, false},
		{"no id", 403, "", []audit.Line{{Seq: 1, Entry: audit.Entry{Kind: audit.KindRecord, Outcome: audit.Refused, Reason: "objected"}}}, false, false},
		{"shown, and no entry", 200, "r1", nil, false, true},
		{"down", 503, "r1", nil, false, false},
		{"down, and an old entry", 503, "r1", []audit.Line{objected}, false, false},
		{"not a partner any more", 403, "r1", []audit.Line{entry(audit.KindRecord, audit.Refused, access.ReasonOrganisation)}, false, false},
		{"too many", 429, "r1", nil, false, false},
		{"of another kind", 403, "r1", []audit.Line{entry(audit.KindIdentify, audit.Refused, access.ReasonObjected)}, false, false},
	} {
		got := judge("o", []Answer{{Route: "/r", Status: c.status, RequestID: c.id}}, c.lines)
		if len(got) != 1 || got[0].Denied != c.denied || allDenied(got) != c.denied || got[0].Shown != c.shown || anyShown(got) != c.shown {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
	if allDenied(nil) {
		t.Error("no evidence is none")
	}
}

func TestSpread(t *testing.T) {
	var all []time.Duration
	for i := range 20 {
		all = append(all, time.Duration(i+1)*time.Minute)
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	if s := spread(all); s.N != 20 || s.Median != 10*time.Minute || s.Lower != 5*time.Minute || s.Upper != 15*time.Minute || s.Slow != 18*time.Minute || s.Hidden {
		t.Errorf("%+v", s)
	}
	if s := spread(all[:4]).told(); !s.Hidden || s.N != 0 || s.Median != 0 {
		t.Errorf("of 4: %+v", s)
	}
	if s := spread([]time.Duration{3}); s.Median != 3 || s.Slow != 3 {
		t.Errorf("of one: %+v", s)
	}
	if s := spread(nil).told(); !s.Hidden {
		t.Errorf("of none: %+v", s)
	}
}

// Nobody can work a hidden number out of the sum of all and the numbers shown.
func TestHiddenNumbersStayHidden(t *testing.T) {
	for _, c := range []struct{ all, want string }{
		{"[10 20 30]", "[10 20 30]"}, {"[10 4 30]", "[- - 30]"}, {"[4 4 30]", "[- - 30]"}, {"[0 20 30]", "[- - 30]"}, {"[5 5]", "[5 5]"}, {"[4]", "[-]"}, {"[4 5]", "[- -]"}, {"[]", "[]"},
	} {
		var all []*Count
		for _, n := range map[string][]int{"[10 20 30]": {10, 20, 30}, "[10 4 30]": {10, 4, 30}, "[4 4 30]": {4, 4, 30}, "[0 20 30]": {0, 20, 30}, "[5 5]": {5, 5}, "[4]": {4}, "[4 5]": {4, 5}}[c.all] {
			all = append(all, &Count{N: n})
		}
		hide(all)
		got := []string{}
		for _, k := range all {
			if k.Hidden {
				got = append(got, "-")
			} else {
				got = append(got, fmt.Sprint(k.N))
			}
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, want %s", c.all, got, c.want)
		}
	}
}
