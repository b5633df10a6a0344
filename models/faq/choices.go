package faq

// Choice is one of the choices about sharing that are taken for one another (FAQ
// promises S-52 and S-55). Its words are choices.<key>.*.
type Choice string

// The four, this record first.
const (
	ThisRecord        Choice = "local"
	SummaryCareRecord Choice = "scr"
	Type1             Choice = "type1"
	NationalOptOut    Choice = "ndoo"
)

// Choices lists them in the order in which they are compared.
func Choices() []Choice { return []Choice{ThisRecord, SummaryCareRecord, Type1, NationalOptOut} }

// Others are the choices that setting c leaves as they were: all but itself. There
// is no pair of which one sets the other, in either direction.
func (c Choice) Others() []Choice {
	var out []Choice
	for _, other := range Choices() {
		if other != c {
			out = append(out, other)
		}
	}
	return out
}
