package record

import (
	"strings"

	"candour/models/fhir"
)

// saysNothing are codes whose text carries the sense, not their name: the three
// "transfer degraded" codes and the GP systems' bare comment (domain.md j).
var saysNothing = map[string]bool{
	"196461000000101": true, "196421000000109": true, "196411000000103": true, "37331000000100": true,
}

// title is the original text, else a display, else the code: never empty when
// anything at all was sent.
func title(c *fhir.CodeableConcept) string { return squash(c.Name()) }

// titles joins the titles of several concepts.
func titles(all []fhir.CodeableConcept) string {
	var out []string
	for i := range all {
		out = append(out, title(&all[i]))
	}
	return join(", ", out...)
}

// firstOf is the first concept that says anything.
func firstOf(lists ...[]fhir.CodeableConcept) *fhir.CodeableConcept {
	for _, list := range lists {
		for i := range list {
			if list[i].Name() != "" {
				return &list[i]
			}
		}
	}
	return nil
}

// key is what makes two concepts the same thing: the SNOMED CT code when there is
// one, else the first code, else the text.
func key(c *fhir.CodeableConcept) string {
	best := c.Best()
	if best.Code != "" && !saysNothing[best.Code] {
		return fhir.NormalSystem(best.System) + "|" + best.Code
	}
	if t := title(c); t != "" {
		return "text|" + strings.ToLower(t)
	}
	return ""
}

// codes is the original coding in print: every one that was sent.
func codes(c *fhir.CodeableConcept) string {
	if c == nil {
		return ""
	}
	var out []string
	for _, x := range c.Coding {
		if x.Code != "" {
			out = append(out, strings.TrimSpace(systemName(x.System)+" "+x.Code))
		}
	}
	return strings.Join(out, ", ")
}

func code(c *fhir.CodeableConcept) string { return c.Best().Code }

// has tells whether any coding is one of these codes.
func has(c *fhir.CodeableConcept, codes map[string]bool) bool {
	if c == nil {
		return false
	}
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
}

// systemName is the usual name of a code system, or its address as it was sent.
func systemName(system string) string {
	if n, ok := systemNames[fhir.NormalSystem(system)]; ok {
		return n
	}
	return system
}

// unit is the unit as it was sent: its text, else its code.
func unit(q *fhir.Quantity) string {
	if q == nil {
		return ""
	}
	return or(q.Unit, q.Code)
}

// amount is a quantity as it was sent.
func amount(q *fhir.Quantity) string {
	if q == nil {
		return ""
	}
	return strings.TrimSpace(q.Comparator + string(q.Value) + " " + unit(q))
}

// between is a range; the unit stands once when both ends share it.
func between(low, high *fhir.Quantity) string {
	l, h := amount(low), amount(high)
	switch {
	case l != "" && h != "":
		if unit(low) == unit(high) {
			l = low.Comparator + string(low.Value)
		}
		return l + " – " + h
	case l != "":
		return "≥ " + l
	case h != "":
		return "≤ " + h
	}
	return ""
}

func spanned(r *fhir.Range) string {
	if r == nil {
		return ""
	}
	return between(r.Low, r.High)
}

func start(p *fhir.Period) string {
	if p == nil {
		return ""
	}
	return p.Start
}

func end(p *fhir.Period) string {
	if p == nil {
		return ""
	}
	return p.End
}

// personName is a name in print.
func personName(n fhir.HumanName) string {
	if n.Text != "" {
		return squash(n.Text)
	}
	return join(" ", strings.Join(n.Prefix, " "), strings.Join(n.Given, " "), n.Family)
}

// presentName is the first name that is not a former one.
func presentName(all []fhir.HumanName) string {
	for _, n := range all {
		if n.Use == "old" || n.Use == "maiden" {
			continue
		}
		if s := personName(n); s != "" {
			return s
		}
	}
	return ""
}

// squash makes one line of a text: feeds end doses with line breaks.
func squash(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x80 || c == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			return strings.Join(strings.Fields(s), " ")
		}
	}
	return s // nearly all are one clean line already
}

func or(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

func join(sep string, all ...string) string {
	var out []string
	for _, s := range all {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, sep)
}
