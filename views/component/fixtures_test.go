package component

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
)

// The design system ships, with its own templates, what each of them makes of a list
// of options. Our pieces are held against that, as parsed documents. A fixture that
// uses an option which we do not offer is counted, not compared.
const fixtureFolder = "../../static/node_modules/nhsuk-frontend/dist/nhsuk/components"

type options struct {
	Text, Href, Variant, HTML, Type, Classes, Colour, ID, Name, IDPrefix, Width, Autocomplete, Inputmode, Value string
	Small, Clickable, Open, PreventDoubleClick                                                                  bool
	Spellcheck                                                                                                  *bool
	Heading, Summary, Label, Hint, ErrorMessage, Title                                                          text
	Description                                                                                                 text
	Fieldset                                                                                                    struct{ Legend text }
	ErrorList                                                                                                   []struct{ Text, Href string }
	Items                                                                                                       []item
	Rows                                                                                                        []row
	Previous, Next                                                                                              struct{ Label, Href string }
	Values                                                                                                      any
}

// text is a string, or an object with one.
type text struct{ Text, HTML, Size, Heading, Href, Classes string }

func (t *text) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		return json.Unmarshal(b, &t.Text)
	}
	type plain text
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	return dec.Decode((*plain)(t))
}

type item struct {
	Value, Text string
	Hint        text
	Checked     bool
	Selected    bool
}

type row struct {
	Key, Value text
	Actions    struct {
		Items []struct{ Text, Href, VisuallyHiddenText string }
	}
}

// drawn turns options into one of our pieces; nil when we do not offer them.
var drawn = map[string]func(o options) templ.Component{
	"button": func(o options) templ.Component {
		if o.Href != "" && o.Small {
			return nil
		}
		if o.Href != "" {
			return ButtonLink(Link{Href: o.Href, Text: o.Text}, o.Variant)
		}
		return Button(Press{Text: o.Text, Kind: o.Variant, Small: o.Small, Once: o.PreventDoubleClick})
	},
	"tag": func(o options) templ.Component { return Tag(o.Text, o.Colour) },
	"details": func(o options) templ.Component {
		if o.Classes == "nhsuk-expander" {
			return around(Expander(o.Summary.Text, o.Open), o.Text)
		}
		return around(Details(o.Summary.Text, o.Open), o.Text)
	},
	"inset-text": func(o options) templ.Component { return around(InsetText(), "<p>"+o.Text+"</p>") },
	"error-summary": func(o options) templ.Component {
		var problems []Problem
		for _, e := range o.ErrorList {
			problems = append(problems, Problem{Field: strings.TrimPrefix(e.Href, "#"), Text: e.Text})
		}
		return ErrorSummary(problems)
	},
	"input": func(o options) templ.Component {
		return Input(Text{Control: o.control(), Width: o.Width, Type: o.Type, Mode: o.Inputmode, Autocomplete: o.Autocomplete, Spellcheck: o.Spellcheck == nil})
	},
	"textarea":   func(o options) templ.Component { return Textarea(Area{Control: o.control(), Rows: "5"}) },
	"select":     func(o options) templ.Component { return Select(Choice{Control: o.control(), Options: o.choices()}) },
	"radios":     func(o options) templ.Component { return Radios(o.group()) },
	"checkboxes": func(o options) templ.Component { return Checkboxes(o.group()) },
	"date-input": func(o options) templ.Component { return unprefixed(DateInput(Date{Group: o.group()}), o.ID) },
	"summary-list": func(o options) templ.Component {
		var rows []Row
		for _, r := range o.Rows {
			out := Row{Key: r.Key.Text, Value: r.Value.Text}
			for _, a := range r.Actions.Items {
				out.Action, out.Hidden = Link{Href: a.Href, Text: a.Text}, a.VisuallyHiddenText
			}
			rows = append(rows, out)
		}
		return SummaryList(rows)
	},
	"card": func(o options) templ.Component {
		if !o.Clickable || o.Heading.Size != "" || o.Href == "" {
			return nil
		}
		return Card(CardLink{Link: Link{Href: o.Href, Text: o.Heading.Text}, Description: o.Description.Text})
	},
	"pagination": func(o options) templ.Component {
		return Pagination(Pages{Previous: Link{Href: o.Previous.Href, Text: o.Previous.Label}, Next: Link{Href: o.Next.Href, Text: o.Next.Label}})
	},
	"notification-banner": func(o options) templ.Component {
		return around(NotificationBanner(Banner{Success: o.Variant == "success", Heading: o.Text}), "")
	},
}

// Options that we offer, by piece; a fixture with any other is only counted.
var offered = map[string]string{
	"button": "text href variant small preventDoubleClick", "tag": "text colour", "details": "summary text open classes",
	"inset-text": "text", "error-summary": "heading errorList", "input": "label name id hint errorMessage value width autocomplete inputmode type spellcheck",
	"textarea": "label name id hint errorMessage", "select": "label name id hint errorMessage items", "radios": "fieldset name idPrefix hint errorMessage items small",
	"checkboxes": "fieldset name idPrefix hint errorMessage items small", "date-input": "fieldset id hint errorMessage", "summary-list": "rows",
	"card": "heading href description clickable", "pagination": "previous next", "notification-banner": "text variant",
}

func (o options) control() Control {
	c := Control{ID: o.ID, Name: o.Name, Label: o.Label.Text, Size: o.Label.Size, Hint: o.Hint.Text, Error: o.ErrorMessage.Text, Value: o.Value}
	if o.Label.Heading != "" {
		c.Label, c.Heading = o.Label.Heading, true
	}
	if c.ID == "" {
		c.ID = o.Name
	}
	return c
}

func (o options) choices() []Option {
	var all []Option
	for _, i := range o.Items {
		all = append(all, Option{Value: i.Value, Text: i.Text, Hint: i.Hint.Text, Selected: i.Checked || i.Selected})
	}
	return all
}

func (o options) group() Group {
	legend := o.Fieldset.Legend
	g := Group{ID: o.IDPrefix, Name: o.Name, Legend: legend.Text, Size: legend.Size, Hint: o.Hint.Text, Error: o.ErrorMessage.Text, Small: o.Small, Options: o.choices()}
	if legend.Heading != "" {
		g.Legend, g.Heading = legend.Heading, true
	}
	if g.ID == "" {
		g.ID = o.Name + o.ID
	}
	return g
}

// unprefixed: our dates carry their id in the names of their fields, so that a form
// may hold two; the fixtures do without.
func unprefixed(c templ.Component, id string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var out bytes.Buffer
		if err := c.Render(ctx, &out); err != nil {
			return err
		}
		_, err := io.WriteString(w, strings.ReplaceAll(out.String(), `name="`+id+`-`, `name="`))
		return err
	})
}

func around(c templ.Component, inside string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return c.Render(templ.WithChildren(ctx, templ.Raw(inside)), w)
	})
}

func TestPiecesAreTheDesignSystems(t *testing.T) {
	if _, err := os.Stat(fixtureFolder); err != nil {
		t.Skip("SKIPPED: the design system's fixtures are not installed: run `make assets`")
	}
	equal, compared, all := 0, 0, 0
	for _, name := range slices.Sorted(maps.Keys(drawn)) {
		e, c, n := compare(t, name)
		t.Logf("%-20s %3d equal of %3d compared, %3d in all", name, e, c, n)
		equal, compared, all = equal+e, compared+c, all+n
	}
	t.Logf("%d of %d fixtures equal, of %d", equal, compared, all)
	if equal*100 < compared*95 {
		t.Errorf("%d of %d fixtures equal, want 95 in a hundred", equal, compared)
	}
}

func compare(t *testing.T, name string) (equal, compared, all int) {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(fixtureFolder, name, "fixtures.json"))
	if err != nil {
		t.Fatal(err)
	}
	var fixtures struct {
		Fixtures []struct {
			Name    string
			Context json.RawMessage
			HTML    string
		}
	}
	if err := json.Unmarshal(body, &fixtures); err != nil {
		if err := json.Unmarshal(body, &fixtures.Fixtures); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range fixtures.Fixtures {
		all++
		piece := ours(name, f.Context)
		if piece == nil || strings.HasSuffix(f.Name, "via call block") {
			continue
		}
		compared++
		got, want := outline(t, render(t, piece)), outline(t, f.HTML)
		if got == want {
			equal++
		} else if testing.Verbose() {
			t.Logf("%s, %s:\n ours   %s\n theirs %s", name, f.Name, got, want)
		}
	}
	return equal, compared, all
}

// ours is our piece for a fixture's options, or nil.
func ours(name string, raw json.RawMessage) templ.Component {
	var given map[string]json.RawMessage
	var o options
	if json.Unmarshal(raw, &given) != nil || json.Unmarshal(raw, &o) != nil {
		return nil
	}
	for key := range given {
		if !slices.Contains(strings.Fields(offered[name]), key) {
			return nil
		}
	}
	if strings.Contains(string(raw), `"html"`) || strings.Contains(string(raw), `"divider"`) || strings.Contains(string(raw), `"conditional"`) ||
		!strings.Contains(string(raw), `"legend"`) && slices.Contains([]string{"radios", "checkboxes", "date-input"}, name) ||
		strings.Contains(string(raw), `"disabled"`) || strings.Contains(string(raw), `"exclusive"`) {
		return nil
	}
	return drawn[name](o)
}

// outline is a document without what does not matter: the order of attributes and
// white space.
func outline(t *testing.T, text string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch n.Type {
		case html.TextNode:
			out.WriteString(strings.Join(strings.Fields(n.Data), " "))
		case html.ElementNode:
			fmt.Fprintf(&out, "<%s%s>", n.Data, attributes(n))
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return out.String()
}

func attributes(n *html.Node) string {
	var all []string
	for _, a := range n.Attr {
		if n.Data == "nav" && a.Key == "role" {
			continue // says again what the element is
		}
		value := strings.Join(strings.Fields(a.Val), " ")
		if a.Key == "class" {
			classes := strings.Fields(a.Val)
			slices.Sort(classes)
			value = strings.Join(classes, " ")
		}
		all = append(all, fmt.Sprintf(" %s=%q", a.Key, value))
	}
	slices.Sort(all)
	return strings.Join(all, "")
}
