package fhir

// DocumentReference is a letter or other document, with its content or its place.
type DocumentReference struct {
	Common
	MasterIdentifier *Identifier       `json:"masterIdentifier"`
	Status           string            `json:"status"`
	DocStatus        string            `json:"docStatus"`
	Type             *CodeableConcept  `json:"type"`
	Category         []CodeableConcept `json:"category"`
	Subject          *Reference        `json:"subject"`
	Date             string            `json:"date"`
	Author           []Reference       `json:"author"`
	Authenticator    *Reference        `json:"authenticator"`
	Custodian        *Reference        `json:"custodian"`
	RelatesTo        []RelatesTo       `json:"relatesTo"`
	Description      string            `json:"description"`
	SecurityLabel    []CodeableConcept `json:"securityLabel"`
	Content          []Content         `json:"content"`
	Context          *DocumentContext  `json:"context"`
}

// RelatesTo is a document that this one replaces, signs or adds to.
type RelatesTo struct {
	Code   string     `json:"code"`
	Target *Reference `json:"target"`
}

// Content is one form of a document.
type Content struct {
	Attachment *Attachment `json:"attachment"`
	Format     *Coding     `json:"format"`
}

// DocumentContext is where a document comes from.
type DocumentContext struct {
	Encounter       []Reference       `json:"encounter"`
	Event           []CodeableConcept `json:"event"`
	Period          *Period           `json:"period"`
	FacilityType    *CodeableConcept  `json:"facilityType"`
	PracticeSetting *CodeableConcept  `json:"practiceSetting"`
	Related         []Reference       `json:"related"`
}

// Binary is the bytes of a document.
type Binary struct {
	Core
	ContentType     string     `json:"contentType"`
	SecurityContext *Reference `json:"securityContext"`
	Data            string     `json:"data"` // base64
}

// Composition is a structured document.
type Composition struct {
	Core
	Identifier *Identifier        `json:"identifier"`
	Status     string             `json:"status"`
	Type       *CodeableConcept   `json:"type"`
	Category   []CodeableConcept  `json:"category"`
	Subject    *Reference         `json:"subject"`
	Encounter  *Reference         `json:"encounter"`
	Date       string             `json:"date"`
	Author     []Reference        `json:"author"`
	Title      string             `json:"title"`
	Custodian  *Reference         `json:"custodian"`
	Event      []CompositionEvent `json:"event"`
	Section    []Section          `json:"section"`
}

// CompositionEvent is what a document is about.
type CompositionEvent struct {
	Code   []CodeableConcept `json:"code"`
	Period *Period           `json:"period"`
	Detail []Reference       `json:"detail"`
}

// Section is a part of a Composition.
type Section struct {
	Title   string           `json:"title"`
	Code    *CodeableConcept `json:"code"`
	Text    *Narrative       `json:"text"`
	Entry   []Reference      `json:"entry"`
	Section []Section        `json:"section"`
}

// List is a list of items as a source keeps it.
type List struct {
	Common
	Status      string           `json:"status"`
	Mode        string           `json:"mode"`
	Title       string           `json:"title"`
	Code        *CodeableConcept `json:"code"`
	Subject     *Reference       `json:"subject"`
	Encounter   *Reference       `json:"encounter"`
	Date        string           `json:"date"`
	Source      *Reference       `json:"source"`
	Note        []Annotation     `json:"note"`
	Entry       []ListEntry      `json:"entry"`
	EmptyReason *CodeableConcept `json:"emptyReason"`
}

// ListEntry is one line of a List.
type ListEntry struct {
	Flag    *CodeableConcept `json:"flag"`
	Deleted *bool            `json:"deleted"`
	Date    string           `json:"date"`
	Item    *Reference       `json:"item"`
}
