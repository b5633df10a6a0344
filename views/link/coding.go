package link

import "candour/models/opaque"

// CaseCoding is where what was done about a case's code is sent; the case has the form.
func CaseCoding(ref opaque.ID) string { return Case(ref) + "/coding" }

// Reconciliation is the daily comparison of the feeds with the objections in force.
func Reconciliation() string { return "/staff/reconciliation" }
