package app

import (
	"fmt"
	"math"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"golang.org/x/net/html"

	"candour/locales/lint"
	"candour/models/objection"
	"candour/models/opaque"
)

// way is one of the 2 ways, as somebody meets it: what each page says besides their
// own answers, what it asks, and how often it warns.
type way struct {
	pages, questions, warnings, presses, words int
	said                                       []string // by page
	texts                                      []string // paragraphs
}

// takes counts a page.
func (w *way) takes(t *testing.T, page answer) {
	t.Helper()
	w.pages++
	before := len(w.texts)
	asked := map[string]bool{}
	walk(t, page.Body, func(n *html.Node) {
		if n.Data != "main" {
			return
		}
		for c := range n.Descendants() {
			switch {
			case c.Type != html.ElementNode:
			case within(c, "dl"): // their own answers
			case c.Data == "input" && attr(c, "type") != "hidden", c.Data == "textarea", c.Data == "select":
				asked[attr(c, "name")] = true
			case strings.Contains(attr(c, "class"), "nhsuk-panel--interruption"), strings.Contains(attr(c, "class"), "nhsuk-warning-callout"),
				attr(c, "class") == "nhsuk-inset-text":
				w.warnings++
			case slices.Contains([]string{"h1", "h2", "p", "li", "legend", "label", "button"}, c.Data), c.Data == "a" && strings.Contains(attr(c, "class"), "button"):
				if words := strings.Join(strings.Fields(inner(c)), " "); words != "" && !strings.HasPrefix(words, "What you have entered is saved") && !within(c, "li") {
					w.texts = append(w.texts, words)
				}
			}
		}
	})
	for _, text := range w.texts[before:] {
		w.words += len(strings.Fields(text))
	}
	w.questions += len(asked)
	w.said = append(w.said, page.step())
}

func within(n *html.Node, name string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Type == html.ElementNode && p.Data == name {
			return true
		}
	}
	return false
}

func inner(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data + " ")
		}
	}
	return b.String()
}

// X-12, P-14: it is as easy to take an objection back as to make it, and as easy to
// make it as to take it back. What is compared is what both have: what it means, what
// is sent, that it was sent. Before that, objecting asks for whom it is and how to
// reach them, which is known the second time, and offers 2 pages that can be passed
// without a word; taking back asks nothing.
func TestObjectingAndTakingBackAreAlike(t *testing.T) {
	p := demonstration(t)
	b := p.signIn(t, "no-known-allergies")
	var object, back, asked way
	passed := 0
	page := b.begin()
	for page.step() != "sent" {
		switch step := page.step(); step {
		case "plainly", "answers":
			object.takes(t, page)
			object.presses++
			page = b.fill(page, nil)
		case "worries", "effect":
			passed++
			page = b.fill(page, nil)
			if page.Status != 200 || page.step() == step {
				t.Fatalf("%s cannot be passed without a word: %d", step, page.Status)
			}
		default:
			asked.takes(t, page)
			asked.presses++
			page = b.fill(page, forMe[step])
		}
	}
	object.takes(t, page)
	ref := strings.Split(page.URL.Path, "/")[3]
	if _, err := p.Objections.Review(t.Context(), p.worker(t, ref), opaque.ID(ref), 0, objection.Request{}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Objections.Confirm(t.Context(), p.worker(t, ref), opaque.ID(ref), 0, objection.Request{}); err != nil {
		t.Fatal(err)
	}
	first := b.get("/my/objection/" + ref + "/change-of-mind")
	back.takes(t, first)
	back.presses++
	second := b.get(first.URL.Path + "/answers")
	back.takes(t, second)
	back.presses++
	back.takes(t, b.fill(second, url.Values{}))

	ages := []float64{lint.AgeOf(object.texts...), lint.AgeOf(back.texts...)}
	tab := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tab, "way\tpages\tpresses\tquestions\twarnings\twords\treading age\t")
	fmt.Fprintf(tab, "objecting\t%d\t%d\t%d\t%d\t%d\t%.1f\t%v\n", object.pages, object.presses, object.questions, object.warnings, object.words, ages[0], object.said)
	fmt.Fprintf(tab, "taking it back\t%d\t%d\t%d\t%d\t%d\t%.1f\t%v\n", back.pages, back.presses, back.questions, back.warnings, back.words, ages[1], back.said)
	fmt.Fprintf(tab, "asked before, the first time\t%d\t%d\t%d\t%d\t%d\t\t%v and %d that can be passed\n", asked.pages, asked.presses, asked.questions, asked.warnings, asked.words, asked.said, passed)
	_ = tab.Flush() // to standard output

	if object.pages != back.pages || object.presses != back.presses || object.questions != back.questions || object.warnings != back.warnings {
		t.Errorf("the ways have drifted apart: %+v and %+v", object, back)
	}
	if more := math.Abs(float64(object.words-back.words)) / float64(max(object.words, back.words)); more > 0.15 {
		t.Errorf("one way has %.0f %% more words: %d and %d", 100*more, object.words, back.words)
	}
	if math.Abs(ages[0]-ages[1]) > 1 {
		t.Errorf("one way is harder to read: %.1f and %.1f", ages[0], ages[1])
	}
	if object.warnings != 1 {
		t.Errorf("%d warnings: there is one statement of what it means, and no more", object.warnings)
	}
	if asked.pages != 2 || asked.warnings != 0 || passed != 2 {
		t.Errorf("objecting asks %v and offers %d pages; it was 2 and 2", asked.said, passed)
	}
}
