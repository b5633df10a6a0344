package fhir

// Patient is who the items are about.
type Patient struct {
	Common
	Active               *bool            `json:"active"`
	Name                 []HumanName      `json:"name"`
	Telecom              []ContactPoint   `json:"telecom"`
	Gender               string           `json:"gender"`
	BirthDate            string           `json:"birthDate"`
	DeceasedBoolean      *bool            `json:"deceasedBoolean"`
	DeceasedDateTime     string           `json:"deceasedDateTime"`
	Address              []Address        `json:"address"`
	MaritalStatus        *CodeableConcept `json:"maritalStatus"`
	Contact              []PatientContact `json:"contact"`
	Communication        []Communication  `json:"communication"`
	GeneralPractitioner  []Reference      `json:"generalPractitioner"`
	ManagingOrganization *Reference       `json:"managingOrganization"`
	Link                 []PatientLink    `json:"link"`
}

// PatientContact is a next of kin or other contact.
type PatientContact struct {
	Relationship []CodeableConcept `json:"relationship"`
	Name         *HumanName        `json:"name"`
	Telecom      []ContactPoint    `json:"telecom"`
	Address      *Address          `json:"address"`
}

// Communication is a language of the patient.
type Communication struct {
	Language  *CodeableConcept `json:"language"`
	Preferred *bool            `json:"preferred"`
}

// PatientLink names another Patient resource of the same person. It is never
// followed: a previous identity must not be linkable (domain.md b).
type PatientLink struct {
	Other *Reference `json:"other"`
	Type  string     `json:"type"`
}

// RelatedPerson is somebody in the patient's life.
type RelatedPerson struct {
	Common
	Active       *bool             `json:"active"`
	Patient      *Reference        `json:"patient"`
	Relationship []CodeableConcept `json:"relationship"`
	Name         []HumanName       `json:"name"`
	Telecom      []ContactPoint    `json:"telecom"`
	Gender       string            `json:"gender"`
	BirthDate    string            `json:"birthDate"`
	Period       *Period           `json:"period"`
}

// Organization is an organisation as a source describes it.
type Organization struct {
	Common
	Active  *bool             `json:"active"`
	Type    []CodeableConcept `json:"type"`
	Name    string            `json:"name"`
	Alias   []string          `json:"alias"`
	Telecom []ContactPoint    `json:"telecom"`
	Address []Address         `json:"address"`
	PartOf  *Reference        `json:"partOf"`
}

// Practitioner is a person who cares for patients.
type Practitioner struct {
	Common
	Active        *bool           `json:"active"`
	Name          []HumanName     `json:"name"`
	Telecom       []ContactPoint  `json:"telecom"`
	Qualification []Qualification `json:"qualification"`
}

// Qualification is what a practitioner holds.
type Qualification struct {
	Code *CodeableConcept `json:"code"`
}

// PractitionerRole is a practitioner in a job at an organisation.
type PractitionerRole struct {
	Common
	Active            *bool             `json:"active"`
	Period            *Period           `json:"period"`
	Practitioner      *Reference        `json:"practitioner"`
	Organization      *Reference        `json:"organization"`
	Code              []CodeableConcept `json:"code"`
	Specialty         []CodeableConcept `json:"specialty"`
	Location          []Reference       `json:"location"`
	HealthcareService []Reference       `json:"healthcareService"`
}

// Location is a place.
type Location struct {
	Common
	Status               string            `json:"status"`
	Name                 string            `json:"name"`
	Description          string            `json:"description"`
	Type                 []CodeableConcept `json:"type"`
	Address              *Address          `json:"address"`
	ManagingOrganization *Reference        `json:"managingOrganization"`
}

// HealthcareService is a service or clinic.
type HealthcareService struct {
	Common
	Active     *bool             `json:"active"`
	ProvidedBy *Reference        `json:"providedBy"`
	Category   []CodeableConcept `json:"category"`
	Type       []CodeableConcept `json:"type"`
	Specialty  []CodeableConcept `json:"specialty"`
	Location   []Reference       `json:"location"`
	Name       string            `json:"name"`
}
