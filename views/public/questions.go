package public

import (
	"context"
	"net/url"

	"candour/locales"
	"candour/models/faq"
	"candour/views/component"
	"candour/views/layout"
	"candour/views/link"
)

// Questions is the list of questions and answers, or what a search of it found.
type Questions struct {
	Typed string // what was searched for
	Found faq.Found
	Open  string // slug of the answer that stands open
	All   bool   // every answer stands open
}

// Question is one answer on a page of its own.
type Question struct {
	faq.Question
	Thanked bool // somebody has just said whether it was useful
}

// QuestionTexts are the words of every question in a language, for the search.
func QuestionTexts(lang string) []faq.Text {
	ctx := locales.With(context.Background(), lang)
	var out []faq.Text
	for _, q := range faq.Questions() {
		out = append(out, faq.Text{Slug: q.Slug, Title: questionTitle(ctx, q), Short: questionShort(ctx, q), Body: faq.Plain(questionText(ctx, q))})
	}
	return out
}

func questionTitle(ctx context.Context, q faq.Question) string {
	return locales.T(ctx, "questions.item."+q.Slug+".title")
}

func questionShort(ctx context.Context, q faq.Question) string {
	return locales.T(ctx, "questions.item."+q.Slug+".short")
}

func questionText(ctx context.Context, q faq.Question) string {
	return locales.T(ctx, "questions.item."+q.Slug+".text")
}

func categoryName(ctx context.Context, c faq.Category) string {
	return locales.T(ctx, "questions.category."+string(c))
}

// categoryID is the anchor of a category; answers have their slugs for ids.
func categoryID(c faq.Category) string { return "topic-" + string(c) }

// pageLink is where an answer sends its reader on.
func pageLink(ctx context.Context, p faq.Page) component.Link {
	return component.Link{Href: pageAddress(p), Text: locales.T(ctx, "questions.page."+string(p))}
}

func pageAddress(p faq.Page) string {
	switch p {
	case faq.AccessHistory:
		return link.MyAccessHistory(nil)
	case faq.Inclusion:
		return link.Included()
	case faq.ObjectionPage:
		return link.SignInTo("patient", link.Objection())
	case faq.ChoicesPage:
		return link.Choices()
	case faq.Partners:
		return link.Partners(nil)
	case faq.WhatsNew:
		return link.WhatsNew()
	case faq.Privacy:
		return link.Privacy()
	case faq.DataOptOut:
		return link.NationalDataOptOut()
	case faq.NHSApp:
		return link.NHSApp()
	case faq.NHSRecords:
		return link.NHSRecords()
	case faq.Commissioner:
		return link.Commissioner()
	case faq.Ombudsman:
		return link.Ombudsman()
	case faq.CareOmbudsman:
		return link.CareOmbudsman()
	case faq.Operator:
		return link.Contact()
	}
	return link.Questions(nil)
}

func relatedLinks(ctx context.Context, q faq.Question) []component.Link {
	var out []component.Link
	for _, slug := range q.Related {
		if other, ok := faq.BySlug(slug); ok {
			out = append(out, component.Link{Href: link.Question(slug), Text: questionTitle(ctx, other)})
		}
	}
	return out
}

func (q Questions) searching() bool { return q.Typed != "" }

// open says whether an answer stands open.
func (q Questions) open(slug string) bool { return q.All || q.Open == slug }

func questionsMeta(ctx context.Context, q Questions) layout.Meta {
	m := layout.Meta{Title: locales.T(ctx, "questions.title"), Current: "questions"}
	if q.searching() {
		m.Title = locales.T(ctx, "questions.results.title")
		m.Back = layout.Crumb{Href: link.Questions(nil), Text: locales.T(ctx, "questions.back")}
	}
	return m
}

func questionMeta(ctx context.Context, q Question) layout.Meta {
	return layout.Meta{Title: questionTitle(ctx, q.Question), Current: "questions",
		Back: layout.Crumb{Href: link.QuestionsOpen(q.Slug), Text: locales.T(ctx, "questions.back")}}
}

func searchControl(ctx context.Context, q Questions) component.Control {
	return component.Control{ID: "q", Label: locales.T(ctx, "questions.search"), Hint: locales.T(ctx, "questions.search_hint"), Value: q.Typed}
}

var allOpen = url.Values{"all": {"1"}}
