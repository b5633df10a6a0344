// Package fhir reads FHIR R4 as organisations send it: one resource, a Bundle of
// any type or NDJSON, in UTF-8. It is strict where two readers could see two
// different patients (syntax, duplicate names, encoding, depth, the JSON type of
// what we understand) and tolerant where a standard leaves freedom (order,
// unknown members, profiles).
//
// The typed structs are narrow: they hold what the record shows or decides by.
// The raw JSON is kept beside them, so nothing that a source sent is lost, and
// decimals keep the zeros they came with.
//
// Other formats (STU3, XML, HL7 v2, UTF-16) are refused by name, never misread.
package fhir
