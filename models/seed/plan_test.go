package seed

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"candour/models/audit"
	"candour/models/nhsnumber"
)

var today = time.Date(2026, 11, 23, 0, 0, 0, 0, audit.London)

// fingerprint is everything that the sources send, in order.
func fingerprint(t *testing.T, y *year) string {
	t.Helper()
	var all bytes.Buffer
	for _, id := range y.order {
		f := y.feeds[id]
		if f == nil {
			continue
		}
		text, _, err := f.bundle(time.Time{}, y.today.AddDate(1, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

func TestThePlanIsTheSameEveryTime(t *testing.T) {
	one, two := plan(today, People), plan(today, People)
	if fingerprint(t, one) != fingerprint(t, two) {
		t.Fatal("two plans of one day differ")
	}
	if len(one.visits) != len(two.visits) || len(one.visits) < 250 {
		t.Fatalf("%d and %d visits", len(one.visits), len(two.visits))
	}
	if next := plan(today.AddDate(0, 0, 1), People); fingerprint(t, one) == fingerprint(t, next) {
		t.Fatal("the world of the next day is the same")
	}
}

func TestPeopleAreWellFormedAndMadeUp(t *testing.T) {
	y := plan(today, People)
	if len(y.people) < 60 || len(y.partners) < 12 {
		t.Fatalf("%d people, %d partners", len(y.people), len(y.partners))
	}
	seen := map[string]bool{}
	everything := fingerprint(t, y)
	for _, p := range y.people {
		if _, err := nhsnumber.Parse(p.number); err != nil || !strings.HasPrefix(p.number, "999") || seen[p.number] {
			t.Errorf("%s: number %s: %v", p.key, p.number, err)
		}
		if seen[p.key] || seen[p.word] || len(p.word) < 8 {
			t.Errorf("%s: key or word %q twice", p.key, p.word)
		}
		seen[p.number], seen[p.key], seen[p.word] = true, true, true
		if _, err := time.Parse(time.DateOnly, p.born); err != nil || !strings.HasPrefix(p.phone, "01632 960") || !strings.HasSuffix(p.postcode, " 9ZZ") {
			t.Errorf("%s: %s %s %s", p.key, p.born, p.phone, p.postcode)
		}
		if n := strings.Count(everything, p.word); n < 2 {
			t.Errorf("%s: the planted word %q occurs %d times", p.key, p.word, n)
		}
	}
	for _, w := range y.canaries {
		if seen[w] || !strings.Contains(everything, w) && !strings.Contains(everything, "data") {
			t.Errorf("canary %q is also a planted word, or nowhere", w)
		}
		seen[w] = true
	}
	if len(y.canaries) < 20 {
		t.Errorf("%d canaries", len(y.canaries))
	}
}

// SNOMED CT and dm+d ids end in a check digit by Verhoeff's scheme.
func TestCodesHaveTheirCheckDigit(t *testing.T) {
	y := plan(today, People)
	var walk func(v any)
	checked := map[string]bool{}
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			system, _ := v["system"].(string)
			code, _ := v["code"].(string)
			if system == snomed || system == dmd {
				if checked[code] = true; !verhoeff(code) {
					t.Errorf("%s %s %v: the check digit does not fit", system, code, v["display"])
				}
			}
			for _, e := range v {
				walk(e)
			}
		}
	}
	for _, id := range y.order {
		if f := y.feeds[id]; f != nil {
			text, _, err := f.bundle(time.Time{}, y.today.AddDate(1, 0, 0))
			if err != nil {
				t.Fatal(err)
			}
			var v any
			if err := json.Unmarshal(text, &v); err != nil {
				t.Fatal(err)
			}
			walk(v)
		}
	}
	if len(checked) < 40 {
		t.Errorf("only %d codes seen", len(checked))
	}
}

func verhoeff(code string) bool {
	turn := [8]string{"0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258"}
	multiply := func(a, b int) int {
		switch {
		case a < 5 && b < 5:
			return (a + b) % 5
		case a < 5:
			return 5 + (a+b-5)%5
		case b < 5:
			return 5 + (a-5-b+5)%5
		}
		return (a - b + 5) % 5
	}
	c := 0
	for i := range len(code) {
		digit := int(code[len(code)-1-i] - '0')
		c = multiply(c, int(turn[i%8][digit]-'0'))
	}
	return c == 0
}

func TestVerhoeffItself(t *testing.T) {
	for code, want := range map[string]bool{"91936005": true, "416409005": true, "417528008": true, "91936006": false, "19936005": false} {
		if verhoeff(code) != want {
			t.Errorf("%s: want %v", code, want)
		}
	}
}

func TestWordsAreAllDifferent(t *testing.T) {
	seen := map[string]int{}
	for n := range 2000 {
		w := coin(n)
		if before, ok := seen[w]; ok {
			t.Fatalf("words %d and %d are both %q", before, n, w)
		}
		seen[w] = n
	}
}

func TestTheMergerIsOnTheFirstOfAprilAndWellBack(t *testing.T) {
	for day, want := range map[string]string{"2026-11-23": "2026-04-01", "2027-02-01": "2026-04-01", "2027-04-30": "2026-04-01", "2027-06-15": "2027-04-01"} {
		d, _ := time.ParseInLocation(time.DateOnly, day, audit.London)
		if got := onDay(mergedOn(d)); got != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
}
