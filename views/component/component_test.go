package component

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"candour/models/invalid"
	"github.com/a-h/templ"
)

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.Render(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// within renders a component around some content.
func within(t *testing.T, c templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	ctx := templ.WithChildren(context.Background(), templ.ComponentFunc(templ.Raw("<i>inside</i>").Render))
	if err := c.Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "inside") {
		t.Errorf("the content is lost: %s", out.String())
	}
	return out.String()
}

func TestEveryPieceIsDrawn(t *testing.T) {
	link := Link{Href: "/x", Text: "Words"}
	group := Group{ID: "pick", Legend: "Legend", Size: "l", Heading: true, Hint: "Hint", Error: "Wrong", Small: true,
		Options: []Option{{Value: "a", Text: "A", Hint: "Help", Selected: true}, {Value: "b", Text: "B", Reveal: Digits("1")}}}
	control := Control{ID: "c", Label: "Label", Size: "m", Hint: "Hint", Error: "Wrong", Value: "typed"}
	for name, c := range map[string]struct {
		piece templ.Component
		wants []string
	}{
		"button":      {Button(Press{Text: "Go", Kind: "secondary", Name: "n", Value: "v", Small: true, Once: true}), []string{`type="submit"`, `name="n"`, `nhsuk-button--secondary`, `data-prevent-double-click`}},
		"button link": {ButtonLink(link, "reverse"), []string{`href="/x"`, `role="button"`}},
		"back":        {BackLink(link), []string{"<nav", "nhsuk-back-link"}},
		"breadcrumb":  {Breadcrumb([]Link{link}), []string{"nhsuk-breadcrumb__link"}},
		"pagination":  {Pagination(Pages{Previous: link, Next: link}), []string{`rel="prev"`, `rel="next"`}},
		"no pages":    {Pagination(Pages{}), nil},
		"card":        {Card(CardLink{Link: link, Level: 3, Description: "About"}), []string{"<h3", "About"}},
		"tag":         {Tag("New", "blue"), []string{"nhsuk-tag--blue"}},
		"digits":      {Digits("999 123 4567"), []string{`<bdi dir="ltr" class="app-digits">999 123 4567</bdi>`}},
		"nowrap":      {Nowrap("6 August"), []string{"app-nowrap"}},
		"errors":      {ErrorSummary([]Problem{{Field: "c", Text: "Wrong"}, {Text: "All wrong"}}), []string{`href="#c"`, "All wrong", `role="alert"`}},
		"input":       {Input(Text{Control: control, Width: "10", Mode: "numeric", Autocomplete: "off"}), []string{`aria-describedby="c-hint c-error"`, `inputmode="numeric"`, `value="typed"`, `spellcheck="false"`}},
		"textarea":    {Textarea(Area{Control: control}), []string{`rows="4"`, ">typed</textarea>"}},
		"select":      {Select(Choice{Control: control, Options: []Option{{Value: "a", Text: "A", Selected: true}}}), []string{"selected", "nhsuk-select--error"}},
		"search":      {SearchInput(Control{ID: "q", Label: "Find", Heading: true}, "Search"), []string{`type="search"`, "<h1"}},
		"radios":      {Radios(group), []string{`id="pick-2"`, `data-aria-controls="conditional-pick-2"`, `aria-describedby="pick-hint pick-error"`, "nhsuk-radios--small", "<h1"}},
		"checkboxes":  {Checkboxes(group), []string{`type="checkbox"`, `id="pick-item-hint"`}},
		"date":        {DateInput(Date{Group: Group{ID: "born", Legend: "Born"}, Day: "6", Month: "8", Year: "1978", Birth: true}), []string{`name="born-day"`, `value="1978"`, `autocomplete="bday-year"`}},
		"summary":     {SummaryList([]Row{{Key: "K", Value: "V", Action: link, Hidden: "name"}, {Key: "P", Part: Digits("1")}}), []string{"nhsuk-summary-list__actions", "app-digits"}},
		"counted":     {Counted(Area{Control: control}, 200), []string{`data-maxlength="200"`, `data-i18n.characters-under-limit.other="You have %{count} characters left"`, "You can enter up to 200 characters", ">typed</textarea>"}},
		"upload":      {Upload(control, true), []string{`type="file"`, " multiple", `data-i18n.no-file-chosen="No file chosen"`, `data-i18n.multiple-files-chosen.other="%{count} files chosen"`}},
		"filter":      {RemoveTag(link, "Remove"), []string{"app-filter-tag"}},
	} {
		html := render(t, c.piece)
		for _, want := range c.wants {
			if !strings.Contains(html, want) {
				t.Errorf("%s: no %s in %s", name, want, html)
			}
		}
		if name == "no pages" && html != "" {
			t.Errorf("pagination without neighbours: %s", html)
		}
	}
}

func TestPiecesAroundContent(t *testing.T) {
	table := Table{Caption: "Caption", Size: "m", Hidden: true, Columns: []Column{{Text: "Name"}, {Text: "Value", Numeric: true}}}
	for want, c := range map[string]templ.Component{
		"nhsuk-inset-text": InsetText(), "nhsuk-card--warning": WarningCallout("Look"), "nhsuk-panel": Panel("Done"), "nhsuk-panel--interruption": Interruption("Stop"), "nhsuk-table__cell--numeric": NumberCell("Count"),
		"nhsuk-details": Details("More", true), "nhsuk-expander": Expander("More", false), "app-secondary": Secondary(),
		"nhsuk-notification-banner--success": NotificationBanner(Banner{Success: true, Heading: "Done"}), `role="region"`: NotificationBanner(Banner{Heading: "Note"}),
		"<h4": PlainCard("Heading", 4), "nhsuk-table--responsive": ResponsiveTable(table), "nhsuk-table__header--numeric": PlainTable(table),
		"nhsuk-table__heading": Cell("Name"), "nhsuk-fieldset": Fieldset(Group{ID: "g", Legend: "L"}),
	} {
		if html := within(t, c); !strings.Contains(html, want) {
			t.Errorf("no %s in %s", want, html)
		}
	}
}

func TestProblemsPutFieldsIntoWords(t *testing.T) {
	fields := invalid.Fields{{Name: "from", Message: "history.day.invalid"}, {Name: "x", Message: "history.tag.from", Args: map[string]string{"day": "today"}}}
	problems := Problems(context.Background(), fields)
	if len(problems) != 2 || problems[1].Text != "From today" || FieldError(context.Background(), fields, "from") != problems[0].Text || FieldError(context.Background(), fields, "y") != "" {
		t.Errorf("%v", problems)
	}
}

func TestDatesAsPatientsReadThem(t *testing.T) {
	ctx := context.Background()
	summer := time.Date(2026, 8, 6, 14, 4, 0, 0, time.UTC)
	for got, want := range map[string]string{
		Day(ctx, summer): "6 August 2026", DayTime(ctx, summer): "6 August 2026, 3:04pm", Weekday(ctx, summer): "Thursday 6 August 2026",
		Clock(ctx, summer.Add(-4*time.Minute)): "3pm", Clock(ctx, time.Date(2026, 1, 1, 0, 30, 0, 0, time.UTC)): "12:30am",
		DayOf(ctx, "1978-08-06"): "6 August 1978", DayOf(ctx, "1978-08"): "August 1978", DayOf(ctx, "1978"): "1978",
		ISODay(time.Date(2026, 8, 6, 23, 30, 0, 0, time.UTC)): "2026-08-07",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
