package clinician

import (
	"testing"

	"candour/models/access"
)

// What the form sends is read back as the claim that it stands for; whatever it
// is not becomes a claim that the gate refuses.
func TestClaimOfAChoice(t *testing.T) {
	for _, c := range []struct {
		choice string
		want   access.Claim
	}{
		{"evidence.appointment.abc", access.Claim{Basis: access.BasisEvidence, Kind: "appointment", Evidence: "abc", Note: "n"}},
		{"evidence.practice.", access.Claim{Basis: access.BasisEvidence, Kind: "practice", Note: "n"}},
		{"declared.advice", access.Claim{Basis: access.BasisDeclared, Reason: "advice", Note: "n"}},
		{"", access.Claim{Basis: access.BasisDeclared, Note: "n"}},
		{"research", access.Claim{Basis: access.BasisDeclared, Reason: "research", Note: "n"}},
	} {
		if got := ClaimOf(c.choice, "n"); got != c.want {
			t.Errorf("ClaimOf(%q) = %+v, want %+v", c.choice, got, c.want)
		}
	}
}
