package patient

import (
	"context"
	"slices"
	"strconv"

	"candour/locales"
	"candour/models/casework"
	"candour/models/evidence"
	"candour/models/invalid"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/patient"
	"candour/views/component"
	"candour/views/link"
	"github.com/a-h/templ"
)

// The pages of the way to object, in their order. The last is where answers are
// checked and sent; who decides is asked only when it is not plain.
const (
	StepWhom     = "whom"
	StepDetails  = "details"
	StepRelation = "relation"
	StepEvidence = "evidence"
	StepFiles    = "files"
	StepChild    = "child"
	StepWorries  = "worries"
	StepEffect   = "effect"
	StepPlainly  = "plainly"
	StepProvider = "provider"
	StepContact  = "contact"
	StepAnswers  = "answers"
)

// Starting is the page where objecting begins.
type Starting struct {
	Drafts   []objection.Started
	Standing opaque.ID // a request of one's own that is open or in force
	Recorded string    // the service that recorded an objection nobody asked for here
	Ends     string    // a draft was thrown away just now
	MinAge   int
}

// Objecting is one page of the journey.
type Objecting struct {
	Draft    opaque.ID
	Version  int
	Step     string
	Back     string // the page before, or the answers when one came from there
	Checking bool   // it was opened from the answers, and leads back there
	Answers  objection.Answers
	Birth    patient.DateParts // as typed
	Problems invalid.Fields
	Changed  []component.Row // somebody changed it meanwhile: what is saved now
	Conflict bool

	Files     []evidence.File
	Takes     bool                        // files can be sent
	Effect    templ.Component             // what would change; nil when it cannot be shown
	Providers []organisation.Organisation // to choose from
	Decider   string                      // who will decide, by name
	Young     bool                        // they are under age themselves
	Matters   string                      // YYYY-MM-DD from which it has an effect; "" is now
	MinAge    int
	Until     string // the day until which it can be gone on with, in words
}

// Sent is the confirmation that a request was sent.
type Sent struct {
	Request objection.Objection
	Decider string
	Phone   string
	Matters string
	MinAge  int
}

// TakingBack is a page of the way to take an objection back, or to keep it.
type TakingBack struct {
	Request objection.Objection
	Decider string
	Undone  bool             // nobody has decided: it is withdrawn at once
	Changes []casework.Event // since the page was made
	Stale   bool             // it changed while the page was open
	Barred  bool             // it is not for who asks to take back
}

func (o Objecting) child() bool { return o.Answers.Subject == objection.Child }

// other says that it is about somebody else.
func (o Objecting) other() bool {
	return o.Answers.Subject == objection.Child || o.Answers.Subject == objection.Adult
}

// whose is the ending of a key: "", "_child" or "_adult".
func (o Objecting) whose() string { return whose(o.Answers.Subject) }

func whose(s objection.Subject) string {
	if s == objection.Child || s == objection.Adult {
		return "_" + string(s)
	}
	return ""
}

// t is a sentence of the journey, for whom it is about.
func (o Objecting) t(ctx context.Context, key string, args ...any) string {
	return locales.T(ctx, "objection."+key+o.whose(), args...)
}

// name is whom it is about, as typed.
func (o Objecting) name() string { return nameOf(o.Answers) }

func nameOf(a objection.Answers) string {
	if a.Subject == objection.Self {
		return ""
	}
	if a.Given == "" {
		return a.Family
	}
	return a.Given + " " + a.Family
}

func (o Objecting) options(ctx context.Context, prefix string, values, chosen []string) []component.Option {
	out := make([]component.Option, 0, len(values))
	for _, v := range values {
		out = append(out, component.Option{Value: v, Text: locales.T(ctx, prefix+v), Selected: slices.Contains(chosen, v)})
	}
	return out
}

func (o Objecting) hinted(ctx context.Context, prefix string, values, chosen []string) []component.Option {
	out := o.options(ctx, prefix, values, chosen)
	for i := range out {
		out[i].Hint = locales.T(ctx, prefix+out[i].Value+"_hint")
	}
	return out
}

func texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

func (o Objecting) grounds() []string {
	if o.child() {
		return texts(patient.ChildGrounds())
	}
	return texts(patient.AdultGrounds())
}

func (o Objecting) err(ctx context.Context, field string) string {
	return component.FieldError(ctx, o.Problems, field)
}

func (o Objecting) providerOptions() []component.Option {
	out := []component.Option{}
	for _, p := range o.Providers {
		out = append(out, component.Option{Value: p.ID, Text: p.Name, Selected: p.ID == o.Answers.Provider})
	}
	return out
}

// manyProviders are too many to be read one below the other.
const manyProviders = 12

// languages in which somebody may be written to or rung up; interpreters know more.
var languages = []string{"en", "bn", "gu", "pa", "pl", "ro", "ur", "bsl", "other"}

// Languages is the closed list of the form.
func Languages() []string { return slices.Clone(languages) }

func (o Objecting) languageOptions(ctx context.Context) []component.Option {
	chosen := o.Answers.Contact.Language
	if chosen == "" {
		chosen = "en"
	}
	return o.options(ctx, "objection.language.", languages, []string{chosen})
}

func (o Objecting) version() string { return strconv.Itoa(o.Version) }

func (o Objecting) action() string { return link.ObjectionStep(o.Draft, o.Step) }

// yes is the one tick of a box that is either on or off.
func yes(ctx context.Context, text string, on bool) []component.Option {
	return []component.Option{{Value: "1", Text: text, Selected: on}}
}

func since(ctx context.Context, d objection.Started) string { return component.Day(ctx, d.Since) }
func until(ctx context.Context, d objection.Started) string { return component.Day(ctx, d.Until) }
