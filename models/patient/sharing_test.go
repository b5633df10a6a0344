package patient_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"candour/models/opaque"
	"candour/models/patient"
)

func ms(s string) int64 {
	if len(s) == len(time.DateOnly) { // a date alone: midnight in London
		zone, _ := time.LoadLocation("Europe/London")
		t, err := time.ParseInLocation(time.DateOnly, s, zone)
		if err != nil {
			panic(err)
		}
		return t.UnixMilli()
	}
	t, err := time.Parse("2006-01-02T15:04", s)
	if err != nil {
		panic(err)
	}
	return t.UnixMilli()
}

func at(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	return time.UnixMilli(ms(s)).UTC()
}

// no and yes are codes of an organisation: refused, and given again.
func no(org, effective string, recorded ...string) patient.CodeEvent {
	return code(org, true, effective, recorded)
}
func yes(org, effective string, recorded ...string) patient.CodeEvent {
	return code(org, false, effective, recorded)
}

func code(org string, refused bool, effective string, recorded []string) patient.CodeEvent {
	c := patient.CodeEvent{Item: opaque.Of(org, effective, fmt.Sprint(refused, recorded)), Source: org, Organisation: org, Refused: refused, Effective: ms(effective)}
	c.Recorded = c.Effective
	if len(recorded) > 0 {
		c.Recorded = ms(recorded[0])
	}
	return c
}

func confirmed(when string, more ...func(*patient.Decision)) patient.Decision {
	d := patient.Decision{Objection: opaque.Of(when), Holder: "gp", Holders: []string{"gp", "gp-next"}, Requested: at("2026-01-01"), Confirmed: at(when)}
	for _, m := range more {
		m(&d)
	}
	return d
}

func TestHidden(t *testing.T) {
	type codes = []patient.CodeEvent
	type decisions = []patient.Decision
	reversed := func(d *patient.Decision) { d.Reversed = at("2026-06-01T12:00") }
	requested := patient.Decision{Objection: "o", Holder: "gp", Holders: []string{"gp"}, Requested: at("2026-05-01T09:00")}
	dropped := requested
	dropped.Dropped = at("2026-05-02T09:00")
	now := at("2026-11-20T12:00")
	for _, c := range []struct {
		name      string
		codes     codes
		decisions decisions
		hold      bool
		hidden    bool
		since     string
		why       patient.Why
	}{
		{"nobody said anything", nil, nil, true, false, "", patient.WhyNever},
		{"a code that nobody requested", codes{no("gp", "2026-05-05")}, nil, false, true, "2026-05-05", patient.WhyCoded},
		{"taken back by a code", codes{no("gp", "2026-05-05"), yes("gp", "2026-06-05")}, nil, false, false, "2026-06-05", patient.WhyReversed},
		{"without a decision here any source may take it back", codes{no("gp", "2026-05-05"), yes("acute", "2026-06-05")}, nil, false, false, "2026-06-05", patient.WhyReversed},
		{"a refusal dated ahead counts at once", codes{no("gp", "2027-01-01")}, nil, false, true, "2027-01-01", patient.WhyCoded},
		{"a reversal dated ahead does not", codes{no("gp", "2026-05-05"), yes("gp", "2027-01-01")}, nil, false, true, "2026-05-05", patient.WhyCoded},
		{"confirmed, not coded yet", nil, decisions{confirmed("2026-06-01T10:00")}, false, true, "2026-06-01T10:00", patient.WhyConfirmed},
		{"the earlier of both: the code", codes{no("gp", "2026-05-05")}, decisions{confirmed("2026-06-01T10:00")}, false, true, "2026-05-05", patient.WhyCoded},
		{"the earlier of both: the confirmation", codes{no("gp", "2026-06-05")}, decisions{confirmed("2026-06-01T10:00")}, false, true, "2026-06-01T10:00", patient.WhyConfirmed},
		{"an old reversal does not lift a new confirmation", codes{no("gp", "2025-01-01"), yes("gp", "2025-02-01")}, decisions{confirmed("2026-06-01T10:00")}, false, true, "2026-06-01T10:00", patient.WhyConfirmed},
		{"lifted by the holder", codes{no("gp", "2026-06-02"), yes("gp", "2026-07-01")}, decisions{confirmed("2026-06-01T10:00", reversed)}, false, false, "2026-07-01", patient.WhyReversed},
		{"lifted by whoever took over its work", codes{yes("gp-next", "2026-07-01")}, decisions{confirmed("2026-06-01T10:00")}, false, false, "2026-07-01", patient.WhyReversed},
		{"not lifted by another source", codes{no("gp", "2026-06-02"), yes("acute", "2026-07-01")}, decisions{confirmed("2026-06-01T10:00", reversed)}, false, true, "2026-06-01T10:00", patient.WhyConfirmed},
		{"a reversal confirmed here lifts nothing by itself", codes{no("gp", "2026-06-02")}, decisions{confirmed("2026-06-01T10:00", reversed)}, false, true, "2026-06-01T10:00", patient.WhyConfirmed},
		{"lifted, and objected again by code", codes{yes("gp", "2026-07-01"), no("gp", "2026-08-01")}, decisions{confirmed("2026-06-01T10:00")}, false, true, "2026-06-01T10:00", patient.WhyConfirmed},
		{"lifted, and another source refuses later", codes{yes("gp", "2026-07-01"), no("acute", "2026-08-01")}, decisions{confirmed("2026-06-01T10:00")}, false, true, "2026-08-01", patient.WhyCoded},
		{"lifted, and confirmed again", codes{yes("gp", "2026-07-01")}, decisions{confirmed("2026-06-01T10:00"), confirmed("2026-09-01T10:00")}, false, true, "2026-09-01T10:00", patient.WhyConfirmed},
		{"a reversal of the same day without an hour, recorded before", codes{yes("gp", "2026-06-01", "2026-06-01T09:00")}, decisions{confirmed("2026-06-01T10:00", reversed)}, false, true, "2026-06-01T10:00", patient.WhyConfirmed},
		{"of the same day, recorded after, and confirmed here", codes{yes("gp", "2026-06-01", "2026-06-01T16:00")}, decisions{confirmed("2026-06-01T10:00", reversed)}, false, false, "2026-06-01", patient.WhyReversed},
		{"of the same day, recorded after, nobody asked", codes{yes("gp", "2026-06-01", "2026-06-01T16:00")}, decisions{confirmed("2026-06-01T10:00")}, false, true, "2026-06-01T10:00", patient.WhyConfirmed},
		{"of the same day, after the objection's own code", codes{no("gp", "2026-06-01", "2026-06-01T11:00"), yes("gp", "2026-06-01", "2026-06-01T16:00")}, decisions{confirmed("2026-06-01T10:00")}, false, false, "2026-06-01", patient.WhyReversed},
		{"dated before the confirmation, to the minute", codes{yes("gp", "2026-06-01T09:59", "2026-06-01T16:00")}, decisions{confirmed("2026-06-01T10:00", reversed)}, false, true, "2026-06-01T10:00", patient.WhyConfirmed},
		{"a lifting dated ahead", codes{yes("gp", "2027-01-01")}, decisions{confirmed("2026-06-01T10:00")}, false, true, "2026-06-01T10:00", patient.WhyConfirmed},
		{"a request hides nothing", nil, decisions{requested}, false, false, "", patient.WhyNever},
		{"unless policy holds it", nil, decisions{requested}, true, true, "2026-05-01T09:00", patient.WhyRequested},
		{"until it is dropped", nil, decisions{dropped}, true, false, "", patient.WhyNever},
		{"what was dropped lifts no code", codes{no("gp", "2026-05-05")}, decisions{dropped}, true, true, "2026-05-05", patient.WhyCoded},
	} {
		want := int64(0)
		if c.since != "" {
			want = ms(c.since)
		}
		got := patient.Hidden(c.codes, c.decisions, patient.SharingPolicy{HoldWhileReviewed: c.hold}, now)
		if got.Hidden != c.hidden || got.Since != want || got.Why != c.why {
			t.Errorf("%s: %+v since %v", c.name, got, time.UnixMilli(got.Since).UTC())
		}
	}
	next := patient.Hidden(codes{no("gp", "2026-05-05"), yes("gp", "2027-03-01"), yes("gp", "2027-01-01"), no("gp", "2027-02-01")}, nil, patient.SharingPolicy{}, now)
	if next.Next != ms("2027-01-01") {
		t.Errorf("it changes by itself at %v", time.UnixMilli(next.Next))
	}
}

// Six events of three sources, in every order, with and without decisions: one answer.
func TestHiddenInEveryOrder(t *testing.T) {
	events := []patient.CodeEvent{no("gp", "2026-06-01"), yes("acute", "2026-06-02"), no("mental", "2026-06-02"), yes("gp", "2026-06-03"),
		yes("mental", "2026-06-03", "2026-06-04"), no("acute", "2026-06-03")}
	two := []patient.Decision{confirmed("2026-06-01T10:00"), confirmed("2026-06-02T10:00")}
	for n, decisions := range [][]patient.Decision{nil, two[:1], two, {two[1], two[0]}} {
		var first patient.Effect
		seen := 0
		permute(events, func(codes []patient.CodeEvent) {
			got := patient.Hidden(codes, decisions, patient.SharingPolicy{}, at("2026-11-20T12:00"))
			if seen++; seen == 1 {
				first = got
			}
			if got != first {
				t.Fatalf("%d: %+v and %+v", n, got, first)
			}
		})
		if seen != 720 {
			t.Fatalf("%d orders", seen)
		}
	}
}

func permute[T any](all []T, try func([]T)) {
	var step func(int)
	step = func(i int) {
		if i == len(all) {
			try(all)
		}
		for j := i; j < len(all); j++ {
			all[i], all[j] = all[j], all[i]
			step(i + 1)
			all[i], all[j] = all[j], all[i]
		}
	}
	step(0)
}

// Whatever is said besides: one more refusal never makes anybody visible, one more
// decision never does, one more reversal never hides, and nothing but a reversal
// of the holder lifts what was confirmed.
func TestHiddenOnlyEverLeansToPrivacy(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	orgs := []string{"gp", "gp-next", "acute", "mental"}
	day := func() string { return fmt.Sprintf("2026-06-%02d", 1+r.IntN(9)) }
	lifted := 0
	for range 10_000 {
		var codes []patient.CodeEvent
		for range r.IntN(6) {
			codes = append(codes, code(orgs[r.IntN(4)], r.IntN(2) == 0, day(), []string{day() + "T11:00"}))
		}
		var decisions []patient.Decision
		for range r.IntN(3) {
			d := confirmed(day() + "T10:00")
			if r.IntN(3) == 0 {
				d.Reversed = d.Confirmed.Add(time.Hour)
			}
			decisions = append(decisions, d)
		}
		now, p := at("2026-06-09T12:00"), patient.SharingPolicy{HoldWhileReviewed: r.IntN(2) == 0}
		before := patient.Hidden(codes, decisions, p, now).Hidden
		with := func(c patient.CodeEvent) bool {
			return patient.Hidden(append(codes[:len(codes):len(codes)], c), decisions, p, now).Hidden
		}
		if refusal := code(orgs[r.IntN(4)], true, day(), []string{day() + "T12:00"}); before && !with(refusal) && !sameDayPair(codes, refusal) {
			t.Fatalf("a refusal made visible: %+v %+v %+v", codes, decisions, refusal)
		}
		if reversal := code(orgs[r.IntN(4)], false, day(), []string{day() + "T12:00"}); !before && with(reversal) {
			t.Fatalf("a reversal hid: %+v %+v %+v", codes, decisions, reversal)
		}
		if before && !patient.Hidden(codes, append(decisions[:len(decisions):len(decisions)], confirmed(day()+"T10:00")), p, now).Hidden {
			t.Fatal("a decision made visible")
		}
		if len(decisions) == 0 {
			continue
		}
		holds := false
		for _, c := range codes {
			holds = holds || !c.Refused && (c.Organisation == "gp" || c.Organisation == "gp-next")
		}
		if !before {
			lifted++
		}
		if !before && !holds {
			t.Fatalf("lifted without the holder: %+v %+v", codes, decisions)
		}
	}
	if lifted < 200 {
		t.Errorf("only %d lifted: this proves little", lifted)
	}
}

// sameDayPair: the objection's own code of the day is what lets a reversal without
// an hour of the same day count; this one exception is meant.
func sameDayPair(codes []patient.CodeEvent, refusal patient.CodeEvent) bool {
	for _, c := range codes {
		if !c.Refused && c.Effective == refusal.Effective {
			return true
		}
	}
	return false
}
