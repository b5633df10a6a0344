package nhsuk

import (
	"strings"
	"testing"

	"github.com/a-h/templ"
)

// The comparison sees what it has to see.
func TestDocumentsThatDifferAreDifferent(t *testing.T) {
	const base = `<div class="a b" id="x"><span>one</span> two <button>go</button></div>`
	for _, same := range []string{
		"<div id=\"x\"   class=\"b a\">\n<span>one</span>\ntwo\n<button type=\"submit\">go</button>\n</div>",
	} {
		if outline(t, same) != outline(t, base) {
			t.Errorf("differs: %s", same)
		}
	}
	for _, other := range []string{
		strings.Replace(base, "a b", "a", 1), strings.Replace(base, ` id="x"`, "", 1), strings.Replace(base, "two", "three", 1),
		strings.Replace(base, "span", "strong", 2), strings.Replace(base, "<button>", `<button type="button">`, 1),
		`<div class="a b" id="x"><span>one two</span> <button>go</button></div>`, `<div class="a b" id="x"><span>one</span></div> two <button>go</button>`, "",
	} {
		if outline(t, other) == outline(t, base) {
			t.Errorf("is the same: %s", other)
		}
	}
}

// An option that we do not have is not passed over in silence.
func TestAnUnknownOptionIsAnError(t *testing.T) {
	if _, err := ours("tag", fixture{Context: []byte(`{"text": "New", "shape": "round"}`)}); err == nil {
		t.Error("an option that Tag does not have was passed over")
	}
}

// What a person typed is words, whatever it looks like, and an address runs nothing.
func TestWordsAreNeverMarkup(t *testing.T) {
	const bad = `<b onclick="x">&`
	for name, piece := range map[string]templ.Component{
		"tag": Tag{Text: bad}, "heading": Heading{Text: bad, Caption: Caption{Text: bad}}, "label": Label{Text: bad, For: bad}, "input": Input{Field: Field{ID: bad, Value: bad, Hint: Hint{Text: bad}}},
		"textarea": Textarea{Field: Field{Value: bad}}, "table": Table{Caption: Heading{Text: bad}, Rows: [][]Cell{{{Text: bad}}}}, "action": Card{Heading: Heading{Text: bad}, Actions: []Action{{Text: bad, Value: bad}}},
		"radios": Radios{Group: Group{Name: bad, Items: []Option{{Text: bad, Value: bad}}}}, "details": Details{Summary: Words{Text: bad}, Text: bad}, "element": Heading{Text: "x", Element: `p onclick="x"`},
	} {
		if html := render(t, piece); strings.Contains(html, "<b") && !strings.Contains(html, "<button") || strings.Contains(html, `onclick="x"`) {
			t.Errorf("%s: %s", name, html)
		}
	}
	for name, piece := range map[string]templ.Component{
		"button": Button{Text: "x", Href: "javascript:x"}, "back": BackLink{Href: "javascript:x"}, "task": TaskList{Items: []Task{{Heading: Heading{Text: "x"}, Href: "javascript:x"}}},
		"card": Card{Heading: Heading{Text: "x"}, Href: "javascript:x"}, "navigation": Header{Navigation: Navigation{Items: []NavigationItem{{Text: "x", Href: "javascript:x"}}}},
		"action": SummaryList{Rows: []SummaryRow{{Actions: []Action{{Text: "x", Href: "javascript:x"}}}}}, "page": Pagination{Items: []PageNumber{{Number: 1, Href: "javascript:x"}}},
	} {
		if html := render(t, piece); strings.Contains(html, "javascript:") {
			t.Errorf("%s: %s", name, html)
		}
	}
}
