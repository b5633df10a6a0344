package letter

import (
	"slices"
	"strings"
	"testing"
)

// No template can carry anything clinical: not in its name, its fields or what can
// be chosen; and there is no type of field for free text.
func TestNoTemplateCarriesAnythingClinical(t *testing.T) {
	seen := map[Name]int{}
	for _, tm := range Templates() {
		if err := tm.sound(); err != nil {
			t.Error(err)
		}
		if seen[tm.Name] >= tm.Version {
			t.Errorf("%s: versions are not in order", tm.Name)
		}
		seen[tm.Name] = tm.Version
		for _, f := range tm.Fields {
			for _, text := range []string{"HIV clinic on Monday", "she is pregnant; see notes", "a\nb", strings.Repeat("x", 100), ""} {
				if f.holds(text) {
					t.Errorf("%s: field %s takes %q", tm.Name, f.Name, text)
				}
			}
		}
	}
	for name := range seen {
		if c, ok := Current(name); !ok || c.Version != seen[name] {
			t.Errorf("%s: %+v", name, c)
		}
	}
	if _, ok := Current("nothing"); ok {
		t.Error("a template that there is not")
	}
	if _, ok := Find(ObjectionReceived, 99); ok {
		t.Error("a version that there is not")
	}
	good := Template{Name: "x", Version: 1, Kind: Progress, To: []Role{Self}}
	for what, bad := range map[string]func(*Template){
		"a field for the diagnosis":     func(t *Template) { t.Fields = []Field{{Name: "diagnosis", Type: Reference}} },
		"a clinical choice":             func(t *Template) { t.Fields = []Field{{Name: "why", Type: Choice, Of: []string{"mental_capacity"}}} },
		"a clinical name":               func(t *Template) { t.Name = "pregnancy_ahead" },
		"an organisation in an e-mail":  func(t *Template) { t.Fields = []Field{{Name: "o", Type: Organisation, Outside: true}} },
		"a name in an e-mail":           func(t *Template) { t.Fields = []Field{{Name: "n", Type: Professional, Outside: true}} },
		"nothing to choose from":        func(t *Template) { t.Fields = []Field{{Name: "c", Type: Choice}} },
		"a kind that nobody can choose": func(t *Template) { t.Kind = "gossip" },
		"for nobody":                    func(t *Template) { t.To = nil },
	} {
		tm := good
		bad(&tm)
		if tm.sound() == nil {
			t.Errorf("%s is taken", what)
		}
	}
	if err := good.sound(); err != nil {
		t.Error(err)
	}
}

func TestFieldsAreAClosedTypedList(t *testing.T) {
	for typ, c := range map[Type]struct{ good, bad []string }{
		Reference:    {[]string{"OBJ-1234", "abc"}, []string{"", "ab", "a b", "-ab", "OBJ/1", strings.Repeat("a", 41)}},
		Date:         {[]string{"2026-11-23", "2028-02-29"}, []string{"", "2026-02-29", "23.11.2026", "2026-11-23T00:00:00Z", "tomorrow"}},
		Count:        {[]string{"0", "7", "9999"}, []string{"", "-1", "10000", "07", "1.5", "one"}},
		Organisation: {[]string{"surgery", "abcdefghijklmnopqrstuvwxyz"}, []string{"", "The Sexual Health Clinic", "a b"}},
		Professional: {[]string{"Dr A. O’Neill", "Zieliński", "Ng", "Dr Blood", "Mrs. Ann Stroke"}, []string{"", "1", "Dr Ash, oncology clinic", "HIV team", "Blood", "Dr HIV clinic", "Dr Ash: see results", strings.Repeat("n", 81)}},
		Telephone:    {[]string{"01234 567890", "+44 1234 567890"}, []string{"", "call me", "12", "01234-567890"}},
		Choice:       {[]string{"yes"}, []string{"", "no", "YES"}},
		"narrative":  {nil, []string{"anything", ""}},
	} {
		f := Field{Name: "f", Type: typ, Of: []string{"yes"}}
		for _, v := range c.good {
			if !f.holds(v) {
				t.Errorf("%s does not take %q", typ, v)
			}
		}
		for _, v := range c.bad {
			if f.holds(v) {
				t.Errorf("%s takes %q", typ, v)
			}
		}
	}
	tm := Template{Name: "x", Fields: []Field{{Name: "reference", Type: Reference, Outside: true}, {Name: "telephone", Type: Telephone, Optional: true}}}
	for what, c := range map[string]struct {
		f  Fields
		ok bool
	}{
		"whole":              {Fields{"reference": "abc", "telephone": "01234 567890"}, true},
		"without optional":   {Fields{"reference": "abc"}, true},
		"missing":            {Fields{"telephone": "01234 567890"}, false},
		"one more":           {Fields{"reference": "abc", "note": "abc"}, false},
		"wrong type":         {Fields{"reference": "a b c"}, false},
		"optional but empty": {Fields{"reference": "abc", "telephone": ""}, false},
	} {
		if err := tm.check(c.f); (err == nil) != c.ok {
			t.Errorf("%s: %v", what, err)
		} else if err != nil && strings.Contains(err.Error(), "a b c") {
			t.Errorf("the error repeats the value: %v", err)
		}
	}
	if out := tm.outside(Fields{"reference": "abc", "telephone": "01234 567890"}); len(out) != 1 || out["reference"] != "abc" {
		t.Errorf("%v leaves", out)
	}
}

func TestNameOf(t *testing.T) {
	for name, want := range map[string]string{"Ash, Tom (Dr)": "Ash Tom Dr", "DR  B.  O’NEILL": "DR B. O’NEILL", "Dr Blood": "Dr Blood",
		"R2D2": "R D", "": "", "123": "", "HIV clinic": "", strings.Repeat("n", 90): ""} {
		if got := NameOf(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestClinicalWords(t *testing.T) {
	for text, want := range map[string]string{
		"Your request OBJ-1 has been decided by Dr Ash at Riverside Surgery": "",
		"A clinician of your practice has looked at it":                      "",
		"Your HIV test": "hiv", "the Diagnosis": "diagnosis", "sexual-health service": "sexual", "(medication)": "medication",
		"conditional": "conditional", "your appointment at the Clinic": "clinic",
	} {
		if got, found := Clinical(text); got != want || found != (want != "") {
			t.Errorf("%q: %q %v, want %q", text, got, found, want)
		}
	}
}

func TestWays(t *testing.T) {
	all := Address{Email: "e", Mobile: "m", Post: "p"}
	must, paper := Template{Must: true}, Template{Paper: true}
	for _, c := range []struct {
		name   string
		t      Template
		inbox  bool
		wanted []Channel
		reach  Address
		want   []Channel
	}{
		{"as by default", must, true, []Channel{Email}, all, []Channel{InApp, Email}},
		{"nothing beside the portal", must, true, nil, all, []Channel{InApp}},
		{"everything", must, true, []Channel{Paper, Notify, Email}, all, []Channel{InApp, Email, Notify, Paper}},
		{"no e-mail known", must, true, []Channel{Email}, Address{Post: "p"}, []Channel{InApp}},
		{"always on paper", paper, true, nil, all, []Channel{InApp, Paper}},
		{"on paper once", paper, true, []Channel{Paper}, all, []Channel{InApp, Paper}},
		{"on paper, no address", paper, true, nil, Address{Email: "e"}, []Channel{InApp}},
		{"no portal, wanted by e-mail", must, false, []Channel{Email}, all, []Channel{Email}},
		{"no portal, wanted nothing: on paper", must, false, nil, all, []Channel{Paper}},
		{"no portal, not reachable as wanted", must, false, []Channel{Notify}, Address{Post: "p"}, []Channel{Paper}},
		{"no way at all", must, false, []Channel{Email}, Address{}, nil},
		{"no portal, not by an e-mail that was not wanted", must, false, nil, Address{Email: "e"}, nil},
	} {
		if got := ways(c.t, c.inbox, c.wanted, c.reach); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Every state can be reached, and only what is sent or cancelled may be an end.
func TestTransitions(t *testing.T) {
	reached := map[State]bool{}
	for _, to := range next {
		for _, s := range to {
			reached[s] = true
		}
	}
	for _, s := range States() {
		if !reached[s] {
			t.Errorf("%s is never reached", s)
		}
	}
	for _, end := range []State{Cancelled, Bounced} {
		for _, s := range States() {
			if end.May(s) {
				t.Errorf("%s becomes %s", end, s)
			}
		}
	}
	if Sent.May(Queued) || Sent.May(Sent) || State("x").May(Sent) {
		t.Error("sent twice")
	}
}

func TestATelephoneNumberAsTheRegisterHasIt(t *testing.T) {
	for given, want := range map[string]string{"01632 960001": "01632 960001", "(01632) 960-001": "01632 960 001", "+44 1632 960001": "+44 1632 960001",
		"": "", "ask at the desk": "", "01632 960001 or 01632 960002": "", "12": ""} {
		if got := TelephoneOf(given); got != want {
			t.Errorf("%q: %q instead of %q", given, got, want)
		}
	}
}
