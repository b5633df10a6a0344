package record

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"candour/models/fhir"
)

type coding struct {
	System  text `json:"system"`
	Code    text `json:"code"`
	Display text `json:"display"`
}

// concept is a CodeableConcept; a bare string stands for its text.
type concept struct {
	Coding many[coding] `json:"coding"`
	Text   text         `json:"text"`
}

// UnmarshalJSONFrom takes an object or a string.
func (c *concept) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if k := dec.PeekKind(); k != '{' {
		return c.Text.UnmarshalJSONFrom(dec)
	}
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	type plain concept // without this method
	return decode(raw, (*plain)(c))
}

// saysNothing are codes whose text carries the sense, not their name: the three
// "transfer degraded" codes and the GP systems' bare comment (domain.md j).
var saysNothing = map[text]bool{
	"196461000000101": true, "196421000000109": true, "196411000000103": true, "37331000000100": true,
}

// title is the original text, else a display, else the code: never empty when
// anything at all was sent.
func (c concept) title() string {
	if c.Text != "" {
		return squash(string(c.Text))
	}
	if best, ok := c.best(); ok && best.Display != "" {
		return squash(string(best.Display))
	}
	for _, x := range c.Coding {
		if x.Display != "" {
			return squash(string(x.Display))
		}
	}
	for _, x := range c.Coding {
		if x.Code != "" {
			return string(x.Code)
		}
	}
	return ""
}

// best is the coding by which a thing is known: SNOMED CT when there is one,
// because UK feeds put Read codes and local codes first (domain.md j).
func (c concept) best() (coding, bool) {
	for _, x := range c.Coding {
		if fhir.NormalSystem(string(x.System)) == fhir.SNOMED && x.Code != "" {
			return x, true
		}
	}
	for _, x := range c.Coding {
		if x.Code != "" {
			return x, true
		}
	}
	return coding{}, false
}

// key is what makes two concepts the same thing.
func (c concept) key() string {
	best, ok := c.best()
	if !ok || saysNothing[best.Code] {
		if t := c.title(); t != "" {
			return "text|" + strings.ToLower(t)
		}
		return ""
	}
	return fhir.NormalSystem(string(best.System)) + "|" + string(best.Code)
}

// vague says that the code names nothing, so that two of the same are not alike.
func (c concept) vague() bool {
	best, ok := c.best()
	return ok && saysNothing[best.Code]
}

// codes is the original coding in print: every one that was sent.
func (c concept) codes() string {
	var out []string
	for _, x := range c.Coding {
		if x.Code != "" {
			out = append(out, strings.TrimSpace(systemName(string(x.System))+" "+string(x.Code)))
		}
	}
	return strings.Join(out, ", ")
}

func (c concept) code() string {
	best, _ := c.best()
	return string(best.Code)
}

func (c concept) has(codes map[text]bool) bool {
	for _, x := range c.Coding {
		if codes[x.Code] {
			return true
		}
	}
	return false
}

var systemNames = map[string]string{
	fhir.SNOMED: "SNOMED CT", fhir.DMD: "dm+d", fhir.LOINC: "LOINC", fhir.ReadV2: "Read v2", fhir.CTV3: "CTV3",
	"http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm",
	"http://hl7.org/fhir/sid/cvx":                 "CVX",
	"http://hl7.org/fhir/sid/icd-10":              "ICD-10",
	"http://unitsofmeasure.org":                   "UCUM",
}

// systemName is the usual name of a code system, or its address as it was sent.
func systemName(system string) string {
	if n, ok := systemNames[fhir.NormalSystem(system)]; ok {
		return n
	}
	return system
}

// titles joins the titles of several concepts.
func titles(all many[concept]) string {
	var out []string
	for _, c := range all {
		if t := c.title(); t != "" {
			out = append(out, t)
		}
	}
	return strings.Join(out, ", ")
}

func firstTitle(lists ...many[concept]) string {
	for _, list := range lists {
		for _, c := range list {
			if t := c.title(); t != "" {
				return t
			}
		}
	}
	return ""
}

// print is a quantity as it was sent.
func (q quantity) print() string {
	unit := q.Unit
	if unit == "" {
		unit = q.Code
	}
	return strings.TrimSpace(string(q.Comparator) + string(q.Value) + " " + string(unit))
}

func (b bounds) print() string {
	if b.Text != "" {
		return string(b.Text)
	}
	low, high := b.Low.v.print(), b.High.v.print()
	switch {
	case low != "" && high != "":
		if b.Low.v.Unit == b.High.v.Unit {
			low = string(b.Low.v.Comparator) + string(b.Low.v.Value)
		}
		return low + " – " + high
	case low != "":
		return "≥ " + low
	case high != "":
		return "≤ " + high
	}
	return ""
}

// name is a HumanName, or a plain string in a place or a team.
type name struct {
	Use    text       `json:"use"`
	Text   text       `json:"text"`
	Family text       `json:"family"`
	Given  many[text] `json:"given"`
	Prefix many[text] `json:"prefix"`
}

// UnmarshalJSONFrom takes an object or a string.
func (n *name) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if k := dec.PeekKind(); k != '{' {
		return n.Text.UnmarshalJSONFrom(dec)
	}
	raw, err := dec.ReadValue()
	if err != nil {
		return err
	}
	type plain name
	return decode(raw, (*plain)(n))
}

func (n name) print() string {
	if n.Text != "" {
		return squash(string(n.Text))
	}
	var parts []string
	for _, list := range []many[text]{n.Prefix, n.Given, {n.Family}} {
		for _, p := range list {
			if p != "" {
				parts = append(parts, string(p))
			}
		}
	}
	return strings.Join(parts, " ")
}

func printNames(all many[name]) string {
	for _, n := range all {
		if n.Use == "old" || n.Use == "maiden" {
			continue
		}
		if s := n.print(); s != "" {
			return s
		}
	}
	return ""
}
