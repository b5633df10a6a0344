package fhir

import (
	"errors"

	"github.com/go-json-experiment/json/jsontext"
)

// Decimal is a number as it was written: "98.20" keeps its zero.
type Decimal string

// UnmarshalJSONFrom takes a JSON number and nothing else.
func (d *Decimal) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	v, err := dec.ReadValue()
	if err != nil {
		return err
	}
	switch v.Kind() {
	case '0':
		*d = Decimal(v)
	case 'n':
		*d = ""
	default:
		return errors.New("a decimal must be a JSON number")
	}
	return nil
}

// Extension is an extension of any depth, with the values that UK Core uses.
type Extension struct {
	URL                  string           `json:"url"`
	ValueString          string           `json:"valueString"`
	ValueCode            string           `json:"valueCode"`
	ValueURI             string           `json:"valueUri"`
	ValueBoolean         *bool            `json:"valueBoolean"`
	ValueDate            string           `json:"valueDate"`
	ValueDateTime        string           `json:"valueDateTime"`
	ValueDecimal         Decimal          `json:"valueDecimal"`
	ValueInteger         Decimal          `json:"valueInteger"`
	ValueQuantity        *Quantity        `json:"valueQuantity"`
	ValuePeriod          *Period          `json:"valuePeriod"`
	ValueReference       *Reference       `json:"valueReference"`
	ValueCoding          *Coding          `json:"valueCoding"`
	ValueCodeableConcept *CodeableConcept `json:"valueCodeableConcept"`
	Extension            []Extension      `json:"extension"`
}

// Coding is one code of one system.
type Coding struct {
	System  string `json:"system"`
	Code    string `json:"code"`
	Display string `json:"display"`
}

// CodeableConcept is a concept by codings, by text, or both.
type CodeableConcept struct {
	Coding []Coding `json:"coding"`
	Text   string   `json:"text"`
}

// Identifier is a business identifier.
type Identifier struct {
	Use       string           `json:"use"`
	Type      *CodeableConcept `json:"type"`
	System    string           `json:"system"`
	Value     string           `json:"value"`
	Period    *Period          `json:"period"`
	Extension []Extension      `json:"extension"`
}

// Period is a span of time, either end of which may be missing.
type Period struct {
	Start string `json:"start"`
	End   string `json:"end"`
}

// Quantity is a measured amount; Value keeps its digits.
type Quantity struct {
	Value      Decimal `json:"value"`
	Comparator string  `json:"comparator"`
	Unit       string  `json:"unit"`
	System     string  `json:"system"`
	Code       string  `json:"code"`
}

// Range is a span of quantities.
type Range struct {
	Low  *Quantity `json:"low"`
	High *Quantity `json:"high"`
}

// Ratio is one quantity to another.
type Ratio struct {
	Numerator   *Quantity `json:"numerator"`
	Denominator *Quantity `json:"denominator"`
}

// SampledData is a series of measurements, kept only as "there is one".
type SampledData struct {
	Period Decimal `json:"period"`
	Data   string  `json:"data"`
}

// HumanName is a name of a person.
type HumanName struct {
	Use    string   `json:"use"`
	Text   string   `json:"text"`
	Family string   `json:"family"`
	Given  []string `json:"given"`
	Prefix []string `json:"prefix"`
	Suffix []string `json:"suffix"`
	Period *Period  `json:"period"`
}

// Address is a postal address.
type Address struct {
	Use        string   `json:"use"`
	Type       string   `json:"type"`
	Text       string   `json:"text"`
	Line       []string `json:"line"`
	City       string   `json:"city"`
	District   string   `json:"district"`
	State      string   `json:"state"`
	PostalCode string   `json:"postalCode"`
	Country    string   `json:"country"`
	Period     *Period  `json:"period"`
}

// ContactPoint is a telephone number, e-mail address or the like.
type ContactPoint struct {
	System string  `json:"system"`
	Value  string  `json:"value"`
	Use    string  `json:"use"`
	Rank   Decimal `json:"rank"`
	Period *Period `json:"period"`
}

// Annotation is a note with its author.
type Annotation struct {
	AuthorReference *Reference `json:"authorReference"`
	AuthorString    string     `json:"authorString"`
	Time            string     `json:"time"`
	Text            string     `json:"text"`
}

// Attachment is a document: its bytes, or where they are.
type Attachment struct {
	ContentType string `json:"contentType"`
	Language    string `json:"language"`
	Data        string `json:"data"` // base64
	URL         string `json:"url"`
	Title       string `json:"title"`
	Creation    string `json:"creation"`
}

// Narrative is the text of a resource: untrusted markup, shown only as text.
type Narrative struct {
	Status string `json:"status"`
	Div    string `json:"div"`
}

// Timing is when something happens, mostly for doses.
type Timing struct {
	Event  []string         `json:"event"`
	Repeat *TimingRepeat    `json:"repeat"`
	Code   *CodeableConcept `json:"code"`
}

// TimingRepeat is the rule of a repeated event.
type TimingRepeat struct {
	BoundsPeriod   *Period   `json:"boundsPeriod"`
	BoundsDuration *Quantity `json:"boundsDuration"`
	BoundsRange    *Range    `json:"boundsRange"`
	Count          Decimal   `json:"count"`
	Duration       Decimal   `json:"duration"`
	DurationUnit   string    `json:"durationUnit"`
	Frequency      Decimal   `json:"frequency"`
	FrequencyMax   Decimal   `json:"frequencyMax"`
	Period         Decimal   `json:"period"`
	PeriodMax      Decimal   `json:"periodMax"`
	PeriodUnit     string    `json:"periodUnit"`
	DayOfWeek      []string  `json:"dayOfWeek"`
	TimeOfDay      []string  `json:"timeOfDay"`
	When           []string  `json:"when"`
}

// Dosage is how a medicine is taken.
type Dosage struct {
	Sequence                 Decimal           `json:"sequence"`
	Text                     string            `json:"text"`
	AdditionalInstruction    []CodeableConcept `json:"additionalInstruction"`
	PatientInstruction       string            `json:"patientInstruction"`
	Timing                   *Timing           `json:"timing"`
	AsNeededBoolean          *bool             `json:"asNeededBoolean"`
	AsNeededCodeableConcept  *CodeableConcept  `json:"asNeededCodeableConcept"`
	Site                     *CodeableConcept  `json:"site"`
	Route                    *CodeableConcept  `json:"route"`
	Method                   *CodeableConcept  `json:"method"`
	DoseAndRate              []DoseAndRate     `json:"doseAndRate"`
	MaxDosePerPeriod         *Ratio            `json:"maxDosePerPeriod"`
	MaxDosePerAdministration *Quantity         `json:"maxDosePerAdministration"`
}

// DoseAndRate is one amount of a dosage.
type DoseAndRate struct {
	Type         *CodeableConcept `json:"type"`
	DoseQuantity *Quantity        `json:"doseQuantity"`
	DoseRange    *Range           `json:"doseRange"`
	RateQuantity *Quantity        `json:"rateQuantity"`
	RateRatio    *Ratio           `json:"rateRatio"`
	RateRange    *Range           `json:"rateRange"`
}
