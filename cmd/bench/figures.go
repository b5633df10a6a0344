package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
	"strings"
)

// Figure is one measured value beside the bar it must hold. A ratio carries its
// reference line, measured in the same run, in Detail.
type Figure struct {
	ID      string  `json:"id"`       // P2
	What    string  `json:"what"`     // W1 against w1_blob, c=4
	Value   float64 `json:"value"`    // 0.41
	Unit    string  `json:"unit"`     // "", ms, s, MiB, /s
	Bar     float64 `json:"bar"`      // 0.30
	AtLeast bool    `json:"at_least"` // the bar is a lower limit
	OK      bool    `json:"ok"`
	Detail  string  `json:"detail"`           // 1,830 pages/s against 4,430/s
	Failed  string  `json:"failed,omitempty"` // why there is no value
}

// Report is every figure of a run, printed as soon as it is known.
type Report struct {
	Machine []string `json:"machine"`
	Lines   []string `json:"lines"`
	Figures []Figure `json:"figures"`
	out     io.Writer
}

func newReport(out io.Writer) *Report { return &Report{out: out} }

// atLeast and atMost record a figure and print its line.
func (r *Report) atLeast(id, what string, value, bar float64, unit, detail string) {
	r.add(Figure{ID: id, What: what, Value: value, Unit: unit, Bar: bar, AtLeast: true, OK: value >= bar, Detail: detail})
}

func (r *Report) atMost(id, what string, value, bar float64, unit, detail string) {
	r.add(Figure{ID: id, What: what, Value: value, Unit: unit, Bar: bar, OK: value <= bar, Detail: detail})
}

// failed records that a figure could not be measured: that is a miss, not a gap.
func (r *Report) failed(id, what string, err error) {
	r.add(Figure{ID: id, What: what, Failed: err.Error()})
}

func (r *Report) add(f Figure) {
	r.Figures = append(r.Figures, f)
	fmt.Fprintln(r.out, f.line())
}

// machine notes a property of the run that is not a figure.
func (r *Report) machine(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	r.Machine = append(r.Machine, text)
	fmt.Fprintln(r.out, text)
}

// note prints a line of the run: reference lines, absolute rates, sizes.
func (r *Report) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	r.Lines = append(r.Lines, text)
	fmt.Fprintln(r.out, "    "+text)
}

// missed counts the figures that miss their bar.
func (r *Report) missed() int {
	n := 0
	for _, f := range r.Figures {
		if !f.OK {
			n++
		}
	}
	return n
}

func (f Figure) sign() string {
	if f.AtLeast {
		return "≥"
	}
	return "≤"
}

func (f Figure) verdict() string {
	switch {
	case f.Failed != "":
		return "NOT MEASURED"
	case f.OK:
		return "ok"
	}
	return "MISSED"
}

func (f Figure) line() string {
	if f.Failed != "" {
		return fmt.Sprintf("%-4s %-58s %s: %s", f.ID, f.What, f.verdict(), f.Failed)
	}
	return fmt.Sprintf("%-4s %-58s %10s   bar %s %-9s %-6s  %s", f.ID, f.What,
		number(f.Value)+unit(f.Unit), f.sign(), number(f.Bar)+unit(f.Unit), f.verdict(), f.Detail)
}

// unit is set apart from its number by a space, except a rate.
func unit(u string) string {
	if u == "" || strings.HasPrefix(u, "/") {
		return u
	}
	return " " + u
}

// number prints three significant digits, and thousands with commas.
func number(v float64) string {
	if v < 0 {
		return "-" + number(-v)
	}
	switch {
	case v == float64(int64(v)) && v < 1000:
		return strconv.FormatInt(int64(v), 10)
	case v < 10:
		return strconv.FormatFloat(v, 'f', 2, 64)
	case v < 100:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	digits := strconv.FormatInt(int64(v+0.5), 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// markdown is the table for the documentation.
func (r *Report) markdown(w io.Writer) {
	fmt.Fprintln(w, "\n| # | figure | measured | bar | | beside |\n|---|---|---|---|---|---|")
	for _, f := range r.Figures {
		if f.Failed != "" {
			fmt.Fprintf(w, "| %s | %s | – | | not measured | %s |\n", f.ID, f.What, f.Failed)
			continue
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s %s | %s | %s |\n", f.ID, f.What, number(f.Value)+unit(f.Unit),
			f.sign(), number(f.Bar)+unit(f.Unit), f.verdict(), f.Detail)
	}
	fmt.Fprintln(w)
	for _, m := range append(append([]string{}, r.Machine...), r.Lines...) {
		fmt.Fprintf(w, "- %s\n", m)
	}
}

// save writes the whole report as JSON.
func (r *Report) save(path string) error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o644)
}

// median of values; it sorts a copy.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	s := append([]float64{}, values...)
	sort.Float64s(s)
	if len(s)%2 == 1 {
		return s[len(s)/2]
	}
	return (s[len(s)/2-1] + s[len(s)/2]) / 2
}
