package record

import (
	"slices"
	"strings"
)

// noneKnown finds "no known allergies" beside allergies: both are shown, and the
// statement says what it stands against (requirements R-04).
func noneKnown(allergies []*entry) {
	for _, e := range allergies {
		if !e.line.Negative || !e.current {
			continue
		}
		var against []Mention
		for _, a := range allergies {
			if a.line.Negative || !a.current || !covers(e.scope, a) {
				continue
			}
			m := a.mention(a)
			m.Title = a.line.Title
			against = append(against, m)
		}
		e.conflict("none_known", against)
	}
}

// covers tells whether "no known drug allergy" speaks of an allergy: one whose
// category is not said counts.
func covers(scope string, a *entry) bool {
	return scope == "any" || len(a.kinds) == 0 || slices.Contains(a.kinds, scope)
}

// substances are groups of which an allergy to one word means a conflict with a
// medicine that names another: plainly the same substance or its class, as any
// prescriber would read it. It is a prompt to look, not decision support.
var substances = [][]string{
	{"penicillin", "amoxicillin", "ampicillin", "flucloxacillin", "co-amoxiclav", "co-fluampicil", "piperacillin", "pivmecillinam", "temocillin"},
	{"aspirin", "acetylsalicylic acid"},
	{"ibuprofen"}, {"naproxen"}, {"diclofenac"},
	{"codeine", "co-codamol"}, {"morphine"}, {"tramadol"},
	{"trimethoprim", "co-trimoxazole"}, {"erythromycin"}, {"clarithromycin"}, {"doxycycline"}, {"nitrofurantoin"},
	{"paracetamol", "acetaminophen", "co-codamol"},
}

// medicineAllergies finds a current medicine against a recorded allergy.
func medicineAllergies(medicines, allergies []*entry) {
	for _, m := range medicines {
		if !m.current {
			continue
		}
		var against []Mention
		for _, a := range allergies {
			if a.current && !a.line.Negative && sameSubstance(a.line.Title, m.line.Title) {
				side := a.mention(a)
				side.Title = a.line.Title
				against = append(against, side)
			}
		}
		m.conflict("medicine_allergy", against)
	}
}

func sameSubstance(allergy, medicine string) bool {
	allergy, medicine = strings.ToLower(allergy), strings.ToLower(medicine)
	for _, group := range substances {
		if containsAny(allergy, group) && containsAny(medicine, group) {
			return true
		}
	}
	return false
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
