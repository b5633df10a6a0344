package objection

import (
	"slices"
	"strings"
	"unicode/utf8"

	"candour/models/deadline"
	"candour/models/invalid"
	"candour/models/patient"
)

// Answers are what is filled in, page by page. All of it is the applicant's word.
type Answers struct {
	Subject     Subject         `json:"subject,omitzero"`
	Given       string          `json:"given,omitzero"`
	Family      string          `json:"family,omitzero"`
	BirthDate   string          `json:"birth_date,omitzero"` // YYYY-MM-DD
	Relation    string          `json:"relation,omitzero"`
	Ground      patient.Ground  `json:"ground,omitzero"`
	Evidence    []patient.Proof `json:"evidence,omitzero"`    // what they have and will show
	Understands string          `json:"understands,omitzero"` // yes, no, not_sure: as who asks sees it
	Agrees      string          `json:"agrees,omitzero"`      // agrees, disagrees, cannot_say
	Worries     []string        `json:"worries,omitzero"`
	Words       string          `json:"words,omitzero"`
	Provider    string          `json:"provider,omitzero"` // organisation id; "" = the practice of whom it is about
	Contact     Contact         `json:"contact,omitzero"`
	NotParents  bool            `json:"not_parents,omitzero"` // of a child's own request: do not tell my parents
	Told        bool            `json:"told,omitzero"`        // what it means was read and agreed to
}

// Contact is how to reach who asks.
type Contact struct {
	Ways        []string `json:"ways,omitzero"` // app, email, text, letter, phone
	Value       string   `json:"value,omitzero"`
	Language    string   `json:"language,omitzero"`
	Interpreter bool     `json:"interpreter,omitzero"`
	LargePrint  bool     `json:"large_print,omitzero"`
}

// Closed lists of the form; locales put them into words.
var (
	ways    = []string{"app", "email", "text", "letter", "phone"}
	worries = []string{"who_sees", "mistakes", "sensitive", "safety", "someone_known", "principle", "other"}
)

// Ways and Worries list what can be chosen, in the order of the form.
func Ways() []string    { return slices.Clone(ways) }
func Worries() []string { return slices.Clone(worries) }

const (
	maxName  = 100
	maxWords = 2000
)

// Problems says what is missing or wrong before it can be sent, in the order of the
// form; a page shows those of its own fields.
func (a Answers) Problems(today deadline.Day) invalid.Fields { return a.check(today) }

// check finds what is missing or wrong before it can be sent.
func (a Answers) check(today deadline.Day) invalid.Fields {
	var f invalid.Fields
	wrong := func(name, message string, when bool) {
		if when && f.For(name) == "" {
			f = append(f, invalid.Field{Name: name, Message: message})
		}
	}
	wrong("subject", "objection.subject.missing", !slices.Contains(Subjects(), a.Subject))
	if a.Subject == Child || a.Subject == Adult {
		f = append(f, a.checkSubject(today)...)
	}
	for _, w := range a.Worries {
		wrong("worries", "objection.worries.unknown", !slices.Contains(worries, w))
	}
	for _, w := range a.Contact.Ways {
		wrong("ways", "objection.ways.unknown", !slices.Contains(ways, w))
	}
	wrong("ways", "objection.ways.missing", len(a.Contact.Ways) == 0)
	wrong("words", "objection.words.long", utf8.RuneCountInString(a.Words) > maxWords)
	wrong("contact", "objection.contact.long", utf8.RuneCountInString(a.Contact.Value) > maxName)
	return f
}

// checkSubject looks at what is said of somebody else. The date of birth only has to
// be one: whether anybody was born on it is not told here.
func (a Answers) checkSubject(today deadline.Day) invalid.Fields {
	var f invalid.Fields
	wrong := func(name, message string, when bool) {
		if when && f.For(name) == "" {
			f = append(f, invalid.Field{Name: name, Message: message})
		}
	}
	for _, n := range [][2]string{{"given", a.Given}, {"family", a.Family}} {
		wrong(n[0], "objection."+n[0]+".missing", strings.TrimSpace(n[1]) == "")
		wrong(n[0], "objection."+n[0]+".long", utf8.RuneCountInString(n[1]) > maxName)
	}
	born, err := deadline.ParseDay(a.BirthDate)
	wrong("birth_date", "objection.birth_date.invalid", err != nil)
	wrong("birth_date", "objection.birth_date.future", err == nil && born > today)
	band := patient.BandOf(a.BirthDate, today)
	grounds := patient.ChildGrounds()
	if a.Subject == Adult {
		grounds = patient.AdultGrounds()
		wrong("birth_date", "objection.birth_date.child", err == nil && band != patient.BandAdult)
	} else {
		wrong("birth_date", "objection.birth_date.adult", band == patient.BandAdult)
		wrong("agrees", "objection.agrees.missing", !slices.Contains(outcomes[FoundWish], a.Agrees))
	}
	wrong("ground", "objection.ground.missing", !slices.Contains(grounds, a.Ground))
	for _, p := range a.Evidence {
		wrong("evidence", "objection.evidence.unknown", !slices.Contains(a.Ground.Proofs(), p))
	}
	return f
}
