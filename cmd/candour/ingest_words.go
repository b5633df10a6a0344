package main

import (
	"candour/models/fhir"
	"candour/models/ingest"
)

// ingestWords says in plain words what each reason of a receipt means.
var ingestWords = map[string]string{
	fhir.Empty:             "the input is empty",
	fhir.Syntax:            "not well-formed JSON, or cut off",
	fhir.DuplicateName:     "a name occurs twice in one object: two readers could see two different values",
	fhir.NotUTF8:           "not UTF-8 (perhaps Latin-1): names would be spoiled",
	fhir.UTF16:             "UTF-16 or UTF-32; FHIR JSON is UTF-8",
	fhir.XML:               "XML; only the JSON form of FHIR R4 is read",
	fhir.HTML:              "a web page, not data",
	fhir.HL7v2:             "HL7 version 2; not read yet",
	fhir.STU3:              "FHIR STU3; only R4 is read",
	fhir.DSTU2:             "FHIR DSTU2; only R4 is read",
	fhir.Archive:           "an archive or a damaged gzip file",
	fhir.TooDeep:           "nested too deeply",
	fhir.TooLarge:          "too large",
	fhir.TwoDocuments:      "more than one document in the input",
	fhir.NotAnObject:       "not a resource: the outermost value is not an object",
	fhir.NoType:            "no resourceType",
	fhir.UnknownType:       "a type that FHIR R4 does not have",
	fhir.NestedBundle:      "a bundle inside a bundle",
	fhir.WrongType:         "a value of the wrong JSON type",
	fhir.NoID:              "no usable id",
	ingest.NoPatientNamed:  "does not say whom it is about",
	ingest.PatientUnknown:  "its patient has not been sent: held until they are",
	ingest.NothingToTie:    "no patient in the bundle and none known to tie its items to",
	ingest.BadDate:         "a date that is no date: kept, shown as it came",
	ingest.SameVersion:     "the same version was sent with other content: one was kept",
	ingest.NoNumber:        "held: no NHS number",
	ingest.BadNumber:       "held: the NHS number fails its check",
	ingest.TwoNumbers:      "held: two different NHS numbers",
	ingest.NoBirthDate:     "held: no date of birth",
	ingest.BadBirthDate:    "held: the date of birth cannot be read",
	ingest.PartBirthDate:   "held: the date of birth is not a whole date",
	ingest.FutureBirthDate: "held: born in the future",
	ingest.NoFamily:        "held: no family name",
	ingest.LongFamily:      "held: the family name is too long to be one",
	ingest.IdentityDiffers: "held: same NHS number, but date of birth or family name differ from what the leading source says",
	ingest.IdentityUnclear: "held: sources disagree about who this is and none of them leads",
	ingest.PatientDeletion: "the source deletes a patient: somebody has to look at it",
	ingest.Unreadable:      "could not be opened, or not be read to its end",
	ingest.NotRemoved:      "nothing was removed: a part of the input could not be told",
}

// verdictWords sum a delivery up.
var verdictWords = map[ingest.Verdict]string{
	ingest.AllIn:   "everything is in",
	ingest.Part:    "in, but for what is listed",
	ingest.OnHold:  "held until somebody has decided whose it is",
	ingest.Refused: "refused, nothing is stored",
	ingest.Nothing: "there was nothing in it",
}

func plainReason(reason string) string {
	if words, known := ingestWords[reason]; known {
		return words
	}
	return reason
}
