// Package nhsnumber is the NHS number as a value: ten digits, the last a check
// digit by modulus 11, printed 3-3-4 (domain.md c). It never prints itself into
// a log.
package nhsnumber

import (
	"fmt"
	"log/slog"
	"strings"
)

// System is the identifier system under which the NHS number travels in FHIR.
const System = "https://fhir.nhs.uk/Id/nhs-number"

// Number is a checked NHS number. The zero value is "none".
type Number struct{ digits string }

// Parse takes ten digits with optional spaces or dashes between them and checks
// modulus 11. The error says what is wrong and never repeats the input.
func Parse(s string) (Number, error) {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == ' ' || r == '-' || r == '\u00a0' || r == '\u2009' || r == '\u2011':
		default:
			return Number{}, fmt.Errorf("nhsnumber: not a digit")
		}
	}
	d := b.String()
	if len(d) != 10 {
		return Number{}, fmt.Errorf("nhsnumber: %d digits instead of 10", len(d))
	}
	if !checks(d) {
		return Number{}, fmt.Errorf("nhsnumber: the check digit does not fit")
	}
	return Number{d}, nil
}

// checks applies weights 10 to 2 to the first nine digits; 11 minus the rest is
// the tenth, 11 counts as 0 and 10 was never issued.
func checks(d string) bool {
	if d == "0000000000" {
		return false
	}
	sum := 0
	for i := 0; i < 9; i++ {
		sum += int(d[i]-'0') * (10 - i)
	}
	check := 11 - sum%11
	if check == 11 {
		check = 0
	}
	return check != 10 && check == int(d[9]-'0')
}

// IsZero says that there is no number.
func (n Number) IsZero() bool { return n.digits == "" }

// Digits is the number as ten digits, for storage and matching only.
func (n Number) Digits() string { return n.digits }

// Spaced is the printed form, 999 123 4567, for a page that the gate released.
func (n Number) Spaced() string {
	if n.digits == "" {
		return ""
	}
	return n.digits[:3] + " " + n.digits[3:6] + " " + n.digits[6:]
}

// String, LogValue, Format and MarshalText redact: a number reaches a page by
// Spaced and a table by Digits, never by accident.
func (n Number) String() string { return "NHS number redacted" }

// LogValue redacts the number in slog.
func (n Number) LogValue() slog.Value { return slog.StringValue(n.String()) }

// Format redacts the number under every verb.
func (n Number) Format(f fmt.State, _ rune) { fmt.Fprint(f, n.String()) }

// MarshalText redacts the number in JSON and other encodings.
func (n Number) MarshalText() ([]byte, error) { return []byte(n.String()), nil }
