package gallery

import (
	"candour/views/component/nhsuk"
)

// here is an address that goes nowhere else.
const here = "#maincontent"

func (s *shelf) links() {
	words := s.say("continue")
	for _, b := range []struct {
		state string
		nhsuk.Button
	}{
		{"plain", nhsuk.Button{Text: words}},
		{"secondary", nhsuk.Button{Text: words, Variant: "secondary"}},
		{"warning", nhsuk.Button{Text: s.say("delete"), Variant: "warning"}},
		{"login", nhsuk.Button{Text: s.say("login"), Variant: "login"}},
		{"reverse", nhsuk.Button{Text: words, Variant: "reverse"}},
		{"small", nhsuk.Button{Text: words, Small: true}},
		{"icon", nhsuk.Button{Text: words, Icon: nhsuk.ButtonIcon{Name: "arrow-right", Placement: "end"}}},
		{"as_link", nhsuk.Button{Text: s.say("action"), Href: here}},
		{"disabled", nhsuk.Button{Text: words, Disabled: nhsuk.Yes}},
	} {
		b.Type = typed(b.Button)
		s.add("button", b.state, b.Button)
	}
	s.add("button", "group", pair(nhsuk.Button{Text: words, Type: "button"}, nhsuk.Button{Text: s.say("cancel"), Variant: "secondary", Type: "button"}))
	s.add("action_link", "plain", nhsuk.ActionLink{Text: s.say("action"), Href: here})
	s.add("action_link", "reverse", nhsuk.ActionLink{Text: s.say("action"), Href: here, Variant: "reverse"})
	s.add("back_link", "plain", nhsuk.BackLink{Href: here})
	s.add("back_link", "as_button", nhsuk.BackLink{Type: "button"})
	s.add("skip", "plain", nhsuk.SkipLink{})
}

// typed keeps the buttons of the gallery from sending anything.
func typed(b nhsuk.Button) string {
	if b.Href != "" {
		return ""
	}
	return "button"
}

func (s *shelf) ways() {
	steps := []nhsuk.Link{{Text: s.say("step_home"), Href: here}, {Text: s.say("step_record"), Href: here}, {Text: s.say("step_history"), Href: here}}
	s.add("breadcrumb", "plain", nhsuk.Breadcrumb{Items: steps, AriaLabel: s.label("breadcrumb", "plain")})
	guide := []nhsuk.Link{{Text: s.say("guide_before"), Current: true}, {Text: s.say("guide_how"), Href: here}, {Text: s.say("guide_after"), Href: here}}
	s.add("contents_list", "plain", nhsuk.ContentsList{Items: guide, AriaLabel: s.label("contents_list", "plain")})
	nested := []nhsuk.Link{{Text: s.say("guide_before"), Href: here, Items: guide[1:]}}
	s.add("contents_list", "nested", nhsuk.ContentsList{Items: nested, AriaLabel: s.label("contents_list", "nested")})
	previous := nhsuk.Neighbour{Href: here, Label: nhsuk.Words{Text: s.say("guide_before")}}
	next := nhsuk.Neighbour{Href: here, Label: nhsuk.Words{Text: s.say("guide_after")}}
	s.add("pagination", "plain", nhsuk.Pagination{Previous: previous, Next: next})
	s.add("pagination", "first", nhsuk.Pagination{Next: next, AriaLabel: s.label("pagination", "first")})
	s.add("pagination", "numbered", nhsuk.Pagination{Previous: nhsuk.Neighbour{Href: here}, Next: nhsuk.Neighbour{Href: here}, AriaLabel: s.label("pagination", "numbered"), Items: []nhsuk.PageNumber{
		{Number: 1, Href: here}, {Ellipsis: true}, {Number: 6, Href: here}, {Number: 7, Href: here, Current: true}, {Number: 8, Href: here}, {Ellipsis: true}, {Number: 42, Href: here}}})
}

func (s *shelf) news() {
	panel := nhsuk.Panel{Heading: nhsuk.Heading{Text: s.say("done"), Level: 3, Size: "l"}, Text: s.say("reference", "ref", "HDJ2 123F")}
	s.add("panel", "plain", panel)
	s.add("panel", "interruption", nhsuk.Panel{Heading: nhsuk.Heading{Text: s.say("interruption"), Level: 3, Size: "l"}, Variant: "interruption",
		Part: nhsuk.Together(paragraph(s.say("interruption_text")), nhsuk.Button{Text: s.say("continue"), Variant: "reverse", Type: "button"})})
	s.add("banner", "plain", nhsuk.NotificationBanner{Title: nhsuk.Heading{ID: "news-important", Level: 3}, Heading: nhsuk.Heading{Text: s.say("important"), Element: "p"}, Text: s.say("important_text")})
	s.add("banner", "success", nhsuk.NotificationBanner{Title: nhsuk.Heading{ID: "news-success", Level: 3}, Heading: nhsuk.Heading{Text: s.say("done_short"), Element: "p"}, Variant: "success", DisableAutoFocus: nhsuk.Yes})
	s.add("error_summary", "plain", nhsuk.ErrorSummary{Heading: nhsuk.Heading{Text: s.say("problem")}, DisableAutoFocus: nhsuk.Yes,
		ErrorList: []nhsuk.Link{{Text: s.say("name_error"), Href: "#sample-name"}, {Text: s.say("question_error")}}})
	s.add("error_message", "plain", nhsuk.Input{Field: nhsuk.Field{ID: "sample-name", Name: "name", Label: nhsuk.Label{Text: s.say("name")}, ErrorMessage: nhsuk.ErrorMessage{Text: s.say("name_error")}}})
}
