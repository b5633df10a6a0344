package patient

import (
	"errors"
	"testing"
	"time"

	"candour/models/invalid"
)

func TestCheck(t *testing.T) {
	born := DateParts{"3", "2", "1950"}
	for name, c := range map[string]struct {
		q     Query
		field string
		want  string
	}{
		"number and birth date":        {Query{NHSNumber: "999 000 0018", BirthDate: born}, "", ""},
		"name and birth date":          {Query{Family: "O’Brien", BirthDate: DateParts{"03", "02", "1950"}}, "", ""},
		"name in another script":       {Query{Family: "Żółć", BirthDate: born}, "", ""},
		"nothing":                      {Query{BirthDate: born}, "family", "find.error.nothing"},
		"number alone":                 {Query{NHSNumber: "9990000018"}, "birth_date", "find.error.birth_missing"},
		"letters":                      {Query{NHSNumber: "99900000l8", BirthDate: born}, "nhs_number", "find.error.number_letters"},
		"full stops":                   {Query{NHSNumber: "999.000.0018", BirthDate: born}, "nhs_number", "find.error.number_letters"},
		"too short":                    {Query{NHSNumber: "999 000 001", BirthDate: born}, "nhs_number", "find.error.number_short"},
		"too long":                     {Query{NHSNumber: "999 000 00180", BirthDate: born}, "nhs_number", "find.error.number_long"},
		"check digit":                  {Query{NHSNumber: "9990000019", BirthDate: born}, "nhs_number", "find.error.number_check"},
		"National Insurance number":    {Query{NHSNumber: "qq 12 34 56 c", BirthDate: born}, "nhs_number", "find.error.number_insurance"},
		"wrong number beside a name":   {Query{NHSNumber: "9990000019", Family: "Ash", BirthDate: born}, "nhs_number", "find.error.number_check"},
		"a name of digits":             {Query{Family: "12345", BirthDate: born}, "family", "find.error.family_letters"},
		"no day":                       {Query{Family: "Ash", BirthDate: DateParts{"", "2", "1950"}}, "birth_date", "find.error.birth_day"},
		"no month":                     {Query{Family: "Ash", BirthDate: DateParts{"3", " ", "1950"}}, "birth_date", "find.error.birth_month"},
		"no year":                      {Query{Family: "Ash", BirthDate: DateParts{"3", "2", ""}}, "birth_date", "find.error.birth_year"},
		"30 February":                  {Query{Family: "Ash", BirthDate: DateParts{"30", "2", "1950"}}, "birth_date", "find.error.birth_real"},
		"29 February of a common year": {Query{Family: "Ash", BirthDate: DateParts{"29", "2", "1951"}}, "birth_date", "find.error.birth_real"},
		"29 February of a leap year":   {Query{Family: "Ash", BirthDate: DateParts{"29", "2", "1952"}}, "", ""},
		"two-digit year":               {Query{Family: "Ash", BirthDate: DateParts{"3", "2", "50"}}, "birth_date", "find.error.birth_real"},
		"month in words":               {Query{Family: "Ash", BirthDate: DateParts{"3", "Fe", "1950"}}, "birth_date", "find.error.birth_real"},
		"day nought":                   {Query{Family: "Ash", BirthDate: DateParts{"0", "2", "1950"}}, "birth_date", "find.error.birth_real"},
		"today":                        {Query{Family: "Ash", BirthDate: DateParts{"23", "11", "2026"}}, "", ""},
		"tomorrow":                     {Query{Family: "Ash", BirthDate: DateParts{"24", "11", "2026"}}, "birth_date", "find.error.birth_future"},
		"before anybody living":        {Query{Family: "Ash", BirthDate: DateParts{"1", "1", "1879"}}, "birth_date", "find.error.birth_real"},
		"postcode of marks":            {Query{Family: "Ash", BirthDate: born, Postcode: "--"}, "postcode", "find.error.postcode"},
		"postcode too long":            {Query{Family: "Ash", BirthDate: born, Postcode: "MK40 9ZZ9ZZ"}, "postcode", "find.error.postcode"},
		"outward part of a postcode":   {Query{Family: "Ash", BirthDate: born, Postcode: "mk40"}, "", ""},
	} {
		_, err := c.q.check("2026-11-23")
		var bad invalid.Fields
		switch errors.As(err, &bad); {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want != "" && (len(bad) != 1 || bad.For(c.field) != c.want):
			t.Errorf("%s: %v, want %s on %s", name, err, c.want, c.field)
		}
	}
	if _, err := (Query{}).check("2026-11-23"); len(err.(invalid.Fields)) != 2 {
		t.Errorf("an empty form has two problems: %v", err)
	}
}

func TestFamilyAgrees(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"O'Brien", "OBRIEN", true}, {"O’Brien", "o brien", true}, {"Müller", "Muller", true}, {"Zieliński", "ZIELINSKI", true},
		{"Strauß", "STRAUSS", true}, {"Sørensen", "Sorensen", true}, {"Łukasz", "Lukasz", true}, {"ﬁsher", "Fisher", true},
		{"Smith-Jones", "Jones", true}, {"Smith", "SMITH–JONES", true}, {"Smith-Jones", "Smith Jones", true}, {"Smith-Jones", "Jones-Smith", false},
		{"Smith-Jones", "Smith-Brown", false}, {"van der Berg", "Berg", false}, {"Ash", "Ashe", false}, {"", "", false}, {"-", "'", false}, {"Ash", "", false},
		{"Ash-", "Ash", true}, {"Ng", "Ngo", false}, {"王", "王", true}, {"王", "李", false},
	} {
		if FamilyAgrees(c.a, c.b) != c.want || FamilyAgrees(c.b, c.a) != c.want {
			t.Errorf("%q and %q: want %v both ways", c.a, c.b, c.want)
		}
	}
}

func TestStandingChangesAtMidnightInLondon(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		name, born, now string
		region          bool
		practice        string
		want            Standing
		from            string
	}{
		{"adult here", "1950-02-03", "2026-11-23T09:00:00Z", true, "E1", Included, ""},
		{"adult elsewhere", "1950-02-03", "2026-11-23T09:00:00Z", false, "Z1", OutOfRegion, ""},
		{"adult without a practice", "1950-02-03", "2026-11-23T09:00:00Z", false, "", NoPractice, ""},
		{"the last second of being 17, winter", "2008-11-26", "2026-11-25T23:59:59Z", true, "E1", UnderAge, "2026-11-26"},
		{"the first second of being 18, winter", "2008-11-26", "2026-11-26T00:00:00Z", true, "E1", Included, ""},
		{"the last second of being 17, summer time", "2008-07-01", "2026-06-30T22:59:59Z", true, "E1", UnderAge, "2026-07-01"},
		{"the first second of being 18, summer time", "2008-07-01", "2026-06-30T23:00:00Z", true, "E1", Included, ""},
		{"born on 29 February, 28 February of a common year", "2008-02-29", "2026-02-28T23:59:59Z", true, "E1", UnderAge, "2026-03-01"},
		{"born on 29 February, 1 March of a common year", "2008-02-29", "2026-03-01T00:00:00Z", true, "E1", Included, ""},
		{"born on 1 March, 29 February eighteen years on", "2010-03-01", "2028-02-29T23:59:59Z", true, "E1", UnderAge, "2028-03-01"},
		{"child elsewhere is told of the age first", "2015-01-01", "2026-11-23T09:00:00Z", false, "Z1", UnderAge, "2033-01-01"},
		{"a year of birth only", "1950", "2026-11-23T09:00:00Z", true, "E1", NoBirthDate, ""},
		{"no birth date", "", "2026-11-23T09:00:00Z", true, "E1", NoBirthDate, ""},
	} {
		got, from := Circumstances{BirthDate: c.born, Practice: c.practice, InRegion: c.region, MinAge: 18, Now: at(c.now)}.Standing()
		if got != c.want || from != c.from {
			t.Errorf("%s: %s from %q, want %s from %q", c.name, got, from, c.want, c.from)
		}
	}
}
