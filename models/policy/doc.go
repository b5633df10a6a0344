// Package policy is what may be shared with whom, as versioned data: each rule
// names the clause it rests on, each decision names the version it was made by.
// Changing a rule is a new file and a new version, never a change of code.
package policy
