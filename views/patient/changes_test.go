package patient

import (
	"context"
	"strings"
	"testing"
	"time"

	"candour/models/access"
	"candour/models/organisation"
	"candour/models/policy"
	"candour/models/record"
	"candour/views/viewtest"
)

// foresight is a real one, of the house's patient.
func (h *house) foresight(role string, can ...access.Capability) record.Foresight {
	h.t.Helper()
	records := record.New(record.Deps{DB: h.db, Gate: h.gate, Log: h.log, Clock: func() time.Time { return h.now }, Policy: policy.Default(), Version: "t",
		Render: func(context.Context, *record.Sheet) ([]byte, error) { return []byte("-"), nil }})
	f, err := records.Foresee(context.Background(), h.me, h.me.Person, access.Imagine(role, can, "hospital"), record.Request{Route: "/my/objection/what-changes", Shape: "preview"})
	h.must(err)
	return f
}

func (h *house) sends(source string) {
	h.t.Helper()
	orgs := organisation.NewStore(h.db)
	h.must(orgs.RegisterSource(context.Background(), organisation.Source{ID: source, OrganisationID: "surgery", SystemKind: "gp", State: organisation.Connected, FreshHours: 24, LastReceived: h.now}))
	h.do("UPDATE items SET source_id = ?", source)
	h.do("UPDATE persons SET record_version = record_version + 1")
}

func TestChangesSayWhatStaffSeeTodayAndAfter(t *testing.T) {
	h := newHouse(t)
	h.sends("gp")
	page := func(name string, f record.Foresight) string {
		c := Changes{Foresight: f, Organisation: "Northgate Hospital", Phones: map[string]string{"gp": "01632 960101"}}
		return viewtest.Text(viewtest.Page(t, name, shell, ChangesPage(ChangesPart(c))))
	}
	f := h.foresight("R8000", access.ViewRecord)
	before := page("changes", f)
	for _, words := range []string{"What would change for you", "Allergies Mill Street Surgery : 1 Today 1 After objecting 0", "Medicines Mill Street Surgery : 2 Today 2 After objecting 0",
		"All entries Today 3 After objecting 0", "Mill Street Surgery Phone 01632 960101", "Summary Care Record", "Type 1", "national data opt-out", "letters and paper notes"} {
		if !strings.Contains(before, words) {
			t.Errorf("it does not say %q:\n%s", words, before)
		}
	}
	h.do("UPDATE persons SET objected = ?", true)
	back := page("changes-back", h.foresight("R8000", access.ViewRecord))
	for _, words := range []string{"All entries Today 0 After changing your mind 3", "Mill Street Surgery Phone 01632 960101"} {
		if !strings.Contains(back, words) {
			t.Errorf("the way back does not say %q:\n%s", words, back)
		}
	}
	if strings.Contains(strings.ToLower(before+back), "clinician") {
		t.Error("a word that no patient is told")
	}
	h.do("UPDATE persons SET objected = ?, birth_date = '2012-05-01'", false)
	if child := page("changes-child", h.foresight("R8000", access.ViewRecord)); !strings.Contains(child, "under 18") || strings.Contains(child, "All entries") {
		t.Errorf("of somebody under age: %s", child)
	}
}
