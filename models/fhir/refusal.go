package fhir

// Reasons for which input is refused: a closed list, stored with what was
// refused and put into words where a receipt is shown.
const (
	Empty         = "empty"
	Syntax        = "json_syntax"
	DuplicateName = "duplicate_name"
	NotUTF8       = "not_utf8"
	UTF16         = "utf16"
	XML           = "xml"
	HTML          = "html"
	HL7v2         = "hl7v2"
	STU3          = "stu3"
	DSTU2         = "dstu2"
	Archive       = "archive"
	TooDeep       = "too_deep"
	TooLarge      = "too_large"
	TwoDocuments  = "two_documents"
	NotAnObject   = "not_an_object"
	NoType        = "no_type"
	UnknownType   = "unknown_type"
	NestedBundle  = "nested_bundle"
	WrongType     = "wrong_json_type"
	NoID          = "bad_id"
)

// Refusal is why input cannot be taken. Detail is technical and holds no value
// from the input.
type Refusal struct {
	Reason string
	Detail string
}

func (r *Refusal) Error() string {
	if r.Detail == "" {
		return "fhir: " + r.Reason
	}
	return "fhir: " + r.Reason + ": " + r.Detail
}

func refuse(reason, detail string) *Refusal { return &Refusal{reason, detail} }
