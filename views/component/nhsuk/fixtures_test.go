package nhsuk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The system's npm package ships, with its own templates, what each of them makes of
// a set of options. Every set is given to our piece, and the two documents are
// compared: elements, attributes, words. The order of attributes and of class names,
// and white space between elements, do not count.
const fixtureFolder = "../../../static/node_modules/nhsuk-frontend/dist/nhsuk/components"

// pieces are those that the product uses, by the name of the package's folder.
var pieces = map[string]func() templ.Component{
	"action-link": func() templ.Component { return &ActionLink{} }, "back-link": func() templ.Component { return &BackLink{} },
	"breadcrumb": func() templ.Component { return &Breadcrumb{} }, "button": func() templ.Component { return &Button{} },
	"card": func() templ.Component { return &Card{} }, "character-count": func() templ.Component { return &CharacterCount{} },
	"checkboxes": func() templ.Component { return &Checkboxes{} }, "contents-list": func() templ.Component { return &ContentsList{} },
	"date-input": func() templ.Component { return &DateInput{} }, "details": func() templ.Component { return &Details{} },
	"do-dont-list": func() templ.Component { return &DoDontList{} }, "error-message": func() templ.Component { return &ErrorMessage{} },
	"error-summary": func() templ.Component { return &ErrorSummary{} }, "fieldset": func() templ.Component { return &Fieldset{} },
	"file-upload": func() templ.Component { return &FileUpload{} }, "footer": func() templ.Component { return &Footer{} },
	"header": func() templ.Component { return &Header{} }, "heading": func() templ.Component { return &Heading{} },
	"hint": func() templ.Component { return &Hint{} }, "input": func() templ.Component { return &Input{} },
	"inset-text": func() templ.Component { return &InsetText{} }, "label": func() templ.Component { return &Label{} },
	"legend": func() templ.Component { return &Legend{} }, "notification-banner": func() templ.Component { return &NotificationBanner{} },
	"pagination": func() templ.Component { return &Pagination{} }, "panel": func() templ.Component { return &Panel{} },
	"radios": func() templ.Component { return &Radios{} }, "scroll": func() templ.Component { return &Scroll{} },
	"search-input": func() templ.Component { return &SearchInput{} }, "select": func() templ.Component { return &Select{} },
	"skip-link": func() templ.Component { return &SkipLink{} }, "summary-list": func() templ.Component { return &SummaryList{} },
	"tables": func() templ.Component { return &Table{} }, "tag": func() templ.Component { return &Tag{} },
	"task-list": func() templ.Component { return &TaskList{} }, "textarea": func() templ.Component { return &Textarea{} },
	"warning-callout": func() templ.Component { return &WarningCallout{} },
}

// unused are the folders of the package that the product has no page for.
var unused = map[string]string{
	"caption": "drawn by heading, label and legend; has no fixtures", "code": "no page shows code", "hero": "the home page has none (no NHS photographs)",
	"images": "no page shows a picture", "password-input": "nobody has a password here: NHS login and CIS2 sign people in", "tabs": "ways of searching are links, so that each has an address",
}

type fixture struct {
	Name      string
	Context   json.RawMessage
	CallBlock string
	HTML      string
}

func fixtures(t *testing.T, name string) []fixture {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(fixtureFolder, name, "fixtures.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Fixtures []fixture }
	if err := json.Unmarshal(body, &file); err != nil || len(file.Fixtures) == 0 {
		t.Fatalf("%s: no fixtures: %v", name, err)
	}
	return file.Fixtures
}

func TestPiecesAreTheDesignSystems(t *testing.T) {
	folders, err := os.ReadDir(fixtureFolder)
	if err != nil {
		t.Skip("SKIPPED: the design system's fixtures are not installed: run `make assets`")
	}
	equal, all := 0, 0
	t.Logf("%-20s %8s %6s  %s", "component", "fixtures", "equal", "exceptions")
	for _, folder := range folders {
		name := folder.Name()
		if !folder.IsDir() {
			continue
		}
		if reason, is := unused[name]; is {
			t.Logf("%-20s %8s %6s  not used: %s", name, "", "", reason)
			continue
		}
		if pieces[name] == nil {
			t.Errorf("%s: neither a piece of ours nor said to be unused", name)
			continue
		}
		e, n, missed := compare(t, name)
		t.Logf("%-20s %8d %6d  %s", name, n, e, strings.Join(missed, "; "))
		equal, all = equal+e, all+n
	}
	t.Logf("%-20s %8d %6d  %.1f per cent", "all that are used", all, equal, 100*float64(equal)/float64(all))
	if all < 900 {
		t.Errorf("only %d fixtures found", all)
	}
	if equal*100 < all*95 {
		t.Errorf("%d of %d fixtures equal, want 95 in a hundred", equal, all)
	}
}

// compare counts the fixtures that are equal; one that is not needs a reason.
func compare(t *testing.T, name string) (equal, all int, missed []string) {
	t.Helper()
	for _, f := range fixtures(t, name) {
		all++
		reason, excepted := exceptions[name+": "+f.Name]
		piece, err := ours(name, f)
		var got, want string
		if err == nil {
			got, want = outline(t, render(t, piece)), outline(t, f.HTML)
		}
		switch {
		case err == nil && got == want && excepted:
			t.Errorf("%s: %s: is equal, and listed as an exception", name, f.Name)
		case err == nil && got == want:
			equal++
		case excepted:
			missed = append(missed, f.Name+" ("+reason+")")
		case err != nil:
			t.Errorf("%s: %s: %v", name, f.Name, err)
		default:
			t.Errorf("%s: %s:\n ours   %s\n theirs %s", name, f.Name, got, want)
		}
	}
	return equal, all, missed
}

// ours is our piece with a fixture's options.
func ours(name string, f fixture) (templ.Component, error) {
	given, err := optionsOf(f.Context)
	if err != nil {
		return nil, err
	}
	if f.CallBlock != "" {
		called(given, name, f.CallBlock)
	}
	if adapt := adapted[name]; adapt != nil {
		adapt(given, f)
	}
	piece := pieces[name]()
	return piece, decode(reflect.ValueOf(piece).Elem(), given)
}

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.Render(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// outline is a document without what does not matter.
func outline(t *testing.T, text string) string {
	t.Helper()
	root, err := html.ParseFragment(strings.NewReader(text), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
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
			fmt.Fprintf(&out, "<%s%s>", n.Data, attributesOf(n))
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if n.Type == html.ElementNode {
			out.WriteString("</>")
		}
	}
	for _, n := range root {
		walk(n)
	}
	return out.String()
}

func attributesOf(n *html.Node) string {
	var all []string
	typed := n.Data != "button"
	for _, a := range n.Attr {
		value := strings.Join(strings.Fields(a.Val), " ")
		if a.Key == "class" {
			classes := strings.Fields(a.Val)
			slices.Sort(classes)
			value = strings.Join(classes, " ")
		}
		typed = typed || a.Key == "type"
		all = append(all, fmt.Sprintf(" %s=%q", a.Key, value))
	}
	if !typed {
		all = append(all, untyped(n)) // the only thing that we say and the package does not
	}
	slices.Sort(all)
	return strings.Join(all, "")
}

// untyped is the type that a button of the package has without saying so: that of
// the menu does nothing by itself, all others send their form.
func untyped(n *html.Node) string {
	for _, a := range n.Attr {
		if a.Key == "id" && a.Val == "toggle-menu" {
			return ` type="button"`
		}
	}
	return ` type="submit"`
}
