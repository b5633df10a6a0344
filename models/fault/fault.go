// Package fault names the four kinds of failure that a caller can act on.
// Everything else is "internal": logged with its reference, shown as one fixed
// sentence.
package fault

import "errors"

var (
	// NotFound: there is nothing there, or nothing that this viewer may know of.
	NotFound = errors.New("not found")
	// Denied: the gate said no; errors.As finds the *access.Refusal with the reason.
	Denied = errors.New("denied")
	// Conflict: somebody else changed it meanwhile.
	Conflict = errors.New("conflict")
	// Unavailable: it cannot be done now and nothing was shown or changed.
	Unavailable = errors.New("unavailable")
)
