// Package staff knows who works where: the national role and activity codes that
// a sign-in carries, what they let their holder do here, and until when the
// holder's training counts (FAQ: all staff are trained; domain.md g).
package staff

import (
	"slices"
	"strings"

	"candour/models/access"
)

// National role codes (domain.md g, read there).
const (
	GeneralPractitioner  = "R0260"
	SocialWorker         = "R1330"
	ApprovedSocialWorker = "R1340"
	ClinicalPractitioner = "R8000"
	Nurse                = "R8001"
	HealthProfessional   = "R8003"
	Student              = "R8004"
	MedicalSecretary     = "R8006"
	Administrator        = "R8008"
	Support              = "R8015"
	Clerical             = "R1720"
	PrivacyOfficer       = "R0001"
	CaldicottGuardian    = "R5105"
)

// National activity codes (domain.md g, read there).
const (
	ViewHealthRecords = "B0360" // view detailed health records
	ViewPersonal      = "B0820" // view demographics
	AmendPersonal     = "B0825" // amend demographics; includes B0820
	LocalSystem       = "B0062" // local system administration
)

// care are the roles whose holders give care themselves. The activity B0360 on
// any other role does not open a record: the notices name people directly
// involved in care, nobody else (FAQ S-20).
var care = map[string]bool{
	GeneralPractitioner: true, SocialWorker: true, ApprovedSocialWorker: true,
	ClinicalPractitioner: true, Nurse: true, HealthProfessional: true,
}

// governance are the roles that review who looked.
var governance = map[string]bool{PrivacyOfficer: true, CaldicottGuardian: true}

// office are the roles that keep an organisation's own lists of people.
var office = map[string]bool{
	MedicalSecretary: true, Administrator: true, Support: true, Clerical: true,
}

// Code takes the last part of a role as the identity provider writes it:
// "S8000:G8000:R8001" is R8001. Anything that is not one such code is none.
func Code(role string) string {
	code := strings.TrimSpace(role)
	if i := strings.LastIndexByte(code, ':'); i >= 0 {
		code = code[i+1:]
	}
	if len(code) != 5 || code[0] != 'R' {
		return ""
	}
	for _, c := range code[1:] {
		if c < '0' || c > '9' {
			return ""
		}
	}
	return code
}

// includes are the activities that come with another: national activities nest.
var includes = map[string][]string{AmendPersonal: {ViewPersonal}}

// held are activities with all that they include.
func held(activities []string) map[string]bool {
	has := map[string]bool{}
	var add func(code string)
	add = func(code string) {
		if has[code] {
			return
		}
		has[code] = true
		for _, inner := range includes[code] {
			add(inner)
		}
	}
	for _, a := range activities {
		add(strings.TrimSpace(a))
	}
	return has
}

// Capabilities is what a role with its activities lets its holder do. Unknown
// roles and a role without activities get nothing.
func Capabilities(role string, activities []string) []access.Capability {
	code := Code(role)
	has := held(activities)
	var out []access.Capability
	known := care[code] || office[code] || governance[code]
	if care[code] && has[ViewHealthRecords] {
		out = append(out, access.ViewRecord)
	}
	if known && (has[ViewPersonal] || care[code] && has[ViewHealthRecords]) {
		out = append(out, access.ViewDemographics)
	}
	if governance[code] {
		out = append(out, access.ReviewAccess)
	}
	if office[code] && has[LocalSystem] {
		out = append(out, access.ManageRequests)
	}
	if office[code] && has[LocalSystem] || code == PrivacyOfficer {
		out = append(out, access.ManageSessions)
	}
	return out
}

// jobs are those that people may picture looking at them, each with the activities
// that usually come with it.
var jobs = []struct {
	role       string
	activities []string
}{
	{ClinicalPractitioner, []string{ViewHealthRecords, ViewPersonal}},
	{GeneralPractitioner, []string{ViewHealthRecords, AmendPersonal}},
	{Nurse, []string{ViewHealthRecords, ViewPersonal}},
	{HealthProfessional, []string{ViewHealthRecords, ViewPersonal}},
	{SocialWorker, []string{ViewHealthRecords, ViewPersonal}},
	{Clerical, []string{ViewPersonal}},
	{Administrator, []string{LocalSystem, AmendPersonal}},
}

// Jobs lists them.
func Jobs() []string {
	out := make([]string, len(jobs))
	for i, j := range jobs {
		out[i] = j.role
	}
	return out
}

// Usual are the activities that usually come with a job; none with one not listed.
func Usual(role string) []string {
	for _, j := range jobs {
		if j.role == role {
			return slices.Clone(j.activities)
		}
	}
	return nil
}
