package seed

import (
	"time"

	"candour/models/organisation"
)

// Everything here is made up: no such practice, trust or council exists, and the
// codes are of a shape that is not issued.

// partner is an organisation of the demo world with its feed, if it sends one.
type partner struct {
	organisation.Organisation
	source *organisation.Source
}

// Keys of partners that stories name.
const (
	riverside   = "riverside"
	castle      = "castle-street"
	limeTree    = "lime-tree"
	northfield  = "northfield"
	canalside   = "canalside"
	oldMill     = "old-mill"
	saltmarsh   = "saltmarsh"
	general     = "harrowmere-general"
	university  = "northfield-university"
	ouseValley  = "ouse-valley"
	eastern     = "eastern-counties"
	mental      = "vale-mental"
	council     = "harrowmere-council"
	cityCouncil = "northfield-council"
	ambulance   = "greensand-ambulance"
	board       = "care-board"
	tidewater   = "tidewater"
)

// mergedOn is the first of April on which one community trust was absorbed by
// another: the last one that is at least two months back, so that there are
// accesses under both names.
func mergedOn(today time.Time) time.Time {
	day := time.Date(today.Year(), time.April, 1, 0, 0, 0, 0, today.Location())
	if today.Sub(day) < 60*24*time.Hour {
		day = day.AddDate(-1, 0, 0)
	}
	return day
}

var (
	gpSends        = []string{"AllergyIntolerance", "MedicationRequest", "Condition", "Observation", "Encounter", "Immunization", "Procedure", "ServiceRequest", "DocumentReference", "Consent", "Flag"}
	acuteSends     = []string{"AllergyIntolerance", "MedicationStatement", "Encounter", "Appointment", "Observation", "DiagnosticReport", "Procedure", "DocumentReference", "Condition"}
	communitySends = []string{"CarePlan", "Goal", "CareTeam", "Encounter", "Observation", "DocumentReference"}
	mentalSends    = []string{"EpisodeOfCare", "CarePlan", "CareTeam", "MedicationStatement", "Encounter", "Flag", "DocumentReference"}
	socialSends    = []string{"CarePlan", "CareTeam", "Goal", "RelatedPerson", "Flag", "DocumentReference"}
	ambulanceSends = []string{"Encounter", "Observation", "DocumentReference"}
)

// partners lists every organisation as it is at the start of the year.
func partners(today time.Time) []partner {
	on := func(yearsAgo int, month time.Month) string {
		return time.Date(today.Year()-yearsAgo, month, 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	member := func(id, ods, name string, kind organisation.Kind, since, phone string) organisation.Organisation {
		return organisation.Organisation{ID: id, ODSCode: ods, Name: name, Kind: kind, InRegion: true, State: organisation.Connected, ConnectedOn: since, Phone: phone,
			Contact: "records@" + id + ".example"}
	}
	feed := func(o organisation.Organisation, system string, sends []string, hours int) partner {
		return partner{o, &organisation.Source{ID: system + "-" + o.ID, OrganisationID: o.ID, SystemKind: system, Categories: sends, State: o.State, FreshHours: hours}}
	}
	planned := member(cityCouncil, "Z9S02", "Northfield City Council adult social care", organisation.Social, "", "01632 960812")
	planned.State = organisation.Planned
	elsewhere := member(saltmarsh, "Z9P01", "Saltmarsh Surgery", organisation.Practice, "", "01632 960190")
	elsewhere.InRegion, elsewhere.State = false, organisation.Planned
	holiday := member(tidewater, "Z9X01", "Tidewater Infirmary NHS Trust", organisation.Acute, on(2, time.June), "01632 960290")
	holiday.InRegion = false
	return []partner{
		feed(member(riverside, "E89901", "Riverside Surgery", organisation.Practice, on(4, time.January), "01632 960101"), "gp", gpSends, 26),
		feed(member(castle, "E89902", "Castle Street Medical Centre", organisation.Practice, on(4, time.January), "01632 960102"), "gp", gpSends, 26),
		feed(member(limeTree, "E89903", "Lime Tree Practice", organisation.Practice, on(3, time.September), "01632 960103"), "gp", gpSends, 26),
		feed(member(northfield, "K89901", "Northfield Health Centre", organisation.Practice, on(3, time.September), "01632 960104"), "gp", gpSends, 26),
		feed(member(canalside, "K89902", "Canalside Surgery", organisation.Practice, on(3, time.May), "01632 960105"), "gp", gpSends, 26),
		feed(member(oldMill, "K89903", "Old Mill Surgery", organisation.Practice, on(3, time.May), "01632 960106"), "gp", gpSends, 26),
		{elsewhere, nil},
		feed(member(general, "Z9A01", "Harrowmere General Hospital NHS Trust", organisation.Acute, on(4, time.March), "01632 960201"), "acute", acuteSends, 26),
		feed(member(university, "Z9A02", "Northfield University Hospital NHS Trust", organisation.Acute, on(3, time.June), "01632 960202"), "acute", acuteSends, 26),
		feed(member(ouseValley, "Z9C01", "Ouse Valley Community Services NHS Trust", organisation.Community, on(3, time.January), "01632 960301"), "community", communitySends, 50),
		feed(member(eastern, "Z9C02", "Eastern Counties Community Health NHS Trust", organisation.Community, on(2, time.October), "01632 960302"), "community", communitySends, 50),
		feed(member(mental, "Z9M01", "Vale Mental Health NHS Trust", organisation.Mental, on(2, time.October), "01632 960401"), "mental", mentalSends, 50),
		feed(member(council, "Z9S01", "Harrowmere Borough Council adult social care", organisation.Social, on(2, time.November), "01632 960811"), "social", socialSends, 50),
		feed(planned, "social", socialSends, 50),
		feed(member(ambulance, "Z9B01", "Greensand Ambulance Service NHS Trust", organisation.Ambulance, on(2, time.November), "01632 960501"), "ambulance", ambulanceSends, 26),
		{member(board, "Z9I01", "Harrowmere and Northfield Integrated Care Board", organisation.Board, on(4, time.January), "01632 960601"), nil},
		{holiday, nil},
	}
}

// turn is a change of the register during the year.
type turn struct {
	at time.Time
	partner
}

// turns are the changes: one trust is absorbed by another, one practice is
// suspended, one trust takes a new name.
func turns(all map[string]partner, today time.Time) []turn {
	merged := all[ouseValley]
	on := mergedOn(today)
	merged.State, merged.LeftOn, merged.SuccessorID = organisation.Left, onDay(on.AddDate(0, 0, -1)), eastern
	suspended := all[oldMill]
	suspended.State = organisation.Suspended
	renamed := all[mental]
	renameOn := today.AddDate(0, 0, -150)
	renamed.Name, renamed.NamedFrom = "Vale and Fen Mental Health NHS Trust", onDay(renameOn)
	out := []turn{{on, merged}, {renameOn, renamed}, {today.AddDate(0, 0, -45), suspended}}
	for n := range out {
		if out[n].source != nil {
			changed := *out[n].source
			changed.State = out[n].State
			out[n].source = &changed
		}
	}
	return out
}
