package audit

import (
	"time"
	_ "time/tzdata" // a container may lack the zone files
)

// London is where a day begins and ends for everything that is counted by day.
var London = mustLoad("Europe/London")

func mustLoad(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil { // cannot happen: the zones are in the binary
		panic(err)
	}
	return l
}

// Day is the London day of an instant, YYYY-MM-DD.
func Day(t time.Time) string { return t.In(London).Format(time.DateOnly) }

// Fold is the drawer in which an access lies in a patient's list: accesses by
// staff are open, a patient's own and automatic ones are folded away.
type Fold string

const (
	FoldStaff  Fold = "staff"
	FoldOwn    Fold = "own"
	FoldSystem Fold = "system"
)

// FoldOf is the drawer of an entry.
func FoldOf(e Entry) Fold { return foldOf(&e) }

// foldOf is the drawer of an entry. A patient who reaches for somebody else's
// record stands in the open one, and so does whoever is neither patient nor system.
func foldOf(e *Entry) Fold {
	switch {
	case e.Viewer.Kind == "patient" && e.Reason != "another_person":
		return FoldOwn
	case e.Viewer.Kind == "system":
		return FoldSystem
	}
	return FoldStaff
}
