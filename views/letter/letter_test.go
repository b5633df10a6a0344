package letter

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"candour/locales"
	models "candour/models/letter"
)

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

var names = map[string]string{"surgery": "Riverside Surgery", "board": "Three Rivers Board"}

// filled gives a template every field that it can have, or only those that it must.
func filled(t models.Template, all bool) models.Fields {
	values := map[models.Type]string{models.Reference: "K7M3-Q2P9", models.Date: "2027-01-04", models.Count: "3", models.Organisation: "surgery",
		models.Professional: "Dr Ann Blood", models.Telephone: "01632 960 000"}
	f := models.Fields{}
	for _, field := range t.Fields {
		switch {
		case field.Optional && !all:
		case field.Type == models.Choice:
			f[field.Name] = field.Of[0]
		default:
			f[field.Name] = values[field.Type]
		}
	}
	return f
}

// everySheet visits each version of each template, as each role that it is for, in
// each form, with all that can be known and with the least.
func everySheet(visit func(name string, t models.Template, s Sheet, all bool)) (n int) {
	for _, t := range models.Templates() {
		for _, role := range t.To {
			for _, format := range models.Formats() {
				for _, all := range []bool{true, false} {
					n++
					visit(strings.Join([]string{string(t.Name), string(role), string(format)}, "/"), t,
						Sheet{Template: t.Name, Version: t.Version, Fields: filled(t, all), As: role, Language: "en", Format: format, From: "Riverside Surgery", Names: names, On: monday}, all)
				}
			}
		}
	}
	return n
}

func TestEveryTemplateHasWordsForEveryRoleAndForm(t *testing.T) {
	ctx := locales.With(context.Background(), "en")
	n := everySheet(func(name string, template models.Template, s Sheet, all bool) {
		text := Text(ctx, s)
		for _, bad := range []string{"letter.", "{", "}", "_"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s (all %v) says %q: %s", name, all, bad, text)
			}
		}
		if lines := Lines(ctx, s); len(lines) < 1 || all && len(lines) < 2 {
			t.Errorf("%s (all %v): %d lines", name, all, len(lines))
		}
		spoken := strings.ReplaceAll(text, "Dr Ann Blood", "")
		if word, clinical := models.Clinical(spoken); clinical {
			t.Errorf("%s says %q: %s", name, word, text)
		}
		if all && template.Name == models.ObjectionReceived && (!strings.Contains(text, "4 January 2027") || !strings.Contains(text, "01632 960 000") || !strings.Contains(text, "Riverside Surgery")) {
			t.Errorf("%s leaves out what is known: %s", name, text)
		}
	})
	if n < 400 {
		t.Errorf("only %d letters were drawn", n)
	}
	t.Logf("%d letters: %d templates, each role, each form, with all fields and with the least", n, len(models.Templates()))
}

// Every value of every list has words, and each stands in the letter.
func TestEveryChoiceHasWords(t *testing.T) {
	ctx := locales.With(context.Background(), "en")
	for _, template := range models.Templates() {
		for _, f := range template.Fields {
			for _, value := range f.Of {
				words, ok := locales.Lookup(ctx, "letter.choice."+f.Name+"."+value)
				fields := filled(template, true)
				fields[f.Name] = value
				s := Sheet{Template: template.Name, Version: template.Version, Fields: fields, As: template.To[0], Format: models.Standard, Names: names}
				if !ok || !strings.Contains(Text(ctx, s), words) {
					t.Errorf("%s: %s %q: no words, or the letter does not have them", template.Name, f.Name, value)
				}
			}
		}
	}
}

// A refusal has its four parts: who decided, on what ground, what the rights are, how to complain.
func TestARefusalHasItsFourParts(t *testing.T) {
	ctx := locales.With(context.Background(), "en")
	template, _ := models.Current(models.ObjectionRefused)
	for _, format := range models.Formats() {
		for _, role := range template.To {
			text := Text(ctx, Sheet{Template: template.Name, Version: template.Version, Fields: filled(template, true), As: role, Format: format, Names: names})
			for _, part := range []string{"Dr Ann Blood", "It could not be proven who asked", "Information Commissioner", "go to court", "complain to Riverside Surgery", "ask again"} {
				if !strings.Contains(text, part) {
					t.Errorf("%s %s does not say %q: %s", role, format, part, text)
				}
			}
		}
	}
}

// An e-mail and a text message are the same whatever the letter says.
func TestWhatLeavesSaysNothingOfTheMatter(t *testing.T) {
	ctx := context.Background()
	for _, channel := range []models.Channel{models.Email, models.Notify} {
		seen := map[string]bool{}
		for _, template := range models.Templates() {
			subject, text := Outside(ctx, models.Message{Channel: channel, Language: "en", Template: template.Name, Version: template.Version}, "https://portal.example/my/messages")
			seen[subject+text] = true
			if !strings.Contains(text, "https://portal.example/my/messages") {
				t.Errorf("%s by %s does not say where to read it", template.Name, channel)
			}
			for _, word := range []string{"object", "Object", "record", "share", "sharing", "surgery", "child", "act for"} {
				if strings.Contains(subject+text, word) {
					t.Errorf("%s by %s says %q: %s", template.Name, channel, word, text)
				}
			}
			if word, clinical := models.Clinical(subject + " " + text); clinical {
				t.Errorf("%s by %s says %q", template.Name, channel, word)
			}
		}
		if len(seen) != 1 {
			t.Errorf("by %s there are %d different messages: who reads along can tell letters apart", channel, len(seen))
		}
	}
}

func TestALetterIsDrawnInItsOwnLanguageAndForm(t *testing.T) {
	s := Sheet{Template: models.ObjectionReceived, Version: 1, Fields: models.Fields{"reference": "K7M3-Q2P9", "organisation": "surgery"}, As: models.Self,
		Language: "en", Format: models.LargePrint, From: "Riverside Surgery", Names: names, On: monday, To: []string{"Ms Pat Ash", "1 Mill Lane"}}
	var page bytes.Buffer
	if err := Paper(s, "letter.css").Render(context.Background(), &page); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`<html lang="en" dir="ltr">`, `app-sheet--large`, `data-template="objection_received" data-version="1"`, "<bdi>1 Mill Lane</bdi>", `<bdi dir="ltr" class="app-digits">K7M3-Q2P9</bdi>`, "23 November 2026"} {
		if !strings.Contains(page.String(), part) {
			t.Errorf("the letter does not have %s:\n%s", part, page.String())
		}
	}
	if strings.Contains(page.String(), "You will hear by") {
		t.Error("a line whose date is not known is there")
	}
	page.Reset()
	if err := Letter(s).Render(locales.With(context.Background(), locales.Mirrored), &page); err != nil || !strings.Contains(page.String(), `dir="rtl"`) {
		t.Errorf("from right to left: %v %s", err, page.String())
	}
	unnamed := s
	unnamed.Names = nil
	if text := Text(context.Background(), unnamed); !strings.Contains(text, "The organisation that has your request") && !strings.Contains(text, "the organisation that has your request") {
		t.Error(text)
	}
}
