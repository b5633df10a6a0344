package fhir

// Encounter is a contact with a service: a consultation, a stay, a visit.
type Encounter struct {
	Common
	Status          string            `json:"status"`
	Class           *Coding           `json:"class"`
	Type            []CodeableConcept `json:"type"`
	ServiceType     *CodeableConcept  `json:"serviceType"`
	Priority        *CodeableConcept  `json:"priority"`
	Subject         *Reference        `json:"subject"`
	EpisodeOfCare   []Reference       `json:"episodeOfCare"`
	BasedOn         []Reference       `json:"basedOn"`
	Participant     []Participant     `json:"participant"`
	Appointment     []Reference       `json:"appointment"`
	Period          *Period           `json:"period"`
	ReasonCode      []CodeableConcept `json:"reasonCode"`
	ReasonReference []Reference       `json:"reasonReference"`
	Diagnosis       []Diagnosis       `json:"diagnosis"`
	Hospitalization *Hospitalization  `json:"hospitalization"`
	Location        []EncounterPlace  `json:"location"`
	ServiceProvider *Reference        `json:"serviceProvider"`
	PartOf          *Reference        `json:"partOf"`
}

// Participant is who took part in an encounter.
type Participant struct {
	Type       []CodeableConcept `json:"type"`
	Period     *Period           `json:"period"`
	Individual *Reference        `json:"individual"`
}

// Diagnosis is a problem dealt with in an encounter or episode.
type Diagnosis struct {
	Condition *Reference       `json:"condition"`
	Use       *CodeableConcept `json:"use"`
	Role      *CodeableConcept `json:"role"`
	Rank      Decimal          `json:"rank"`
}

// Hospitalization is how a stay began and ended.
type Hospitalization struct {
	AdmitSource          *CodeableConcept `json:"admitSource"`
	DischargeDisposition *CodeableConcept `json:"dischargeDisposition"`
	Destination          *Reference       `json:"destination"`
}

// EncounterPlace is where an encounter took place.
type EncounterPlace struct {
	Location *Reference `json:"location"`
	Status   string     `json:"status"`
	Period   *Period    `json:"period"`
}

// EpisodeOfCare is a time under the care of an organisation.
type EpisodeOfCare struct {
	Common
	Status               string            `json:"status"`
	Type                 []CodeableConcept `json:"type"`
	Diagnosis            []Diagnosis       `json:"diagnosis"`
	Patient              *Reference        `json:"patient"`
	ManagingOrganization *Reference        `json:"managingOrganization"`
	Period               *Period           `json:"period"`
	ReferralRequest      []Reference       `json:"referralRequest"`
	CareManager          *Reference        `json:"careManager"`
	Team                 []Reference       `json:"team"`
}

// Appointment is a planned contact.
type Appointment struct {
	Common
	Status             string                   `json:"status"`
	CancelationReason  *CodeableConcept         `json:"cancelationReason"`
	ServiceCategory    []CodeableConcept        `json:"serviceCategory"`
	ServiceType        []CodeableConcept        `json:"serviceType"`
	Specialty          []CodeableConcept        `json:"specialty"`
	AppointmentType    *CodeableConcept         `json:"appointmentType"`
	ReasonCode         []CodeableConcept        `json:"reasonCode"`
	ReasonReference    []Reference              `json:"reasonReference"`
	Description        string                   `json:"description"`
	Start              string                   `json:"start"`
	End                string                   `json:"end"`
	Created            string                   `json:"created"`
	Comment            string                   `json:"comment"`
	PatientInstruction string                   `json:"patientInstruction"`
	BasedOn            []Reference              `json:"basedOn"`
	Participant        []AppointmentParticipant `json:"participant"`
}

// AppointmentParticipant is who or what an appointment involves.
type AppointmentParticipant struct {
	Type     []CodeableConcept `json:"type"`
	Actor    *Reference        `json:"actor"`
	Required string            `json:"required"`
	Status   string            `json:"status"`
}

// ServiceRequest is a referral or an order.
type ServiceRequest struct {
	Common
	BasedOn            []Reference       `json:"basedOn"`
	Status             string            `json:"status"`
	Intent             string            `json:"intent"`
	Category           []CodeableConcept `json:"category"`
	Priority           string            `json:"priority"`
	DoNotPerform       *bool             `json:"doNotPerform"`
	Code               *CodeableConcept  `json:"code"`
	OrderDetail        []CodeableConcept `json:"orderDetail"`
	Subject            *Reference        `json:"subject"`
	Encounter          *Reference        `json:"encounter"`
	OccurrenceDateTime string            `json:"occurrenceDateTime"`
	OccurrencePeriod   *Period           `json:"occurrencePeriod"`
	AuthoredOn         string            `json:"authoredOn"`
	Requester          *Reference        `json:"requester"`
	PerformerType      *CodeableConcept  `json:"performerType"`
	Performer          []Reference       `json:"performer"`
	ReasonCode         []CodeableConcept `json:"reasonCode"`
	ReasonReference    []Reference       `json:"reasonReference"`
	SupportingInfo     []Reference       `json:"supportingInfo"`
	Note               []Annotation      `json:"note"`
	PatientInstruction string            `json:"patientInstruction"`
}
