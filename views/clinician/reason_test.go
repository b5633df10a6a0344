package clinician

import (
	"context"
	"strings"
	"testing"
	"time"

	"candour/locales"
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

// Evidence is dated by the event itself, not by the day from which it counts.
func TestEvidenceIsDatedByTheEvent(t *testing.T) {
	at := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	words := evidenceWords(locales.With(context.Background(), locales.Default), access.Evidence{Kind: "appointment", At: at, From: at.AddDate(0, 0, -14)})
	if !strings.Contains(words, "24-Nov-2026") || strings.Contains(words, "10-Nov-2026") {
		t.Errorf("%q", words)
	}
}
