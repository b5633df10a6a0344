package public

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"candour/locales"
	"candour/models/faq"
)

// What people type finds its answer among the first three (must-show 4). With -v the
// table is printed.
func TestWhatPeopleTypeFindsItsAnswer(t *testing.T) {
	index := faq.NewIndex(QuestionTexts)
	for _, lang := range []string{locales.Default, locales.Accented, locales.Mirrored} {
		var table strings.Builder
		places := map[int]int{}
		for _, c := range typed {
			found, err := index.Search(t.Context(), lang, c.query)
			if err != nil {
				t.Fatal(err)
			}
			place, first := placeOf(found.Hits, c.want)
			places[place]++
			fmt.Fprintf(&table, "%-52s %-24s %5s   %s\n", c.query, c.want, placed(place), strings.Join(first, ", "))
			if place < 1 || place > 3 {
				t.Errorf("%s: %q: %s is %s; the first are %v, read as %v", lang, c.query, c.want, placed(place), first, found.Readings)
			}
		}
		if lang == locales.Default {
			t.Logf("\n%-52s %-24s place   the first three\n%s", "typed", "looked for", table.String())
		}
		t.Logf("%s: %d queries: first %d, second %d, third %d, further down %d, not found %d", lang, len(typed), places[1], places[2], places[3],
			len(typed)-places[0]-places[1]-places[2]-places[3], places[0])
	}
	if len(typed) < 40 {
		t.Errorf("%d queries are fewer than 40", len(typed))
	}
}

// Words that say nothing of what is looked for find nothing by standing together in
// a title, and whatever is found can be followed.
func TestQuietWordsFindNothingOfTheirOwn(t *testing.T) {
	body, err := os.ReadFile("../../models/faq/words/en.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Quiet []string }
	if err := json.Unmarshal(body, &file); err != nil || len(file.Quiet) < 50 {
		t.Fatalf("%d quiet words, %v", len(file.Quiet), err)
	}
	index := faq.NewIndex(QuestionTexts)
	look := func(lang, query string) []faq.Hit {
		found, err := index.Search(t.Context(), lang, query)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range found.Hits {
			if _, ok := faq.BySlug(h.Slug); !ok || len(h.Title) == 0 || len(h.Short) == 0 {
				t.Errorf("%s: %q finds what is nowhere: %+v", lang, query, h)
			}
		}
		return found.Hits
	}
	for _, lang := range []string{locales.Default, locales.Accented, locales.Mirrored} {
		for _, query := range []string{"what is brexit", "how do i pay", "who can vote", "can i have my zebra", "what is the zzzz"} {
			if hits := look(lang, query); len(hits) > 0 {
				t.Errorf("%s: %q finds %d answers, the first is %+v", lang, query, len(hits), hits[0])
			}
		}
	}
	dice := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		query := []string{[]string{"", "brexit", "record", "seen", "qqqq"}[dice.IntN(5)]}
		for range 1 + dice.IntN(5) {
			query = append(query, file.Quiet[dice.IntN(len(file.Quiet))])
		}
		dice.Shuffle(len(query), func(i, j int) { query[i], query[j] = query[j], query[i] })
		look(locales.Default, strings.Join(query, " "))
	}
}

// placeOf counts from one; nought is nowhere.
func placeOf(hits []faq.Hit, want string) (place int, first []string) {
	for i, h := range hits {
		if h.Slug == want {
			place = i + 1
		}
		if i < 3 {
			first = append(first, h.Slug)
		}
	}
	return place, first
}

func placed(place int) string {
	if place == 0 {
		return "none"
	}
	return fmt.Sprint(place)
}

func BenchmarkSearch(b *testing.B) {
	index := faq.NewIndex(QuestionTexts)
	i := 0
	for b.Loop() {
		if _, err := index.Search(b.Context(), locales.Default, typed[i%len(typed)].query); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
