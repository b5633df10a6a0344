package seed

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// year is everything that happens in the demo world, worked out beforehand: who
// there is, what each source sends and when, and who looks at whom.
type year struct {
	today    time.Time // midnight in London, at the start of the demo's day
	start    time.Time
	phases   []time.Time // when the sources deliver
	partners map[string]partner
	order    []string // partner ids in the order of the register
	turns    []turn
	feeds    map[string]*feed // by partner
	people   []person
	visits   []visit
	canaries []string
}

// visit is an occasion on which somebody of an organisation has reason to look.
type visit struct {
	person string
	org    string
	at     time.Time
	kind   string // practice, appointment, careteam, none
}

// deliveries, in days before the demo's day: a first full one and eight more.
var deliveryDays = []int{400, 300, 210, 140, 90, 50, 21, 6, 1}

// plan works the year out. It depends on the day and on nothing else.
func plan(today time.Time, people int) *year {
	y := &year{today: today, partners: map[string]partner{}, feeds: map[string]*feed{}, people: population(today, people)}
	for _, days := range deliveryDays {
		y.phases = append(y.phases, today.AddDate(0, 0, -days).Add(22*time.Hour))
	}
	y.start = y.phases[0]
	for _, p := range partners(today) {
		y.partners[p.ID] = p
		y.order = append(y.order, p.ID)
		if p.source != nil && p.State != "planned" {
			y.feeds[p.ID] = newFeed(p)
		}
	}
	y.turns = turns(y.partners, today)
	y.staffTheFeeds()
	for n := range y.people {
		y.record(&y.people[n])
	}
	y.stories()
	slices.SortStableFunc(y.visits, func(a, b visit) int { return a.at.Compare(b.at) })
	return y
}

// ago is an instant on a day before the demo's day, at an hour of London.
func (y *year) ago(days, hour, minute int) time.Time {
	return time.Date(y.today.Year(), y.today.Month(), y.today.Day()-days, hour, minute, 0, 0, y.today.Location())
}

// before is shortly before the last delivery that comes before t: what is put
// into a feed then is here at t.
func (y *year) before(t time.Time) time.Time {
	at := y.start.Add(-time.Hour)
	for _, p := range y.phases {
		if p.Before(t) {
			at = p.Add(-time.Hour)
		}
	}
	return at
}

func (y *year) who(key string) *person {
	for n := range y.people {
		if y.people[n].key == key {
			return &y.people[n]
		}
	}
	return nil
}

func (y *year) visit(p *person, org string, at time.Time, kind string) {
	if !p.alive(at) {
		return
	}
	y.visits = append(y.visits, visit{p.key, org, at, kind})
}

// hospitalOf is where the people of a practice go.
func hospitalOf(practice string) string {
	if practice == northfield || practice == canalside {
		return university
	}
	return general
}

// record writes what all sources know of one person.
func (y *year) record(p *person) {
	prof := profiles[p.profile]
	y.practiceRecord(p, prof)
	if prof.clinic != "" {
		y.hospitalRecord(p, prof)
	}
	if prof.team {
		y.communityRecord(p)
	}
	if prof.social {
		y.socialRecord(p)
	}
	if prof.moods {
		y.mentalRecord(p)
	}
}

// amount draws a value of a test, as the laboratory writes it.
func (m measured) amount(d draw) json.Number {
	return json.Number(strconv.FormatFloat(m.low+(m.high-m.low)*d.Float64(), 'f', m.digits, 64))
}

// observation is one result of a test.
func (m measured) observation(patient string, d draw, at time.Time) resource {
	r := resource{"status": "final", "code": m.concept(), "subject": point("Patient", patient),
		"category":          []any{coded("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory")},
		"effectiveDateTime": instant(at), "issued": instant(at.Add(5 * time.Hour)), "valueQuantity": quantity(m.amount(d), m.unit, m.code)}
	if m.reference != "" {
		r["referenceRange"] = []any{map[string]any{"text": m.reference + " " + m.unit}}
	}
	return r
}
