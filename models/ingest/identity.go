package ingest

import (
	"strings"
	"time"
	"unicode/utf8"

	"candour/models/fhir"
	"candour/models/nhsnumber"
	"candour/models/patient"
	"candour/models/policy"
)

// maxFamily is the longest family name that is believed.
const maxFamily = 200

// identity is what a Patient resource says of who somebody is.
type identity struct {
	Number     string
	Birth      string
	Family     string
	Given      string
	Title      string
	Preferred  string
	Gender     string
	Address    string
	Postcode   string
	Phone      string
	Email      string
	GP         fhir.Ref // registered practice
	Died       string
	Active     bool
	Current    bool // the name is a present one, not a former one
	Restricted bool
	Reason     string // why it cannot be matched
}

// identify reads a Patient. What makes it unfit for matching becomes Reason; the
// first that applies, in a fixed order.
func identify(p *fhir.Patient, restricted []policy.Code, now time.Time) identity {
	id := identity{Birth: p.BirthDate, Gender: p.Gender, Active: p.Active == nil || *p.Active}
	name, current := bestName(p.Name)
	id.Current = current
	id.Family, id.Given = name.Family, strings.Join(name.Given, " ")
	id.Title = strings.Join(name.Prefix, " ")
	for _, n := range p.Name {
		if n.Use == "nickname" && len(n.Given) > 0 {
			id.Preferred = n.Given[0]
		}
	}
	a := bestAddress(p.Address)
	id.Address, id.Postcode = printed(a), a.PostalCode
	id.Phone, id.Email = contact(p.Telecom, "phone"), contact(p.Telecom, "email")
	for _, g := range p.GeneralPractitioner {
		if r := g.Parse(); !r.IsZero() && id.GP.IsZero() {
			id.GP = r
		}
	}
	switch {
	case p.DeceasedDateTime != "":
		id.Died = p.DeceasedDateTime[:min(len(p.DeceasedDateTime), 10)]
	case p.DeceasedBoolean != nil && *p.DeceasedBoolean:
		id.Died = "unknown"
	}
	id.Restricted = labelled(p.Meta.Security, restricted)
	id.Number, id.Reason = number(p.Identifier, now)
	if id.Reason == "" {
		id.Reason = unfit(id, now)
	}
	if len(id.Family) > maxFamily {
		id.Family = strings.ToValidUTF8(id.Family[:maxFamily], "")
	}
	return id
}

// unfit names what is missing or impossible beside the number.
func unfit(id identity, now time.Time) string {
	born := fhir.ParseDate(id.Birth)
	switch {
	case id.Birth == "":
		return NoBirthDate
	case born.Precision == fhir.Unreadable || len(id.Birth) > 10:
		return BadBirthDate
	case born.Time.After(now.Add(24 * time.Hour)):
		return FutureBirthDate
	case strings.TrimSpace(id.Family) == "":
		return NoFamily
	case utf8.RuneCountInString(id.Family) > maxFamily:
		return LongFamily
	}
	return ""
}

// number is the one NHS number that a Patient has now. Former ones are passed
// over; an invalid one or two different ones make the whole Patient unfit. Only
// the NHS number's own system counts: other ten-digit numbers pass modulus 11 by
// chance one time in eleven (domain.md j).
func number(identifiers []fhir.Identifier, now time.Time) (digits, reason string) {
	reason = NoNumber
	for _, i := range identifiers {
		if fhir.NormalIdentifierSystem(i.System) != nhsnumber.System || former(i, now) || strings.TrimSpace(i.Value) == "" {
			continue
		}
		n, err := nhsnumber.Parse(i.Value)
		if err != nil {
			return "", BadNumber
		}
		if digits != "" && digits != n.Digits() {
			return "", TwoNumbers
		}
		digits, reason = n.Digits(), ""
	}
	return digits, reason
}

func former(i fhir.Identifier, now time.Time) bool {
	if i.Use == "old" {
		return true
	}
	if i.Period == nil || i.Period.End == "" {
		return false
	}
	end := fhir.ParseDate(i.Period.End)
	return end.Precision != fhir.Unreadable && end.End().Before(now)
}

// nameOrder says which use of a name is the present one, best first.
var nameOrder = map[string]int{"official": 1, "usual": 2, "": 3, "temp": 4, "maiden": 6, "old": 7}

// bestName is the present name; a former one only when there is no other.
func bestName(names []fhir.HumanName) (fhir.HumanName, bool) {
	best, rank := fhir.HumanName{}, 100
	for _, n := range names {
		r, known := nameOrder[n.Use]
		if !known || n.Family == "" {
			continue // a nickname or an anonymous name has no family name to match by
		}
		if r < rank {
			best, rank = n, r
		}
	}
	return best, rank < 6
}

func bestAddress(all []fhir.Address) fhir.Address {
	order := map[string]int{"home": 1, "": 2, "temp": 3, "billing": 4, "work": 5}
	best, rank := fhir.Address{}, 100
	for _, a := range all {
		if r, known := order[a.Use]; known && r < rank {
			best, rank = a, r
		}
	}
	return best
}

func printed(a fhir.Address) string {
	var parts []string
	for _, s := range append(append([]string{}, a.Line...), a.City, a.District) {
		if s = strings.TrimSpace(s); s != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return a.Text
	}
	return strings.Join(parts, ", ")
}

func contact(all []fhir.ContactPoint, system string) string {
	var other string
	for _, c := range all {
		if c.System != system || c.Use == "old" || c.Value == "" {
			continue
		}
		if c.Use == "mobile" || c.Use == "home" {
			return c.Value
		}
		if other == "" {
			other = c.Value
		}
	}
	return other
}

// labelled tells whether one of the labels is among codes. A label without a
// system counts: a forgotten system must not make a restricted record public.
func labelled(labels []fhir.Coding, codes []policy.Code) bool {
	for _, l := range labels {
		for _, c := range codes {
			if l.Code == c.Code && (l.System == "" || sameLabelSystem(l.System, c.System)) {
				return true
			}
		}
	}
	return false
}

// sameLabelSystem takes the older spellings of the v3 code systems as well.
func sameLabelSystem(sent, known string) bool {
	tail := known[strings.LastIndexByte(known, '/')+1:]
	return sent == known || strings.HasSuffix(sent, tail) || strings.HasSuffix(sent, strings.TrimPrefix(tail, "v3-"))
}

func familyKey(s string) string { return patient.FamilyKey(s) }
