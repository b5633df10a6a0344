package gallery

import (
	"candour/views/component"
	"candour/views/component/nhsuk"
)

// field is a control of the gallery; every one has an id of its own.
func (s *shelf) field(id, label string) nhsuk.Field {
	return nhsuk.Field{ID: id, Name: id, Label: nhsuk.Label{Text: s.say(label)}}
}

// wrong is the same control with what is wrong with it.
func (s *shelf) wrong(id, label, problem string) nhsuk.Field {
	f := s.field(id, label)
	f.ErrorMessage = nhsuk.ErrorMessage{Text: s.say(problem)}
	return f
}

// hinted is the same control with help.
func (s *shelf) hinted(id, label, hint string) nhsuk.Field {
	f := s.field(id, label)
	f.Hint = nhsuk.Hint{Text: s.say(hint)}
	return f
}

func (s *shelf) inputs() {
	s.add("input", "plain", nhsuk.Input{Field: s.field("input-plain", "name")})
	s.add("input", "hint", nhsuk.Input{Field: s.hinted("input-hint", "question", "question_hint")})
	s.add("input", "error", nhsuk.Input{Field: s.wrong("input-error", "name", "name_error")})
	typed := s.field("input-changed", "name")
	typed.Value = s.say("name_typed")
	s.add("input", "changed", nhsuk.Input{Field: typed})
	s.add("input", "width", nhsuk.Input{Field: s.field("input-width", "weight"), Width: "3", InputMode: "numeric"})
	s.add("input", "prefix", nhsuk.Input{Field: s.field("input-prefix", "weight"), Width: "5", Prefix: nhsuk.Words{Text: s.say("about")}, Suffix: nhsuk.Words{Text: s.say("kilograms")}})
	disabled := s.field("input-disabled", "name")
	disabled.Disabled = nhsuk.Yes
	s.add("input", "disabled", nhsuk.Input{Field: disabled})
	s.add("search", "plain", nhsuk.SearchInput{Input: nhsuk.Input{Field: s.field("search-plain", "search"), Width: "20"}, Button: nhsuk.Button{AriaLabel: s.say("search_button"), Type: "button"}})
	s.add("search", "text", nhsuk.SearchInput{Input: nhsuk.Input{Field: s.field("search-text", "search"), Width: "20"}, Button: nhsuk.Button{Text: s.say("search_button"), AriaLabel: s.say("search_button"), Type: "button"}})
	label := s.field("label-heading", "name")
	label.Label.Size, label.Label.Heading = "l", nhsuk.Heading{On: true, Level: 3}
	s.add("label", "heading", nhsuk.Input{Field: label})
	day := nhsuk.DateInput{ID: "date-plain", NamePrefix: "date-plain", Fieldset: nhsuk.Fieldset{Legend: nhsuk.Legend{Text: s.say("born"), Size: "m"}}, Hint: nhsuk.Hint{Text: s.say("born_hint")}}
	s.add("date_input", "plain", day)
	day.ID, day.NamePrefix, day.ErrorMessage, day.Month.Error = "date-error", "date-error", nhsuk.ErrorMessage{Text: s.say("born_error")}, nhsuk.Yes
	day.Day.Value, day.Year.Value = "31", "1980"
	s.add("date_input", "error", day)
}

func (s *shelf) areas() {
	s.add("textarea", "plain", nhsuk.Textarea{Field: s.hinted("area-plain", "details", "details_hint")})
	s.add("textarea", "error", nhsuk.Textarea{Field: s.wrong("area-error", "details", "details_error")})
	s.add("character_count", "plain", component.Counted(component.Area{Control: component.Control{ID: "count-plain", Label: s.say("details")}}, 200))
	s.add("character_count", "error", component.Counted(component.Area{Control: component.Control{ID: "count-error", Label: s.say("details"), Error: s.say("details_error"), Value: s.say("longer")}}, 20))
	options := []nhsuk.SelectItem{{}, {Value: "a", Text: s.say("surgery")}, {Value: "b", Text: s.say("hospital")}, {Divider: true}, {Value: "c", Text: s.say("council"), Disabled: true}}
	options[0].Text = s.say("question_error")
	s.add("select", "plain", nhsuk.Select{Field: s.hinted("select-plain", "question", "question_hint"), Items: options})
	s.add("select", "error", nhsuk.Select{Field: s.wrong("select-error", "question", "question_error"), Items: options})
	s.add("file_upload", "plain", component.Upload(component.Control{ID: "file-plain", Label: s.say("file")}, false))
	s.add("file_upload", "error", component.Upload(component.Control{ID: "file-error", Label: s.say("file"), Error: s.say("file_error")}, false))
	s.add("file_upload", "several", component.Upload(component.Control{ID: "file-several", Label: s.say("file")}, true))
}

// ways of being answered, for radios and checkboxes.
func (s *shelf) contacts() []nhsuk.Option {
	return []nhsuk.Option{{Value: "email", Text: s.say("contact_email")}, {Value: "letter", Text: s.say("contact_letter")},
		{Value: "phone", Text: s.say("contact_phone"), Hint: nhsuk.Hint{Text: s.say("contact_phone_hint")}}}
}

func (s *shelf) group(name, legend string, options []nhsuk.Option) nhsuk.Group {
	return nhsuk.Group{Name: name, Items: options, Fieldset: nhsuk.Fieldset{Legend: nhsuk.Legend{Text: s.say(legend), Size: "m"}}}
}

func (s *shelf) radios() {
	s.add("radios", "plain", nhsuk.Radios{Group: s.group("radios-plain", "contact", s.contacts()), Value: "letter"})
	small := s.group("radios-small", "contact", s.contacts())
	small.Small = true
	s.add("radios", "small", nhsuk.Radios{Group: small})
	inline := s.group("radios-inline", "contact", s.contacts()[:2])
	inline.Inline = true
	s.add("radios", "inline", nhsuk.Radios{Group: inline})
	wrong := s.group("radios-error", "contact", s.contacts())
	wrong.ErrorMessage = nhsuk.ErrorMessage{Text: s.say("question_error")}
	s.add("radios", "error", nhsuk.Radios{Group: wrong})
	further := s.contacts()
	further[2].Conditional = nhsuk.Input{Field: s.field("radios-number", "contact_number"), Type: "tel", Width: "20", Autocomplete: "tel"}
	s.add("radios", "reveal", nhsuk.Radios{Group: s.group("radios-reveal", "contact", further), Value: "phone"})
	divided := append(s.contacts()[:2], nhsuk.Option{Divider: s.say("or")}, nhsuk.Option{Value: "none", Text: s.say("none_of_them"), Disabled: nhsuk.Yes})
	s.add("radios", "divider", nhsuk.Radios{Group: s.group("radios-divider", "contact", divided)})
	s.add("legend", "heading", nhsuk.Radios{Group: nhsuk.Group{Name: "legend-heading", Items: s.contacts()[:2],
		Fieldset: nhsuk.Fieldset{Legend: nhsuk.Legend{Text: s.say("contact"), Size: "l", Heading: nhsuk.Heading{On: true, Level: 3}}}}})
}

func (s *shelf) checkboxes() {
	parts := func() []nhsuk.Option {
		return []nhsuk.Option{{Value: "allergies", Text: s.say("part_allergies")}, {Value: "medicines", Text: s.say("part_medicines")}, {Value: "letters", Text: s.say("part_letters")}}
	}
	s.add("checkboxes", "plain", nhsuk.Checkboxes{Group: s.group("boxes-plain", "parts", parts()), Values: []string{"medicines"}})
	small := s.group("boxes-small", "parts", parts())
	small.Small = true
	s.add("checkboxes", "small", nhsuk.Checkboxes{Group: small, Values: []string{"letters"}})
	wrong := s.group("boxes-error", "parts", parts())
	wrong.ErrorMessage, wrong.Hint = nhsuk.ErrorMessage{Text: s.say("question_error")}, nhsuk.Hint{Text: s.say("details_hint")}
	s.add("checkboxes", "error", nhsuk.Checkboxes{Group: wrong})
	none := append(parts(), nhsuk.Option{Divider: s.say("or")}, nhsuk.Option{Value: "none", Text: s.say("none_of_them"), Behaviour: "exclusive"})
	s.add("checkboxes", "none", nhsuk.Checkboxes{Group: s.group("boxes-none", "parts", none)})
	further := parts()
	further[2].Conditional = nhsuk.Textarea{Field: s.field("boxes-further", "details"), Rows: 3}
	s.add("checkboxes", "reveal", nhsuk.Checkboxes{Group: s.group("boxes-reveal", "parts", further), Values: []string{"letters"}})
	s.add("fieldset", "plain", nhsuk.Fieldset{Legend: nhsuk.Legend{Text: s.say("contact"), Size: "m"}, Part: nhsuk.Input{Field: s.field("fieldset-number", "contact_number"), Type: "tel", Width: "20"}})
}
