package fhir

// Value is the value[x] of an Observation or one of its components.
type Value struct {
	ValueQuantity        *Quantity        `json:"valueQuantity"`
	ValueCodeableConcept *CodeableConcept `json:"valueCodeableConcept"`
	ValueString          string           `json:"valueString"`
	ValueBoolean         *bool            `json:"valueBoolean"`
	ValueInteger         Decimal          `json:"valueInteger"`
	ValueRange           *Range           `json:"valueRange"`
	ValueRatio           *Ratio           `json:"valueRatio"`
	ValueSampledData     *SampledData     `json:"valueSampledData"`
	ValueTime            string           `json:"valueTime"`
	ValueDateTime        string           `json:"valueDateTime"`
	ValuePeriod          *Period          `json:"valuePeriod"`
}

// Observation is a measurement, a finding or an answer.
type Observation struct {
	Common
	Value
	BasedOn           []Reference       `json:"basedOn"`
	PartOf            []Reference       `json:"partOf"`
	Status            string            `json:"status"`
	Category          []CodeableConcept `json:"category"`
	Code              *CodeableConcept  `json:"code"`
	Subject           *Reference        `json:"subject"`
	Encounter         *Reference        `json:"encounter"`
	EffectiveDateTime string            `json:"effectiveDateTime"`
	EffectivePeriod   *Period           `json:"effectivePeriod"`
	EffectiveInstant  string            `json:"effectiveInstant"`
	Issued            string            `json:"issued"`
	Performer         []Reference       `json:"performer"`
	DataAbsentReason  *CodeableConcept  `json:"dataAbsentReason"`
	Interpretation    []CodeableConcept `json:"interpretation"`
	Note              []Annotation      `json:"note"`
	BodySite          *CodeableConcept  `json:"bodySite"`
	Method            *CodeableConcept  `json:"method"`
	Specimen          *Reference        `json:"specimen"`
	ReferenceRange    []ReferenceRange  `json:"referenceRange"`
	HasMember         []Reference       `json:"hasMember"`
	DerivedFrom       []Reference       `json:"derivedFrom"`
	Component         []Component       `json:"component"`
}

// Component is one part of an observation, for instance systolic.
type Component struct {
	Value
	Code             *CodeableConcept  `json:"code"`
	DataAbsentReason *CodeableConcept  `json:"dataAbsentReason"`
	Interpretation   []CodeableConcept `json:"interpretation"`
	ReferenceRange   []ReferenceRange  `json:"referenceRange"`
}

// ReferenceRange is what is usual for a result.
type ReferenceRange struct {
	Low  *Quantity        `json:"low"`
	High *Quantity        `json:"high"`
	Type *CodeableConcept `json:"type"`
	Text string           `json:"text"`
}

// DiagnosticReport is a report on tests or images.
type DiagnosticReport struct {
	Common
	BasedOn            []Reference       `json:"basedOn"`
	Status             string            `json:"status"`
	Category           []CodeableConcept `json:"category"`
	Code               *CodeableConcept  `json:"code"`
	Subject            *Reference        `json:"subject"`
	Encounter          *Reference        `json:"encounter"`
	EffectiveDateTime  string            `json:"effectiveDateTime"`
	EffectivePeriod    *Period           `json:"effectivePeriod"`
	Issued             string            `json:"issued"`
	Performer          []Reference       `json:"performer"`
	ResultsInterpreter []Reference       `json:"resultsInterpreter"`
	Specimen           []Reference       `json:"specimen"`
	Result             []Reference       `json:"result"`
	Conclusion         string            `json:"conclusion"`
	ConclusionCode     []CodeableConcept `json:"conclusionCode"`
	PresentedForm      []Attachment      `json:"presentedForm"`
}

// Condition is a problem or diagnosis.
type Condition struct {
	Common
	ClinicalStatus     *CodeableConcept  `json:"clinicalStatus"`
	VerificationStatus *CodeableConcept  `json:"verificationStatus"`
	Category           []CodeableConcept `json:"category"`
	Severity           *CodeableConcept  `json:"severity"`
	Code               *CodeableConcept  `json:"code"`
	BodySite           []CodeableConcept `json:"bodySite"`
	Subject            *Reference        `json:"subject"`
	Encounter          *Reference        `json:"encounter"`
	OnsetDateTime      string            `json:"onsetDateTime"`
	OnsetAge           *Quantity         `json:"onsetAge"`
	OnsetPeriod        *Period           `json:"onsetPeriod"`
	OnsetRange         *Range            `json:"onsetRange"`
	OnsetString        string            `json:"onsetString"`
	AbatementDateTime  string            `json:"abatementDateTime"`
	AbatementAge       *Quantity         `json:"abatementAge"`
	AbatementPeriod    *Period           `json:"abatementPeriod"`
	AbatementString    string            `json:"abatementString"`
	RecordedDate       string            `json:"recordedDate"`
	Recorder           *Reference        `json:"recorder"`
	Asserter           *Reference        `json:"asserter"`
	Note               []Annotation      `json:"note"`
}

// Procedure is something done for or to the patient.
type Procedure struct {
	Common
	BasedOn           []Reference       `json:"basedOn"`
	PartOf            []Reference       `json:"partOf"`
	Status            string            `json:"status"`
	StatusReason      *CodeableConcept  `json:"statusReason"`
	Category          *CodeableConcept  `json:"category"`
	Code              *CodeableConcept  `json:"code"`
	Subject           *Reference        `json:"subject"`
	Encounter         *Reference        `json:"encounter"`
	PerformedDateTime string            `json:"performedDateTime"`
	PerformedPeriod   *Period           `json:"performedPeriod"`
	PerformedString   string            `json:"performedString"`
	Recorder          *Reference        `json:"recorder"`
	Asserter          *Reference        `json:"asserter"`
	Performer         []Performer       `json:"performer"`
	Location          *Reference        `json:"location"`
	ReasonCode        []CodeableConcept `json:"reasonCode"`
	ReasonReference   []Reference       `json:"reasonReference"`
	BodySite          []CodeableConcept `json:"bodySite"`
	Outcome           *CodeableConcept  `json:"outcome"`
	Report            []Reference       `json:"report"`
	Note              []Annotation      `json:"note"`
}
