package fhir

// Medication is a medicine as a thing.
type Medication struct {
	Common
	Code       *CodeableConcept `json:"code"`
	Status     string           `json:"status"`
	Form       *CodeableConcept `json:"form"`
	Ingredient []Ingredient     `json:"ingredient"`
}

// Ingredient is a part of a medicine.
type Ingredient struct {
	ItemCodeableConcept *CodeableConcept `json:"itemCodeableConcept"`
	ItemReference       *Reference       `json:"itemReference"`
	Strength            *Ratio           `json:"strength"`
}

// MedicationRequest is a prescription or an order.
type MedicationRequest struct {
	Common
	Status                    string            `json:"status"`
	StatusReason              *CodeableConcept  `json:"statusReason"`
	Intent                    string            `json:"intent"`
	Category                  []CodeableConcept `json:"category"`
	Priority                  string            `json:"priority"`
	DoNotPerform              *bool             `json:"doNotPerform"`
	ReportedBoolean           *bool             `json:"reportedBoolean"`
	MedicationCodeableConcept *CodeableConcept  `json:"medicationCodeableConcept"`
	MedicationReference       *Reference        `json:"medicationReference"`
	Subject                   *Reference        `json:"subject"`
	Encounter                 *Reference        `json:"encounter"`
	AuthoredOn                string            `json:"authoredOn"`
	Requester                 *Reference        `json:"requester"`
	Performer                 *Reference        `json:"performer"`
	Recorder                  *Reference        `json:"recorder"`
	ReasonCode                []CodeableConcept `json:"reasonCode"`
	ReasonReference           []Reference       `json:"reasonReference"`
	BasedOn                   []Reference       `json:"basedOn"`
	CourseOfTherapyType       *CodeableConcept  `json:"courseOfTherapyType"`
	Note                      []Annotation      `json:"note"`
	DosageInstruction         []Dosage          `json:"dosageInstruction"`
	DispenseRequest           *DispenseRequest  `json:"dispenseRequest"`
	PriorPrescription         *Reference        `json:"priorPrescription"`
}

// DispenseRequest is how a prescription is to be dispensed.
type DispenseRequest struct {
	ValidityPeriod         *Period   `json:"validityPeriod"`
	NumberOfRepeatsAllowed Decimal   `json:"numberOfRepeatsAllowed"`
	Quantity               *Quantity `json:"quantity"`
	ExpectedSupplyDuration *Quantity `json:"expectedSupplyDuration"`
}

// MedicationStatement is what a patient is known to take.
type MedicationStatement struct {
	Common
	BasedOn                   []Reference       `json:"basedOn"`
	PartOf                    []Reference       `json:"partOf"`
	Status                    string            `json:"status"`
	StatusReason              []CodeableConcept `json:"statusReason"`
	Category                  *CodeableConcept  `json:"category"`
	MedicationCodeableConcept *CodeableConcept  `json:"medicationCodeableConcept"`
	MedicationReference       *Reference        `json:"medicationReference"`
	Subject                   *Reference        `json:"subject"`
	Context                   *Reference        `json:"context"`
	EffectiveDateTime         string            `json:"effectiveDateTime"`
	EffectivePeriod           *Period           `json:"effectivePeriod"`
	DateAsserted              string            `json:"dateAsserted"`
	InformationSource         *Reference        `json:"informationSource"`
	DerivedFrom               []Reference       `json:"derivedFrom"`
	ReasonCode                []CodeableConcept `json:"reasonCode"`
	ReasonReference           []Reference       `json:"reasonReference"`
	Note                      []Annotation      `json:"note"`
	Dosage                    []Dosage          `json:"dosage"`
}

// AllergyIntolerance is an allergy, or the statement that there is none.
type AllergyIntolerance struct {
	Common
	ClinicalStatus     *CodeableConcept `json:"clinicalStatus"`
	VerificationStatus *CodeableConcept `json:"verificationStatus"`
	Type               string           `json:"type"`
	Category           []string         `json:"category"`
	Criticality        string           `json:"criticality"`
	Code               *CodeableConcept `json:"code"`
	Patient            *Reference       `json:"patient"`
	Encounter          *Reference       `json:"encounter"`
	OnsetDateTime      string           `json:"onsetDateTime"`
	OnsetAge           *Quantity        `json:"onsetAge"`
	OnsetPeriod        *Period          `json:"onsetPeriod"`
	OnsetString        string           `json:"onsetString"`
	RecordedDate       string           `json:"recordedDate"`
	Recorder           *Reference       `json:"recorder"`
	Asserter           *Reference       `json:"asserter"`
	LastOccurrence     string           `json:"lastOccurrence"`
	Note               []Annotation     `json:"note"`
	Reaction           []Reaction       `json:"reaction"`
}

// Reaction is what happened to the patient.
type Reaction struct {
	Substance     *CodeableConcept  `json:"substance"`
	Manifestation []CodeableConcept `json:"manifestation"`
	Description   string            `json:"description"`
	Onset         string            `json:"onset"`
	Severity      string            `json:"severity"`
	ExposureRoute *CodeableConcept  `json:"exposureRoute"`
	Note          []Annotation      `json:"note"`
}

// Immunization is a vaccination given, or not given and why.
type Immunization struct {
	Common
	Status             string            `json:"status"`
	StatusReason       *CodeableConcept  `json:"statusReason"`
	VaccineCode        *CodeableConcept  `json:"vaccineCode"`
	Patient            *Reference        `json:"patient"`
	Encounter          *Reference        `json:"encounter"`
	OccurrenceDateTime string            `json:"occurrenceDateTime"`
	OccurrenceString   string            `json:"occurrenceString"`
	Recorded           string            `json:"recorded"`
	PrimarySource      *bool             `json:"primarySource"`
	ReportOrigin       *CodeableConcept  `json:"reportOrigin"`
	Location           *Reference        `json:"location"`
	Manufacturer       *Reference        `json:"manufacturer"`
	LotNumber          string            `json:"lotNumber"`
	Site               *CodeableConcept  `json:"site"`
	Route              *CodeableConcept  `json:"route"`
	DoseQuantity       *Quantity         `json:"doseQuantity"`
	Performer          []Performer       `json:"performer"`
	Note               []Annotation      `json:"note"`
	ReasonCode         []CodeableConcept `json:"reasonCode"`
	ReasonReference    []Reference       `json:"reasonReference"`
	ProtocolApplied    []Protocol        `json:"protocolApplied"`
}

// Performer is who did something, and as what.
type Performer struct {
	Function   *CodeableConcept `json:"function"`
	Actor      *Reference       `json:"actor"`
	OnBehalfOf *Reference       `json:"onBehalfOf"`
}

// Protocol is which dose of a series a vaccination was.
type Protocol struct {
	Series                string            `json:"series"`
	TargetDisease         []CodeableConcept `json:"targetDisease"`
	DoseNumberPositiveInt Decimal           `json:"doseNumberPositiveInt"`
	DoseNumberString      string            `json:"doseNumberString"`
}
