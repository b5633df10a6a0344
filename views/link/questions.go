package link

import "net/url"

// Questions is the list of questions and answers; found is what was searched for, or
// which answer stands open.
func Questions(found url.Values) string { return query("/questions", found) }

// QuestionsOpen is the list with one answer open, at that answer.
func QuestionsOpen(slug string) string {
	return Questions(url.Values{"open": {slug}}) + "#" + url.PathEscape(slug)
}

// Question is the page of one answer.
func Question(slug string) string { return "/questions/" + url.PathEscape(slug) }

// QuestionThanked is that page after somebody said whether it was useful.
func QuestionThanked(slug string) string { return Question(slug) + "?thanks=1#useful" }

// Usefulness takes in whether an answer was useful.
func Usefulness(slug string) string { return Question(slug) + "/usefulness" }

// Choices compares the choices about sharing; MyChoices says what somebody has set.
func Choices() string   { return "/choices" }
func MyChoices() string { return "/my/choices" }

// Those who answer where this service does not.

func NationalDataOptOut() string { return "https://www.nhs.uk/your-nhs-data-matters/" }
func NHSApp() string             { return "https://www.nhs.uk/nhs-app/" }
func NHSRecords() string {
	return "https://www.nhs.uk/using-the-nhs/about-the-nhs/your-health-records/"
}
func Commissioner() string  { return "https://ico.org.uk/make-a-complaint/" }
func Ombudsman() string     { return "https://www.ombudsman.org.uk/making-complaint" }
func CareOmbudsman() string { return "https://www.lgo.org.uk/make-a-complaint" }
