// Package results holds what the browser tests measured last, so that the
// accessibility statement says what was found and not what was hoped for. The
// tests write accessibility.json:
//
//	measured   the day of the run, YYYY-MM-DD; empty when there was none
//	standard   the standard that axe was asked for
//	tools      name and version of each tool
//	themes, widths, languages, scripts   what every page was looked at in
//	patterns   the routes that were looked at, as `candour routes` prints them
//	checks     one line a check: its name (axe, markup, overflow, spacing, zoom,
//	           storage, third_party), how many page views it looked at, and on
//	           how many of them it found something
package results

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
)

// Check is one kind of test over all pages.
type Check struct {
	Name  string `json:"name"`
	Views int    `json:"views"` // page views looked at: page × theme × width × language × scripts
	Found int    `json:"found"` // views on which something was found
}

// Accessibility is one run of the browser tests.
type Accessibility struct {
	Measured  string            `json:"measured"`
	Standard  string            `json:"standard"`
	Tools     map[string]string `json:"tools"`
	Themes    []string          `json:"themes"`
	Widths    []int             `json:"widths"`
	Languages []string          `json:"languages"`
	Scripts   []string          `json:"scripts"`
	Patterns  []string          `json:"patterns"`
	Checks    []Check           `json:"checks"`
}

//go:embed accessibility.json
var accessibility []byte

var read = sync.OnceValues(func() (Accessibility, error) {
	var a Accessibility
	if err := json.Unmarshal(accessibility, &a); err != nil {
		return a, fmt.Errorf("results: accessibility.json: %w", err)
	}
	return a, nil
})

// Read is the last run.
func Read() (Accessibility, error) { return read() }

// Views is how many page views were looked at, at most.
func (a Accessibility) Views() int {
	most := 0
	for _, c := range a.Checks {
		most = max(most, c.Views)
	}
	return most
}

// Found is on how many views anything was found, over all checks.
func (a Accessibility) Found() int {
	n := 0
	for _, c := range a.Checks {
		n += c.Found
	}
	return n
}
