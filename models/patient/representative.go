package patient

import (
	"slices"

	"candour/models/deadline"
)

// Band is the age of somebody as far as deciding for them goes (domain.md e).
type Band string

const (
	BandUnknown Band = ""         // no whole date of birth is known
	BandUnder11 Band = "under_11" // parental responsibility is normally enough
	Band11      Band = "11_12"    // whoever acts for them has been reviewed at 11
	Band13      Band = "13_15"    // reviewed again at 13; may log in themselves
	Band16      Band = "16_17"    // capacity is presumed
	BandAdult   Band = "adult"    // parental responsibility has ended
)

// ReviewAges are the birthdays on which it is looked at again who decides.
func ReviewAges() []int { return []int{11, 13, 16, 18} }

// BandOf is the band on a London day.
func BandOf(birth string, today deadline.Day) Band {
	born, err := deadline.ParseDay(birth)
	if err != nil || born > today {
		return BandUnknown
	}
	switch {
	case today >= born.Birthday(18):
		return BandAdult
	case today >= born.Birthday(16):
		return Band16
	case today >= born.Birthday(13):
		return Band13
	case today >= born.Birthday(11):
		return Band11
	}
	return BandUnder11
}

// NextReview is the next birthday after a day on which it is looked at again, and
// the age then; 0 when there is none.
func NextReview(birth string, after deadline.Day) (deadline.Day, int) {
	born, err := deadline.ParseDay(birth)
	if err != nil {
		return 0, 0
	}
	for _, age := range ReviewAges() {
		if day := born.Birthday(age); day > after {
			return day, age
		}
	}
	return 0, 0
}

// Ground is on what somebody acts for another.
type Ground string

// Grounds of parental responsibility, and of acting for an adult.
const (
	BirthMother       Ground = "birth_mother"
	MarriedParent     Ground = "married_parent" // married to the mother, or became so
	FatherRegistered  Ground = "father_registered"
	Adoption          Ground = "adoption"
	ParentalOrder     Ground = "parental_order"
	PRAgreement       Ground = "pr_agreement"
	PROrder           Ground = "pr_order"
	SpecialGuardian   Ground = "special_guardian"
	CareOrder         Ground = "care_order" // the authority shares responsibility
	InterimCareOrder  Ground = "interim_care_order"
	StepParentOrder   Ground = "step_parent_order"
	CarerBestInterest Ground = "carer" // no parental responsibility: only in the child's best interests, after asking those who have it
	Attorney          Ground = "attorney"
	Deputy            Ground = "deputy"
)

// Evidence of a ground.
type Proof string

const (
	BirthCertificate    Proof = "birth_certificate"
	MarriageCertificate Proof = "marriage_certificate"
	AdoptionCertificate Proof = "adoption_certificate"
	CourtOrder          Proof = "court_order"
	Agreement           Proof = "pr_agreement"
	OPGRegister         Proof = "opg_register"
	AccessCode          Proof = "lpa_access_code"
	CertifiedLPA        Proof = "certified_lpa"
)

// proofs says which evidence proves which ground (DAPB3051 Amd 59/2025 App. A).
var proofs = map[Ground][]Proof{
	BirthMother: {BirthCertificate}, MarriedParent: {BirthCertificate, MarriageCertificate}, FatherRegistered: {BirthCertificate},
	Adoption: {AdoptionCertificate}, ParentalOrder: {CourtOrder}, PRAgreement: {Agreement}, PROrder: {CourtOrder}, SpecialGuardian: {CourtOrder},
	CareOrder: {CourtOrder}, InterimCareOrder: {CourtOrder}, StepParentOrder: {CourtOrder, Agreement}, CarerBestInterest: {},
	Attorney: {OPGRegister, AccessCode, CertifiedLPA}, Deputy: {CourtOrder, OPGRegister},
}

// ChildGrounds are the grounds on which somebody may act for a child.
func ChildGrounds() []Ground {
	return []Ground{BirthMother, MarriedParent, FatherRegistered, Adoption, ParentalOrder, PRAgreement, PROrder, SpecialGuardian, CareOrder, InterimCareOrder, StepParentOrder, CarerBestInterest}
}

// AdultGrounds are those on which somebody may act for an adult.
func AdultGrounds() []Ground { return []Ground{Attorney, Deputy} }

// Proofs is which evidence proves a ground.
func (g Ground) Proofs() []Proof { return slices.Clone(proofs[g]) }

// registeredFrom is since when being on the birth certificate gives a father who is
// not married to the mother parental responsibility, in England and Wales.
var registeredFrom = deadline.On(2003, 12, 1)

// Doubt is why a ground does not stand, or not yet: a closed list, put into words
// by locales.
type Doubt string

const (
	NoDoubt           Doubt = ""
	DoubtGround       Doubt = "unknown_ground"
	DoubtProof        Doubt = "not_proven"        // none of its evidence has been seen
	DoubtRegistered   Doubt = "registered_before" // on the certificate before 1 December 2003
	DoubtNoPR         Doubt = "no_responsibility" // a carer: those who have it must be asked first
	DoubtCapacity     Doubt = "capacity_presumed" // 16 or 17: they decide themselves
	DoubtAdult        Doubt = "adult"             // parental responsibility has ended
	DoubtChild        Doubt = "child"             // a power of attorney is of no use for a child
	DoubtBirthUnknown Doubt = "birth_unknown"
	DoubtEnded        Doubt = "ended" // the order or the power has run out or been revoked
)

// Doubts lists every doubt, so that words can be checked for each.
func Doubts() []Doubt {
	return []Doubt{DoubtGround, DoubtProof, DoubtRegistered, DoubtNoPR, DoubtCapacity, DoubtAdult, DoubtChild, DoubtBirthUnknown, DoubtEnded}
}

// Authority is what somebody rests on who acts for another.
type Authority struct {
	Ground    Ground
	Seen      []Proof // what a named member of staff has seen
	Birth     string  // of the one acted for, YYYY-MM-DD
	UntilOn   string  // when an order or a power ends; "" = it does not say
	Consulted bool    // carer: those who have parental responsibility were asked
}

// Doubt says what stands against acting on an authority on a London day. Holders of
// parental responsibility each act alone; the other need not be told. Separation
// and divorce do not end it. It ends at 18, and from 16 on the young person decides.
func (a Authority) Doubt(today deadline.Day) Doubt {
	band, known := BandOf(a.Birth, today), proofs[a.Ground]
	_, exists := proofs[a.Ground]
	adult := slices.Contains(AdultGrounds(), a.Ground)
	until, err := deadline.ParseDay(a.UntilOn)
	switch {
	case !exists:
		return DoubtGround
	case band == BandUnknown:
		return DoubtBirthUnknown
	case a.UntilOn != "" && (err != nil || today > until):
		return DoubtEnded
	case adult && band != BandAdult:
		return DoubtChild
	case !adult && band == BandAdult:
		return DoubtAdult
	case !adult && band == Band16:
		return DoubtCapacity
	case a.Ground == CarerBestInterest && !a.Consulted:
		return DoubtNoPR
	case a.Ground == CarerBestInterest:
		return NoDoubt
	case !slices.ContainsFunc(known, func(p Proof) bool { return slices.Contains(a.Seen, p) }):
		return DoubtProof
	case a.Ground == FatherRegistered && !registeredInTime(a.Birth):
		return DoubtRegistered
	}
	return NoDoubt
}

func registeredInTime(birth string) bool {
	born, err := deadline.ParseDay(birth)
	return err == nil && born >= registeredFrom
}
