package patient

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"candour/models/invalid"
	"candour/models/nhsnumber"
)

// Query is what somebody typed to find a person: the date of birth always, with
// the NHS number or the family name; a number alone never identifies anybody.
type Query struct {
	NHSNumber string
	Family    string
	BirthDate DateParts
	Postcode  string
}

// DateParts is a date as a form has it.
type DateParts struct{ Day, Month, Year string }

// sought is a query that was found in order.
type sought struct {
	number   nhsnumber.Number
	family   string
	born     string
	postcode string
}

// Fields of the form.
const (
	fieldNumber   = "nhs_number"
	fieldFamily   = "family"
	fieldBirth    = "birth_date"
	fieldPostcode = "postcode"
)

// nationalInsurance is the other number that people carry: two letters, six
// digits, a letter.
var nationalInsurance = regexp.MustCompile(`^[A-Z]{2}[0-9]{6}[A-D]$`)

// check reads a query. Its messages are keys find.error.*, in the words of the
// NHS service manual for each mistake.
func (q Query) check(today string) (sought, error) {
	var s sought
	var bad invalid.Fields
	number, family := strings.TrimSpace(q.NHSNumber), strings.TrimSpace(q.Family)
	switch {
	case number != "":
		n, message := readNumber(number)
		if message != "" {
			bad = append(bad, invalid.Field{Name: fieldNumber, Message: message})
		}
		s.number = n
	case family == "":
		bad = append(bad, invalid.Field{Name: fieldFamily, Message: "find.error.nothing"})
	}
	if family != "" {
		if s.family = FamilyKey(family); s.family == "" || len(family) > 200 {
			bad = append(bad, invalid.Field{Name: fieldFamily, Message: "find.error.family_letters"})
		}
		s.family = family
	}
	born, message := q.BirthDate.Read(today)
	if message != "" {
		bad = append(bad, invalid.Field{Name: fieldBirth, Message: message})
	}
	s.born = born
	if s.postcode = PostcodeKey(q.Postcode); len(s.postcode) > 8 || s.postcode == "" && strings.TrimSpace(q.Postcode) != "" {
		bad = append(bad, invalid.Field{Name: fieldPostcode, Message: "find.error.postcode"})
	}
	return s, bad.OrNil()
}

// readNumber names the mistake in a number: each has its own remedy.
func readNumber(typed string) (nhsnumber.Number, string) {
	n, err := nhsnumber.Parse(typed)
	if err == nil {
		return n, ""
	}
	bare := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, typed)
	digits := 0
	for _, r := range bare {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	switch {
	case nationalInsurance.MatchString(bare):
		return n, "find.error.number_insurance"
	case digits != len([]rune(bare)):
		return n, "find.error.number_letters"
	case digits < 10:
		return n, "find.error.number_short"
	case digits > 10:
		return n, "find.error.number_long"
	}
	return n, "find.error.number_check"
}

// Read gives the date as YYYY-MM-DD, or the key of what is wrong with it.
func (d DateParts) Read(today string) (string, string) {
	day, month, year := strings.TrimSpace(d.Day), strings.TrimSpace(d.Month), strings.TrimSpace(d.Year)
	switch {
	case day == "" && month == "" && year == "":
		return "", "find.error.birth_missing"
	case day == "":
		return "", "find.error.birth_day"
	case month == "":
		return "", "find.error.birth_month"
	case year == "":
		return "", "find.error.birth_year"
	case len(year) != 4 || len(day) > 2 || len(month) > 2:
		return "", "find.error.birth_real"
	}
	t, err := time.Parse("2006-1-2", year+"-"+strings.TrimPrefix(month, "0")+"-"+strings.TrimPrefix(day, "0"))
	if err != nil {
		return "", "find.error.birth_real"
	}
	born := t.Format(time.DateOnly)
	switch {
	case born > today:
		return "", "find.error.birth_future"
	case t.Year() < 1880:
		return "", "find.error.birth_real"
	}
	return born, ""
}

// PostcodeKey is a postcode in capitals, letters and digits only.
func PostcodeKey(s string) string {
	return strings.Map(func(r rune) rune {
		r = unicode.ToUpper(r)
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
