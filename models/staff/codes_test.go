package staff_test

import (
	"slices"
	"testing"

	"candour/models/access"
	"candour/models/staff"
)

func TestCapabilities(t *testing.T) {
	record, people := access.ViewRecord, access.ViewDemographics
	review, requests, sessions := access.ReviewAccess, access.ManageRequests, access.ManageSessions
	for _, c := range []struct {
		name       string
		role       string
		activities []string
		want       []access.Capability
	}{
		{"GP", "S8000:G8000:R0260", []string{"B0360", "B0825"}, []access.Capability{record, people}},
		{"nurse", "S8000:G8000:R8001", []string{"B0360"}, []access.Capability{record, people}},
		{"hospital doctor", "S8000:G8000:R8000", []string{" B0360 "}, []access.Capability{record, people}},
		{"health professional", "R8003", []string{"B0360", "B0820"}, []access.Capability{record, people}},
		{"social worker", "S8000:G8001:R1330", []string{"B0360", "B0820"}, []access.Capability{record, people}},
		{"approved social worker", "R1340", []string{"B0360"}, []access.Capability{record, people}},
		{"nurse without the activity", "R8001", nil, nil},
		{"nurse with demographics only", "R8001", []string{"B0820"}, []access.Capability{people}},
		{"student", "S8000:G8000:R8004", []string{"B0360"}, nil},
		{"receptionist", "S8000:G8003:R1720", []string{"B0820"}, []access.Capability{people}},
		{"amend includes view", "R1720", []string{"B0825"}, []access.Capability{people}},
		{"a clerical role with B0360 opens no record", "R1720", []string{"B0360", "B0820"}, []access.Capability{people}},
		{"practice manager", "S8000:G8003:R8008", []string{"B0062", "B0820"}, []access.Capability{people, requests, sessions}},
		{"system administration on a nurse", "R8001", []string{"B0062"}, nil},
		{"privacy officer", "S8001:G8005:R0001", nil, []access.Capability{review, sessions}},
		{"Caldicott Guardian", "R5105", []string{"B0820"}, []access.Capability{people, review}},
		{"privacy officer with B0360 opens no record", "R0001", []string{"B0360"}, []access.Capability{review, sessions}},
		{"unknown role", "R9999", []string{"B0360", "B0820", "B0062"}, nil},
		{"no role", "", []string{"B0360"}, nil},
		{"not a code", "S8000:G8000:NURSE", []string{"B0360"}, nil},
		{"a code in the middle does not count", "R8001:G8000:S0001", []string{"B0360"}, nil},
		{"activity in lower case is another code", "R8001", []string{"b0360"}, nil},
	} {
		if got := staff.Capabilities(c.role, c.activities); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestCode(t *testing.T) {
	for in, want := range map[string]string{
		"S8000:G8000:R8001": "R8001", "R0260": "R0260", " R0001 ": "R0001", "": "", "R": "", "R12345": "",
		"r8001": "", "S8000:G8000:": "", "R80O1": "", "R8001 or R0001": "",
	} {
		if got := staff.Code(in); got != want {
			t.Errorf("Code(%q) = %q, want %q", in, got, want)
		}
	}
}
