// Package faq is the public face of the service as data: the questions that people
// ask about their shared record, in the order of their worries, and the choices about
// sharing that are taken for one another. The words are in locales; here is what
// there is, how it is grouped and found, and how many found an answer useful.
package faq

import (
	"time"
)

// Category groups questions.
type Category string

// The categories in the order of worry (ux.md 5.1).
const (
	About      Category = "about"
	Seeing     Category = "seeing"
	LeftOut    Category = "left-out"
	Objecting  Category = "objecting"
	Children   Category = "children"
	Other      Category = "other"
	Rights     Category = "rights"
	Complaints Category = "complaints"
)

// Categories lists them in their order.
func Categories() []Category {
	return []Category{About, Seeing, LeftOut, Objecting, Children, Other, Rights, Complaints}
}

// Page is somewhere to go on to from an answer.
type Page string

// Pages of this service, and of those who answer where this service does not.
const (
	AccessHistory Page = "access-history"
	Inclusion     Page = "inclusion"
	ChoicesPage   Page = "choices"
	ObjectionPage Page = "objection"
	Partners      Page = "partners"
	WhatsNew      Page = "whats-new"
	Privacy       Page = "privacy"
	DataOptOut    Page = "ndoo"
	NHSApp        Page = "nhs-app"
	NHSRecords    Page = "nhs-records"
	Commissioner  Page = "ico"
	Ombudsman     Page = "ombudsman"
	CareOmbudsman Page = "care-ombudsman"
	Operator      Page = "operator"
)

// Question is one entry. Its words are questions.item.<slug>.title, .short and .text.
type Question struct {
	Slug     string
	Category Category
	Checked  string   // YYYY-MM-DD on which somebody last held the answer against the program
	Answers  []string // the region's promises (requirements S-01 to S-67) that it answers for; none of a worry that the region did not think of
	Related  []string // slugs
	Pages    []Page
}

// reviewMonths is after how long an answer is held against the program again.
const reviewMonths = 6

// Due is the day by which the answer is checked again.
func (q Question) Due() string {
	day, err := time.Parse(time.DateOnly, q.Checked)
	if err != nil {
		return q.Checked // a test holds every date to the form
	}
	return day.AddDate(0, reviewMonths, 0).Format(time.DateOnly)
}

// Questions lists all of them in order.
func Questions() []Question { return questions }

// In lists the questions of a category in order.
func In(c Category) []Question {
	var out []Question
	for _, q := range questions {
		if q.Category == c {
			out = append(out, q)
		}
	}
	return out
}

// BySlug finds a question.
func BySlug(slug string) (Question, bool) {
	for _, q := range questions {
		if q.Slug == slug {
			return q, true
		}
	}
	return Question{}, false
}

const november = "2026-11-23"

func ask(c Category, slug string, answers []string, related []string, pages ...Page) Question {
	return Question{Slug: slug, Category: c, Checked: november, Answers: answers, Related: related, Pages: pages}
}

var questions = []Question{
	ask(About, "what-is-it", []string{"S-02", "S-04", "S-07", "S-08", "S-10"}, []string{"what-is-in-it", "who-can-see", "object"}, Operator),
	ask(About, "what-is-in-it", []string{"S-05", "S-06"}, []string{"what-is-left-out", "social-care", "see-own-record"}, Partners),
	ask(About, "who-is-included", []string{"S-11", "S-13"}, []string{"children", "outside-the-area", "object"}, Inclusion),
	ask(About, "outside-the-area", []string{"S-11", "S-12"}, []string{"who-is-included", "away-from-home"}, Inclusion),
	ask(About, "away-from-home", []string{"S-15", "S-62"}, []string{"outside-the-area", "summary-care-record", "who-has-looked"}),
	ask(About, "who-is-connected", []string{"S-03", "S-14", "S-16", "S-56"}, []string{"what-is-next", "social-care"}, Partners),
	ask(About, "what-is-next", []string{"S-16", "S-58", "S-59", "S-62", "S-63"}, []string{"who-is-connected", "see-own-record"}, WhatsNew),

	ask(Seeing, "who-can-see", []string{"S-15", "S-20", "S-56", "S-60", "S-61"}, []string{"who-has-looked", "staff-rules", "complain"}),
	ask(Seeing, "who-has-looked", []string{"S-21"}, []string{"not-recognise", "who-can-see"}, AccessHistory, Operator),
	ask(Seeing, "staff-rules", []string{"S-18", "S-22", "S-26", "S-27"}, []string{"who-has-looked", "complain"}, NHSRecords),
	ask(Seeing, "is-it-safe", []string{"S-09", "S-10", "S-17", "S-19"}, []string{"sold-or-public", "who-has-looked"}, Privacy),
	ask(Seeing, "sold-or-public", []string{"S-23", "S-24", "S-25", "S-64"}, []string{"national-data-opt-out", "who-can-see"}, Privacy),

	ask(LeftOut, "what-is-left-out", []string{"S-31", "S-32", "S-33", "S-34"}, []string{"mental-health", "hide-one-part"}),
	ask(LeftOut, "mental-health", []string{"S-31", "S-34"}, []string{"what-is-left-out", "hide-one-part", "object"}, Partners),
	ask(LeftOut, "social-care", []string{"S-56", "S-57", "S-61"}, []string{"who-is-connected", "who-can-see"}, Partners),
	ask(LeftOut, "hide-one-part", []string{"S-34", "S-37"}, []string{"what-is-left-out", "correct-a-mistake", "object"}),

	ask(Objecting, "object", []string{"S-35", "S-36", "S-39", "S-40", "S-41", "S-42", "S-43", "S-44"}, []string{"what-objecting-stops", "change-my-mind", "other-choices"}, ObjectionPage, ChoicesPage, Partners),
	ask(Objecting, "what-objecting-stops", []string{"S-37", "S-38", "S-39", "S-63"}, []string{"object", "change-my-mind"}),
	ask(Objecting, "change-my-mind", []string{"S-45", "S-46", "S-50", "S-51"}, []string{"object", "what-objecting-stops"}, ObjectionPage),

	ask(Children, "children", []string{"S-11", "S-47"}, []string{"object-for-child", "who-is-included"}, Inclusion),
	ask(Children, "object-for-child", []string{"S-47", "S-48", "S-49"}, []string{"children", "object", "change-my-mind"}, ObjectionPage, Partners),
	ask(Children, "act-for-adult", []string{"S-40", "S-50"}, []string{"object", "copy-of-record"}, ObjectionPage, Partners),
	ask(Children, "somebody-who-died", nil, []string{"copy-of-record", "how-long-kept", "act-for-adult"}, Partners, Operator),

	ask(Other, "other-choices", []string{"S-52", "S-55"}, []string{"summary-care-record", "national-data-opt-out", "object"}, ChoicesPage),
	ask(Other, "summary-care-record", []string{"S-53", "S-54", "S-55"}, []string{"other-choices", "object"}, ChoicesPage),
	ask(Other, "national-data-opt-out", []string{"S-52", "S-64"}, []string{"other-choices", "sold-or-public"}, ChoicesPage, DataOptOut),

	ask(Rights, "copy-of-record", []string{"S-28", "S-29", "S-30"}, []string{"see-own-record", "correct-a-mistake"}, Partners, NHSRecords),
	ask(Rights, "see-own-record", []string{"S-28", "S-30"}, []string{"copy-of-record", "who-has-looked"}, AccessHistory, NHSApp),
	ask(Rights, "correct-a-mistake", []string{"S-09", "S-42"}, []string{"copy-of-record", "how-long-kept", "complain"}, Partners),
	ask(Rights, "how-long-kept", nil, []string{"correct-a-mistake", "object", "somebody-who-died"}, Privacy, Partners),

	ask(Complaints, "complain", []string{"S-65", "S-66", "S-67"}, []string{"not-recognise", "staff-rules"}, AccessHistory, Partners, Ombudsman, CareOmbudsman, Commissioner),
	ask(Complaints, "not-recognise", []string{"S-21", "S-65"}, []string{"who-has-looked", "complain"}, AccessHistory, Partners),
}
