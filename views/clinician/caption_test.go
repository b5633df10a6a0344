package clinician

import (
	"context"
	"strings"
	"testing"

	"candour/locales"
	"candour/models/record"
)

// Only appointments say in which order they stand: the page cannot divide them
// into what is to come and what is over.
func TestAppointmentsSayTheirOrder(t *testing.T) {
	l := lay(locales.With(context.Background(), locales.Default), &record.Sheet{}, style{})
	two := []record.Line{{Title: "Eye clinic"}, {Title: "Blood test"}}
	for _, c := range []struct {
		kind  record.SectionKind
		lines []record.Line
		says  bool
	}{{record.Appointments, two, true}, {record.Appointments, two[:1], false}, {record.Encounters, two, false}} {
		caption := l.caption(partOf(record.Section{Kind: c.kind, Lines: c.lines}))
		if strings.Contains(caption, "latest date first") != c.says {
			t.Errorf("%d %s: %q", len(c.lines), c.kind, caption)
		}
	}
}
