// Package record is the merged record: what the feeds hold of one person, put
// side by side with its provenance, never resolved in silence. It leaves the
// package only as a Disclosure, through the gate.
package record

import (
	"candour/models/audit"
)

// SectionKind names a section of the page, in the order of the page.
type SectionKind string

const (
	Alerts        SectionKind = "alerts"
	Allergies     SectionKind = "allergies"
	Medicines     SectionKind = "medicines"
	Problems      SectionKind = "problems"
	Results       SectionKind = "results"
	Appointments  SectionKind = "appointments"
	Encounters    SectionKind = "encounters"
	Documents     SectionKind = "documents"
	Plans         SectionKind = "plans" // care plans, goals, care teams and social care
	Referrals     SectionKind = "referrals"
	Immunisations SectionKind = "immunisations"
	Procedures    SectionKind = "procedures"
	Other         SectionKind = "other" // valid types that are kept and counted, not laid out
)

// SectionOrder is the order of the page (ux.md 5.13).
var SectionOrder = []SectionKind{Alerts, Allergies, Medicines, Problems, Results, Appointments, Encounters,
	Documents, Plans, Referrals, Immunisations, Procedures, Other}

// Sheet is the merged record as a page shows it. It holds no viewer, no time of
// viewing and no freshness: those belong to the shell around it. Outside this
// package a Sheet comes only from a Disclosure, or is handed to the Renderer.
type Sheet struct {
	Person   Banner    `json:"person"`
	Sections []Section `json:"sections"`
	Sources  []Source  `json:"sources"` // those that hold something of this person
	Timeline []Moment  `json:"timeline"`
	Warnings []Warning `json:"warnings"` // identity differences, withheld categories and the like
}

// Banner is who the person is (ux.md 3).
type Banner struct {
	Family     string `json:"family"`
	Given      string `json:"given"`
	Title      string `json:"title"`
	Preferred  string `json:"preferred"`
	BirthDate  string `json:"birth_date"` // YYYY-MM-DD
	DiedOn     string `json:"died_on"`
	Gender     string `json:"gender"`     // FHIR code: male, female, other, unknown
	NHSNumber  string `json:"nhs_number"` // printed form, 3-3-4
	Address    string `json:"address"`
	Phone      string `json:"phone"`
	Email      string `json:"email"`
	Practice   string `json:"practice"`    // name, as known
	AllergyTag string `json:"allergy_tag"` // known, none_known, not_recorded, unavailable
}

// Source is a feed that holds something of the person.
type Source struct {
	ID           string `json:"id"`
	Organisation string `json:"organisation"` // name
	Kind         string `json:"kind"`         // organisation kind: practice, acute, ...
	Items        int    `json:"items"`
}

// Section is one part of the page.
type Section struct {
	Kind     SectionKind `json:"kind"`
	Lines    []Line      `json:"lines"` // current first, then past; see Line.Past
	Coverage []Coverage  `json:"coverage"`
	Errors   int         `json:"errors,omitzero"` // marked "entered in error" by their source: counted, never shown
}

// CoverageState tells why a source adds nothing to a section.
type CoverageState string

const (
	Supplied     CoverageState = "supplied"      // it sends this kind and has items
	NoneRecorded CoverageState = "none_recorded" // it sends this kind and has none for this person
	NotSupplied  CoverageState = "not_supplied"  // it does not send this kind
	NotConnected CoverageState = "not_connected" // planned, suspended or left
	NotReadable  CoverageState = "not_readable"  // its last message could not be read
)

// Coverage is what one source contributes to one section.
type Coverage struct {
	Source       string        `json:"source"`       // source id
	Organisation string        `json:"organisation"` // name
	State        CoverageState `json:"state"`
	Items        int           `json:"items"`
}

// Line is one fact on the page: one item, or several that say the same.
type Line struct {
	Refs       []audit.ItemRef `json:"refs,omitzero"`  // the leading item first, then every other that the line stands for or cites
	Type       string          `json:"type,omitzero"`  // FHIR type of the leading item
	Title      string          `json:"title,omitzero"` // the original text, else display, else code
	Code       string          `json:"code,omitzero"`  // original coding, "SNOMED CT 91936005" or "system code"
	Key        string          `json:"key,omitzero"`   // what makes two items the same thing: "system|code" or text
	Status     string          `json:"status,omitzero"`
	Past       bool            `json:"past,omitzero"` // ended, resolved, stopped, superseded
	When       When            `json:"when,omitzero"`
	Details    []Detail        `json:"details,omitzero"`
	Value      *Value          `json:"value,omitzero"` // results
	Earlier    []Value         `json:"earlier,omitzero"`
	Source     string          `json:"source,omitzero"` // source id of the leading item
	SourceName string          `json:"source_name,omitzero"`
	Recorder   string          `json:"recorder,omitzero"` // who recorded it, with role when known; "" when not said
	Recorded   When            `json:"recorded,omitzero"`
	Also       []Mention       `json:"also,omitzero"`      // other sources that say the same
	Conflicts  []Conflict      `json:"conflicts,omitzero"` // sources that say otherwise
	Negative   bool            `json:"negative,omitzero"`  // a statement of absence, for instance "no known allergies"
	Text       string          `json:"text,omitzero"`      // a note, plain text; the body of a letter is opened by Store.Document
	Count      int             `json:"count,omitzero"`     // section Other: how many of a type are kept and not laid out; such a line has no Refs
	Document   bool            `json:"document,omitzero"`  // Store.Document can open the leading item
}

// When is a date as it was sent, with its precision, and its place in order.
type When struct {
	Sent string `json:"sent,omitzero"` // FHIR date or dateTime as sent; "" unknown; anything unreadable as it came
	End  string `json:"end,omitzero"`  // end of a period
	Sort int64  `json:"sort,omitzero"` // milliseconds; 0 unknown
}

// Detail is one labelled fact of a line; Label is a locale key (record.detail.<label>).
type Detail struct {
	Label string `json:"label,omitzero"`
	Value string `json:"value,omitzero"`
}

// Value is a result as it was sent: the number keeps its zeros, the unit its spelling.
type Value struct {
	Ref    audit.ItemRef `json:"ref,omitzero"`
	Text   string        `json:"text,omitzero"` // "98.20 mg/dL", "Negative", ...
	Number string        `json:"number,omitzero"`
	Unit   string        `json:"unit,omitzero"`
	Range  string        `json:"range,omitzero"`
	Flag   string        `json:"flag,omitzero"` // high, low, abnormal, critical, normal or ""
	When   When          `json:"when,omitzero"`
	Source string        `json:"source,omitzero"`
	Org    string        `json:"org,omitzero"`
	// An earlier entry of the same medicine, problem or allergy is a Value too:
	// Status is set and Text holds the dose or nothing.
	Status   string    `json:"status,omitzero"`
	Recorder string    `json:"recorder,omitzero"`
	Also     []Mention `json:"also,omitzero"` // the same value, sent by another source
}

// Mention is another source that says the same.
type Mention struct {
	Ref        audit.ItemRef `json:"ref,omitzero"`
	Source     string        `json:"source,omitzero"`
	SourceName string        `json:"source_name,omitzero"`
	Recorder   string        `json:"recorder,omitzero"`
	When       When          `json:"when,omitzero"`
	Status     string        `json:"status,omitzero"`
	Title      string        `json:"title,omitzero"`   // where it is not the title of the line
	Differs    []Detail      `json:"differs,omitzero"` // details in which it differs, for the comparison
}

// Conflict is a disagreement that a reader must see; nothing is chosen for them.
type Conflict struct {
	Kind  string    `json:"kind,omitzero"`  // status, dose, none_known, medicine_allergy
	Sides []Mention `json:"sides,omitzero"` // the line itself first, then those who say otherwise
}

// Moment is one entry of the combined timeline.
type Moment struct {
	Ref     audit.ItemRef `json:"ref,omitzero"`
	Section SectionKind   `json:"section,omitzero"`
	Title   string        `json:"title,omitzero"`
	When    When          `json:"when,omitzero"`
	Source  string        `json:"source,omitzero"`
	Org     string        `json:"org,omitzero"`
}

// Warning is something to know before reading; Key is a locale key (record.warning.<key>).
type Warning struct {
	Key  string            `json:"key,omitzero"`
	Args map[string]string `json:"args,omitzero"`
}
