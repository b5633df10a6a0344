package patient

import (
	"slices"
	"strings"
	"testing"
	"time"

	"candour/models/casework"
	"candour/models/evidence"
	"candour/models/invalid"
	"candour/models/objection"
	"candour/models/opaque"
	"candour/models/organisation"
	"candour/models/patient"
	"candour/views/viewtest"
)

func filledIn(s objection.Subject) objection.Answers {
	a := objection.Answers{Subject: s, Worries: []string{"mistakes", "safety"}, Words: "My ward <b>, my cousin works there.", Told: true,
		Contact: objection.Contact{Ways: []string{"app", "phone"}, Value: "01632 960444", Language: "ur", Interpreter: true, LargePrint: true}}
	if s != objection.Self {
		a.Given, a.Family, a.BirthDate, a.Relation, a.Ground, a.Evidence = "Leo", "Bright", "2017-10-14", "mother", patient.BirthMother, []patient.Proof{patient.BirthCertificate}
		a.Understands, a.Agrees = "yes", objection.Agrees
	}
	if s == objection.Adult {
		a.BirthDate, a.Ground, a.Evidence = "1940-10-14", patient.Attorney, []patient.Proof{patient.OPGRegister, patient.CertifiedLPA}
	}
	return a
}

func allSteps() []string {
	return []string{StepWhom, StepDetails, StepRelation, StepEvidence, StepFiles, StepChild, StepWorries, StepEffect, StepPlainly, StepProvider, StepContact}
}

func objecting(step string, s objection.Subject) Objecting {
	return Objecting{Draft: opaque.Of("draft"), Version: 3, Step: step, Back: "/my/objection", Answers: filledIn(s), Birth: patient.DateParts{Day: "14", Month: "10", Year: "2017"},
		Takes: true, Files: []evidence.File{{ID: opaque.Of("file"), Name: "birth certificate.pdf", Kind: evidence.PDF, Size: 1_300_000, Mine: true}}, Decider: "Mill Street Surgery", MinAge: 18,
		Until: "23 December 2026", Providers: []organisation.Organisation{{ID: "surgery", Name: "Mill Street Surgery"}}}
}

// Every page of the journey, for everybody that one can object for, plain, with all
// that can be wrong, and changed meanwhile.
func TestPagesOfObjecting(t *testing.T) {
	for _, s := range objection.Subjects() {
		for _, step := range allSteps() {
			if s == objection.Self && slices.Contains([]string{StepDetails, StepRelation, StepEvidence, StepFiles, StepChild}, step) || s == objection.Adult && step == StepChild {
				continue
			}
			o := objecting(step, s)
			if s == objection.Child {
				o.Matters = "2035-10-14"
			}
			name := "objection-" + step + "-" + string(s)
			said := viewtest.Text(viewtest.Page(t, name, shell, ObjectionStepPage(o)))
			if strings.Contains(strings.ToLower(said), "clinician") || !strings.Contains(said, "saved until 23 December 2026") {
				t.Errorf("%s: %s", name, said)
			}
			if s == objection.Child && (step == StepEffect || step == StepPlainly) && !strings.Contains(said, "begin to matter on 14 October 2035") {
				t.Errorf("%s does not say from when it matters: %s", name, said)
			}
			o.Conflict, o.Changed, o.Checking = true, o.Saved(t.Context()), true
			for _, f := range []string{"subject", "given", "family", "birth_date-day", "relation", "ground", "evidence", "file", "understands", "agrees", "worries", "words", "provider", "ways", "contact", "language"} {
				o.Problems = append(o.Problems, invalid.Field{Name: f, Message: "objection.given.missing"})
			}
			viewtest.Page(t, name+"-wrong", shell, ObjectionStepPage(o))
		}
		said := viewtest.Text(viewtest.Page(t, "objection-answers-"+string(s), shell, ObjectionAnswersPage(objecting(StepAnswers, s))))
		for _, words := range []string{"Mill Street Surgery", "01632 960444", "Urdu", "An interpreter", "Letters in large print", "My ward <b>, my cousin works there.", "Mistakes in it"} {
			if !strings.Contains(said, words) {
				t.Errorf("the answers do not say %q: %s", words, said)
			}
		}
	}
	carer := objecting(StepEvidence, objection.Child)
	carer.Answers.Ground = patient.CarerBestInterest
	viewtest.Page(t, "objection-evidence-carer", shell, ObjectionStepPage(carer))
	young := objecting(StepContact, objection.Self)
	young.Young, young.Answers.NotParents, young.Matters = true, true, "2026-11-26"
	if said := viewtest.Text(viewtest.Page(t, "objection-contact-young", shell, ObjectionStepPage(young))); !strings.Contains(said, "Do not tell my parents") {
		t.Error(said)
	}
	young.Step = StepAnswers
	if said := viewtest.Text(viewtest.Page(t, "objection-answers-young", shell, ObjectionAnswersPage(young))); !strings.Contains(said, "Your parents Do not tell my parents") {
		t.Error(said)
	}
	many := objecting(StepProvider, objection.Adult)
	for len(many.Providers) <= manyProviders {
		many.Providers = append(many.Providers, organisation.Organisation{ID: string(opaque.New()), Name: "Surgery"})
	}
	viewtest.Page(t, "objection-provider-many", shell, ObjectionStepPage(many))
	full := objecting(StepFiles, objection.Child)
	for len(full.Files) < evidence.MaxFiles {
		full.Files = append(full.Files, evidence.File{ID: opaque.New(), Name: "a.png", Kind: evidence.PNG, Size: 900})
	}
	if said := viewtest.Text(viewtest.Page(t, "objection-files-full", shell, ObjectionStepPage(full))); !strings.Contains(said, "which is the most we can take") || !strings.Contains(said, "1 MB") {
		t.Error(said)
	}
}

func TestPagesAroundAnObjection(t *testing.T) {
	start := Starting{MinAge: 18}
	viewtest.Page(t, "objection-start", shell, ObjectionStartPage(start))
	start.Standing, start.Ends = opaque.Of("case"), "1"
	for _, s := range objection.Subjects() {
		start.Drafts = append(start.Drafts, objection.Started{ID: opaque.New(), Answers: filledIn(s), Step: StepEffect, Since: noon, Until: noon.AddDate(0, 0, 30)})
	}
	start.Drafts = append(start.Drafts, objection.Started{ID: opaque.New(), Since: noon, Until: noon.AddDate(0, 0, 30)})
	if said := viewtest.Text(viewtest.Page(t, "objection-start-again", shell, ObjectionStartPage(start))); !strings.Contains(said, "You have objected already") || !strings.Contains(said, "Begun on 23 November 2026") {
		t.Error(said)
	}
	for _, s := range objection.Subjects() {
		sent := Sent{Request: objectionOf(s, objection.Submitted), Decider: "Mill Street Surgery", MinAge: 18}
		if s == objection.Child {
			sent.Matters = "2035-10-14"
		}
		if said := viewtest.Text(viewtest.Page(t, "objection-sent-"+string(s), shell, ObjectionSentPage(sent))); !strings.Contains(said, "K7M3-Q2P9") || !strings.Contains(said, "23 December 2026") {
			t.Error(said)
		}
		for _, undone := range []bool{true, false} {
			state := map[bool]casework.State{true: objection.InReview, false: objection.Effective}[undone]
			b := TakingBack{Request: objectionOf(s, state), Decider: "Mill Street Surgery", Undone: undone}
			name := "objection-back-" + string(state) + "-" + string(s)
			viewtest.Page(t, name, shell, ObjectionBackPage(b))
			viewtest.Page(t, name+"-sent", shell, ObjectionBackSentPage(b))
			viewtest.Page(t, name+"-keep", shell, ObjectionKeepPage(b))
			b.Stale, b.Changes = true, []casework.Event{{Kind: string(objection.Confirm), At: noon}}
			if said := viewtest.Text(viewtest.Page(t, name+"-answers", shell, ObjectionBackAnswersPage(b))); !strings.Contains(said, "Something changed") {
				t.Error(said)
			}
		}
	}
}

func objectionOf(s objection.Subject, state casework.State) objection.Objection {
	o := objection.Objection{Subject: s, Answers: filledIn(s), BirthDate: "2017-10-14"}
	o.Case = casework.Case{ID: opaque.Of("case"), Ref: "K7M3-Q2P9", Kind: casework.Objection, State: state, Version: 4, Opened: noon, Received: "2026-11-23", Due: "2026-12-23", Changed: noon.Add(time.Hour)}
	return o
}
