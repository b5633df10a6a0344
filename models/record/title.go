package record

import "candour/models/fhir"

// Title names one item by itself, for the list of what an access showed: as the
// record page would, but without what other resources add. "" when the item says
// nothing that names it.
func Title(fhirType string, raw []byte) string {
	if _, shown := layouts[fhirType]; !shown {
		return ""
	}
	res, err := fhir.Decode(raw)
	if err != nil {
		return ""
	}
	e := &entry{item: &Item{Type: fhirType, res: res}, feed: &Feed{}}
	m := &maker{resolver: newResolver(&Input{}), feeds: map[string]*Feed{}, ranks: map[string]int{}}
	m.lay(e)
	if e.line.Title == fhirType {
		return ""
	}
	return e.line.Title
}
