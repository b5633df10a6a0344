package fhir

// CarePlan is a plan of care.
type CarePlan struct {
	Common
	BasedOn     []Reference       `json:"basedOn"`
	PartOf      []Reference       `json:"partOf"`
	Status      string            `json:"status"`
	Intent      string            `json:"intent"`
	Category    []CodeableConcept `json:"category"`
	Title       string            `json:"title"`
	Description string            `json:"description"`
	Subject     *Reference        `json:"subject"`
	Encounter   *Reference        `json:"encounter"`
	Period      *Period           `json:"period"`
	Created     string            `json:"created"`
	Author      *Reference        `json:"author"`
	Contributor []Reference       `json:"contributor"`
	CareTeam    []Reference       `json:"careTeam"`
	Addresses   []Reference       `json:"addresses"`
	Goal        []Reference       `json:"goal"`
	Activity    []Activity        `json:"activity"`
	Note        []Annotation      `json:"note"`
}

// Activity is one thing planned.
type Activity struct {
	Reference *Reference      `json:"reference"`
	Progress  []Annotation    `json:"progress"`
	Detail    *ActivityDetail `json:"detail"`
}

// ActivityDetail is a planned thing in words.
type ActivityDetail struct {
	Kind            string           `json:"kind"`
	Code            *CodeableConcept `json:"code"`
	Status          string           `json:"status"`
	ScheduledString string           `json:"scheduledString"`
	ScheduledPeriod *Period          `json:"scheduledPeriod"`
	Location        *Reference       `json:"location"`
	Performer       []Reference      `json:"performer"`
	Description     string           `json:"description"`
}

// Goal is what a patient and their carers aim at.
type Goal struct {
	Common
	LifecycleStatus   string            `json:"lifecycleStatus"`
	AchievementStatus *CodeableConcept  `json:"achievementStatus"`
	Category          []CodeableConcept `json:"category"`
	Priority          *CodeableConcept  `json:"priority"`
	Description       *CodeableConcept  `json:"description"`
	Subject           *Reference        `json:"subject"`
	StartDate         string            `json:"startDate"`
	StatusDate        string            `json:"statusDate"`
	Target            []Target          `json:"target"`
	ExpressedBy       *Reference        `json:"expressedBy"`
	Addresses         []Reference       `json:"addresses"`
	Note              []Annotation      `json:"note"`
}

// Target is how a goal is measured.
type Target struct {
	Measure        *CodeableConcept `json:"measure"`
	DetailQuantity *Quantity        `json:"detailQuantity"`
	DetailString   string           `json:"detailString"`
	DueDate        string           `json:"dueDate"`
}

// CareTeam is who looks after the patient together.
type CareTeam struct {
	Common
	Status               string            `json:"status"`
	Category             []CodeableConcept `json:"category"`
	Name                 string            `json:"name"`
	Subject              *Reference        `json:"subject"`
	Encounter            *Reference        `json:"encounter"`
	Period               *Period           `json:"period"`
	Participant          []TeamMember      `json:"participant"`
	ReasonCode           []CodeableConcept `json:"reasonCode"`
	ReasonReference      []Reference       `json:"reasonReference"`
	ManagingOrganization []Reference       `json:"managingOrganization"`
	Telecom              []ContactPoint    `json:"telecom"`
	Note                 []Annotation      `json:"note"`
}

// TeamMember is one member of a care team.
type TeamMember struct {
	Role       []CodeableConcept `json:"role"`
	Member     *Reference        `json:"member"`
	OnBehalfOf *Reference        `json:"onBehalfOf"`
	Period     *Period           `json:"period"`
}

// Flag is an alert.
type Flag struct {
	Common
	Status    string            `json:"status"`
	Category  []CodeableConcept `json:"category"`
	Code      *CodeableConcept  `json:"code"`
	Subject   *Reference        `json:"subject"`
	Period    *Period           `json:"period"`
	Encounter *Reference        `json:"encounter"`
	Author    *Reference        `json:"author"`
}

// Consent is a choice of the patient.
type Consent struct {
	Common
	Status       string            `json:"status"`
	Scope        *CodeableConcept  `json:"scope"`
	Category     []CodeableConcept `json:"category"`
	Patient      *Reference        `json:"patient"`
	DateTime     string            `json:"dateTime"`
	Performer    []Reference       `json:"performer"`
	Organization []Reference       `json:"organization"`
	Provision    *Provision        `json:"provision"`
}

// Provision is what a Consent permits or denies.
type Provision struct {
	Type   string            `json:"type"`
	Period *Period           `json:"period"`
	Code   []CodeableConcept `json:"code"`
}
