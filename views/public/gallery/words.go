package gallery

import (
	"strings"

	"candour/views/component"
	"candour/views/component/nhsuk"
)

func (s *shelf) words() {
	s.add("heading", "large", nhsuk.Heading{Text: s.say("title"), Size: "l", Level: 3})
	s.add("heading", "medium", nhsuk.Heading{Text: s.say("title"), Size: "m", Level: 3})
	s.add("heading", "small", nhsuk.Heading{Text: s.say("title"), Size: "s", Level: 3})
	s.add("heading", "caption", nhsuk.Heading{Text: s.say("title"), Size: "l", Level: 3, Caption: nhsuk.Caption{Text: s.say("surgery")}})
	s.add("hint", "plain", nhsuk.Hint{Text: s.say("question_hint")})
	s.add("inset", "plain", nhsuk.InsetText{Text: s.say("inset")})
	s.add("details", "plain", nhsuk.Details{Summary: nhsuk.Words{Text: s.say("details_summary")}, Text: s.say("details_text")})
	s.add("details", "open", nhsuk.Details{Summary: nhsuk.Words{Text: s.say("details_summary")}, Text: s.say("details_text"), Open: true})
	s.add("expander", "plain", nhsuk.Details{Summary: nhsuk.Words{Text: s.say("details_summary")}, Text: s.say("details_text"), Classes: "nhsuk-expander"})
	s.add("expander", "open", nhsuk.Details{Summary: nhsuk.Words{Text: s.say("details_summary")}, Text: s.say("details_text"), Classes: "nhsuk-expander", Open: true})
	for _, colour := range []string{"", "white", "grey", "green", "aqua-green", "blue", "purple", "pink", "red", "orange", "yellow"} {
		state := "plain"
		if colour != "" {
			state = strings.ReplaceAll(colour, "-", "_")
		}
		s.add("tag", state, nhsuk.Tag{Text: s.say("status_todo"), Colour: colour})
	}
	s.add("tag", "no_border", nhsuk.Tag{Text: s.say("status_done"), Colour: "no-colour", Border: nhsuk.No})
}

func (s *shelf) boxes() {
	heading := nhsuk.Heading{Text: s.say("title"), Level: 3, Size: "m"}
	about := nhsuk.Words{Text: s.say("lede")}
	s.add("card", "plain", nhsuk.Card{Heading: heading, Description: about})
	s.add("card", "clickable", nhsuk.Card{Heading: heading, Description: about, Href: here, Clickable: true})
	s.add("card", "primary", nhsuk.Card{Heading: heading, Description: about, Href: here, Clickable: true, Variant: "primary"})
	s.add("card", "secondary", nhsuk.Card{Heading: heading, Description: about, Href: here, Clickable: true, Variant: "secondary"})
	s.add("card", "feature", nhsuk.Card{Heading: heading, Description: about, Variant: "feature"})
	s.add("card", "actions", nhsuk.Card{Heading: heading, Description: about, Actions: []nhsuk.Action{{Text: s.say("change"), Href: here}, {Text: s.say("delete"), Type: "button"}}})
	care := nhsuk.Heading{Text: s.say("important"), Level: 3}
	s.add("card", "care_non_urgent", nhsuk.Card{Heading: care, Description: about, Variant: "non-urgent"})
	s.add("card", "care", nhsuk.Card{Heading: care, Description: about, Variant: "urgent"})
	s.add("card", "care_emergency", nhsuk.Card{Heading: care, Description: about, Variant: "emergency"})
	s.add("warning", "plain", nhsuk.WarningCallout{Heading: nhsuk.Heading{Text: s.say("warning")}, Part: paragraph(s.say("warning_text"))})
	do := nhsuk.DoDontList{Heading: nhsuk.Heading{Text: s.say("guide_how")}, Items: []nhsuk.Words{{Text: s.say("do_one")}, {Text: s.say("do_two")}}}
	s.add("do_dont", "plain", do)
	s.add("do_dont", "cross", nhsuk.DoDontList{Heading: nhsuk.Heading{Text: s.say("guide_before")}, Icon: "cross", Items: []nhsuk.Words{{Text: s.say("dont_one")}}})
}

func (s *shelf) own() {
	s.add("digits", "plain", component.Digits("999 123 4567"))
	s.add("digits", "longer", sentence(s.say("longer"), "120/80 mmHg"))
	s.add("digits", "phone", component.Digits("+44 1632 960000"))
	s.add("nowrap", "plain", component.Nowrap(s.say("day_one")))
	s.add("secondary", "plain", inSecondary(s.say("provenance")))
	s.add("filter", "plain", filterTags(component.Link{Href: here, Text: s.say("surgery")}, s.say("remove")))
}
