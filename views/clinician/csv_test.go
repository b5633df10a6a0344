package clinician

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"candour/models/record"
)

// The file's rows are exactly the items that the log says were taken, each once,
// and each row names the person.
func TestCSVHasOneRowForEachItem(t *testing.T) {
	sheet := wholeSheet()
	body, err := csvOf(t.Context(), sheet)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(body))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rows[1:] {
		got = append(got, row[0]+"."+row[1])
		if row[15] != "Langworth" || row[17] != "999 200 0007" {
			t.Errorf("a row that does not name the person: %q", row)
		}
	}
	slices.Sort(got)
	if want := tokenSet(record.Refs(sheet)); !slices.Equal(got, want) {
		t.Errorf("rows %v, log %v", got, want)
	}
	for _, head := range rows[0] {
		if strings.Contains(head, ".") || head == "" {
			t.Errorf("a column is called %q", head)
		}
	}
	if !strings.Contains(string(body), "139.50 mmol/L") {
		t.Error("a result lost its zeros")
	}
}

// No cell begins with what a spreadsheet takes for a formula (trust.md T20).
func TestCSVHoldsNoFormula(t *testing.T) {
	sheet := wholeSheet()
	for i, title := range []string{"=1+1", "+44", "-2", "@SUM(A1)", "\t=1", "\r=1"} {
		line := sheet.Sections[1].Lines[1]
		line.Refs = append(line.Refs[:0:0], ref("formula", title))
		line.Title, line.Recorder, line.SourceName, line.Status = title, title, title, title
		sheet.Sections[1].Lines = append(sheet.Sections[1].Lines, line)
		sheet.Person.Given = []string{"=", "+"}[i%2] + "cmd|' /C calc'!A0"
	}
	body, err := csvOf(t.Context(), sheet)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(body))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	cells := 0
	for _, row := range rows {
		for _, cell := range row {
			cells++
			if cell != "" && strings.Contains("=+-@\t\r", cell[:1]) {
				t.Errorf("a cell begins with %q", cell[:1])
			}
		}
	}
	if cells < 200 || !strings.Contains(string(body), "'=1+1") {
		t.Fatal("the hostile lines are not in the file: the check is idle")
	}
}
