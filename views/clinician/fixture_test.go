package clinician

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"candour/models/audit"
	"candour/models/opaque"
	"candour/models/record"
)

func ref(parts ...string) audit.ItemRef {
	return audit.ItemRef{ID: opaque.Of(parts...), Version: len(parts[0])%3 + 1}
}

// hostile is text that a feed may hold and that must stay text.
const hostile = `<script>alert(1)</script><img src=x onerror=alert(2) hx-get="/sign-out"> "quoted" 'single' {{.}} &amp;`

// wholeSheet has a line of every shape: several items in one line, a conflict,
// earlier values, past lines, a letter, an entry without a name, an empty section
// of every kind.
func wholeSheet() *record.Sheet {
	day := func(sent string, sort int64) record.When { return record.When{Sent: sent, Sort: sort} }
	line := func(id, title string) record.Line {
		return record.Line{Refs: []audit.ItemRef{ref(id)}, Title: title, Status: "active", When: day("2024-03-02", 1709337600000),
			Source: "gp", SourceName: "Fenwick Road Surgery", Recorder: "Dr A Patel, general practitioner", Recorded: day("2024-03-02T09:12:00Z", 1709370720000)}
	}
	penicillin := line("penicillin", "Allergy to penicillin")
	penicillin.Refs = append(penicillin.Refs, ref("penicillin-again"))
	penicillin.Also = []record.Mention{{Ref: ref("penicillin-acute"), Source: "acute", SourceName: "Ousebank General Hospital", When: day("2023", 1672531200000)}}
	none := line("none", "No known allergies")
	none.Negative = true
	penicillin.Conflicts = []record.Conflict{{Kind: "none_known", Sides: []record.Mention{
		{Ref: ref("penicillin"), SourceName: "Fenwick Road Surgery"},
		{Ref: ref("none-mental"), SourceName: "Greensand Mental Health Trust", When: day("2024-05", 1714521600000), Differs: []record.Detail{{Label: "status", Value: "confirmed"}}},
	}}}
	amoxicillin := line("amoxicillin", "Amoxicillin 500mg capsules")
	amoxicillin.Details = []record.Detail{{Label: "frequency", Value: "three times a day"}, {Label: "dose", Value: "500 mg"}, {Label: "route", Value: "oral"}, {Label: "form", Value: "capsule"}, {Label: "an_unknown_label", Value: "kept"}}
	stopped := line("stopped", "Ramipril 5mg")
	stopped.Past, stopped.Status = true, "stopped"
	problem := line("problem", hostile)
	problem.Details = []record.Detail{{Label: "note", Value: hostile}}
	problem.Text, problem.Recorder, problem.SourceName = hostile, hostile, hostile
	sodium := line("sodium", "Sodium")
	sodium.Value = &record.Value{Ref: ref("sodium"), Text: "139.50 mmol/L", Number: "139.50", Unit: "mmol/L", Range: "133-146", Flag: "high", When: sodium.When}
	for i, text := range []string{"138.0", "140.00", "141"} {
		sodium.Earlier = append(sodium.Earlier, record.Value{Ref: ref("sodium", text), Text: text + " mmol/L", Number: text, Unit: "mmol/L", When: day(fmt.Sprintf("2023-0%d-01", 3-i), 1)})
	}
	letter := line("letter", "Discharge summary")
	coverage := []record.Coverage{{Source: "gp", Organisation: "Fenwick Road Surgery", State: record.Supplied, Items: 1},
		{Source: "mh", Organisation: "Greensand Mental Health Trust", State: record.NoneRecorded}, {Source: "cc", Organisation: "Lea Valley Council", State: record.NotSupplied},
		{Source: "am", Organisation: "Eastern Ambulance", State: record.NotConnected}, {Source: "co", Organisation: "Ivel Community Health", State: record.NotReadable}}
	penicillin.Refs = append(penicillin.Refs, ref("penicillin-acute"), ref("none-mental")) // a line's Refs are all that it cites
	for _, v := range sodium.Earlier {
		sodium.Refs = append(sodium.Refs, v.Ref)
	}
	s := &record.Sheet{
		Person: record.Banner{Family: "Langworth", Given: "Lavera", Title: "Mrs", BirthDate: "1944-02-01", Gender: "female", NHSNumber: "999 200 0007", AllergyTag: "known"},
		Sections: []record.Section{
			{Kind: record.Alerts, Coverage: []record.Coverage{{Organisation: "Fenwick Road Surgery", State: record.NoneRecorded}}},
			{Kind: record.Allergies, Lines: []record.Line{penicillin, none}, Coverage: coverage},
			{Kind: record.Medicines, Lines: []record.Line{amoxicillin, stopped}, Coverage: coverage},
			{Kind: record.Problems, Lines: []record.Line{problem}},
			{Kind: record.Results, Lines: []record.Line{sodium}},
			{Kind: record.Documents, Lines: []record.Line{letter}},
			{Kind: record.Procedures, Coverage: []record.Coverage{{Organisation: "Lea Valley Council", State: record.NotSupplied}}},
			{Kind: record.Other, Coverage: []record.Coverage{{Organisation: "Ivel Community Health", State: record.NotReadable}}},
		},
		Timeline: []record.Moment{
			{Ref: ref("penicillin"), Section: record.Allergies, Title: "Allergy to penicillin", When: day("2024-03-02", 1709337600000), Org: "Fenwick Road Surgery"},
			{Ref: ref("letter"), Section: record.Documents, Title: "Letter " + hostile, When: day("2023-01-05", 1672876800000), Org: hostile + "."},
			{Ref: ref("problem"), Section: record.Problems, Title: "x", Org: "y"},
		},
		Warnings: []record.Warning{{Key: "identity", Args: map[string]string{"field": "birth_date", "values": "01-Feb-1944 / 02-Feb-1944"}}},
	}
	return s
}

func parse(t *testing.T, c templ.Component) *html.Node {
	t.Helper()
	var out bytes.Buffer
	if err := c.Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(&out)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// tokensIn is every item that the page names, by data-item.
func tokensIn(doc *html.Node) map[string]int {
	out := map[string]int{}
	for n := range doc.Descendants() {
		if v, ok := attr(n, "data-item"); ok {
			for _, tok := range strings.Fields(v) {
				out[tok]++
			}
		}
	}
	return out
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// byID finds an element by its id.
func byID(t *testing.T, doc *html.Node, id string) *html.Node {
	t.Helper()
	for n := range doc.Descendants() {
		if v, ok := attr(n, "id"); ok && v == id {
			return n
		}
	}
	t.Fatalf("the page has no element with the id %q", id)
	return nil
}

// section is the <section> that an h2 of this id heads.
func section(t *testing.T, doc *html.Node, id string) *html.Node {
	t.Helper()
	for n := byID(t, doc, id); n != nil; n = n.Parent {
		if n.Data == "section" {
			return n
		}
	}
	t.Fatalf("%s is in no section", id)
	return nil
}
