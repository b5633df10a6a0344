package faq

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"
)

// The region's promises to its people, S-02 to S-67 (S-01 is a control of every
// page), each answered by a question that a person would ask.
func TestEveryPromiseIsAnsweredFor(t *testing.T) {
	answered := map[string][]string{}
	for _, q := range Questions() {
		for _, s := range q.Answers {
			answered[s] = append(answered[s], q.Slug)
		}
	}
	for n := 2; n <= 67; n++ {
		s := fmt.Sprintf("S-%02d", n)
		if len(answered[s]) == 0 {
			t.Errorf("%s: no question answers for it", s)
		}
		delete(answered, s)
	}
	for s, by := range answered {
		t.Errorf("%s, answered by %v, is no promise", s, by)
	}
}

func TestQuestionsAreInOrder(t *testing.T) {
	slug := regexp.MustCompile(`^[a-z][a-z0-9-]{2,63}$`)
	seen := map[string]bool{}
	var categories []Category
	for _, q := range Questions() {
		if !slug.MatchString(q.Slug) || seen[q.Slug] {
			t.Errorf("%q: no address, or twice", q.Slug)
		}
		seen[q.Slug] = true
		if len(categories) == 0 || categories[len(categories)-1] != q.Category {
			categories = append(categories, q.Category)
		}
		if day, err := time.Parse(time.DateOnly, q.Checked); err != nil || day.AddDate(0, reviewMonths, 0).Format(time.DateOnly) != q.Due() {
			t.Errorf("%s: checked %q, due %q", q.Slug, q.Checked, q.Due())
		}
		if len(q.Related) == 0 || slices.Contains(q.Related, q.Slug) {
			t.Errorf("%s: related to %v", q.Slug, q.Related)
		}
		for _, other := range q.Related {
			if _, ok := BySlug(other); !ok {
				t.Errorf("%s: related to %s, which is no question", q.Slug, other)
			}
		}
	}
	if !slices.Equal(categories, Categories()) {
		t.Errorf("the questions go through %v, the categories are %v", categories, Categories())
	}
	if n := len(Questions()); n < 25 || n > 32 {
		t.Errorf("%d questions: nobody reads more than about 30, and 25 worries are known", n)
	}
	if _, ok := BySlug("nope"); ok {
		t.Error("found what is not there")
	}
}

// S-52 and S-55: no choice sets another, in any of the twelve directions.
func TestNoChoiceImpliesAnother(t *testing.T) {
	pairs := map[[2]Choice]bool{}
	for _, c := range Choices() {
		for _, other := range c.Others() {
			pairs[[2]Choice{c, other}] = true
		}
		if slices.Contains(c.Others(), c) {
			t.Errorf("%s leaves itself as it was", c)
		}
	}
	if len(pairs) != 12 {
		t.Errorf("%d directions, want 12", len(pairs))
	}
}

func TestBlocks(t *testing.T) {
	text := "\nOne sentence.\nMore of it.\n\nWhat happens:\n- first\n- second\n\n- alone\n\n"
	want := []Block{{false, []string{"One sentence. More of it."}}, {false, []string{"What happens:"}}, {true, []string{"first", "second"}}, {true, []string{"alone"}}}
	if got := Blocks(text); !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	if got := Plain(text); got != "One sentence. More of it. What happens: first; second alone" {
		t.Errorf("%q", got)
	}
	if got := Blocks(""); got != nil {
		t.Errorf("%v", got)
	}
}
