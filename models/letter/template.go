package letter

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"candour/models/deadline"
)

// Name is what a template is called; locales have its words under
// letter.<name>.v<version>.
type Name string

// Kind is what sort of thing a template tells of: the unit of preferences.
type Kind string

const (
	Progress Kind = "progress" // how a request goes on
	Review   Kind = "review"   // birthdays, authority to act, what is looked at again
	Access   Kind = "access"   // who looked
)

// Kinds lists them, so that words can be checked for each.
func Kinds() []Kind { return []Kind{Progress, Review, Access} }

// Type is what a field can hold. There is no type for free text.
type Type string

const (
	Reference    Type = "reference"    // of a case
	Date         Type = "date"         // YYYY-MM-DD
	Count        Type = "count"        // 0 to 9999
	Choice       Type = "choice"       // one of the field's own list
	Organisation Type = "organisation" // id in the register
	Professional Type = "professional" // the name of who decided
	Telephone    Type = "telephone"
)

// Field is one thing that a template says.
type Field struct {
	Name     string
	Type     Type
	Optional bool
	Of       []string // of a Choice
	// Outside: the field may be in an e-mail or a text message. Who reads along there
	// learns that there is a message, and nothing of what about.
	Outside bool
}

// Template is one version of one thing that can be said.
type Template struct {
	Name    Name
	Version int
	Kind    Kind
	Must    bool // the law wants it said: what bounces goes on paper
	Paper   bool // always on paper as well
	To      []Role
	Fields  []Field
}

// Fields are the values of a notice, by name of field.
type Fields map[string]string

// Current is the newest version of a template.
func Current(n Name) (Template, bool) {
	var best Template
	for _, t := range templates {
		if t.Name == n && t.Version > best.Version {
			best = t
		}
	}
	return best, best.Version > 0
}

// Find is a version of a template: old ones stay, to show what was sent.
func Find(n Name, version int) (Template, bool) {
	for _, t := range templates {
		if t.Name == n && t.Version == version {
			return t, true
		}
	}
	return Template{}, false
}

// Templates lists every version of every template.
func Templates() []Template { return slices.Clone(templates) }

// grammars of the types that have one.
var grammars = map[Type]*regexp.Regexp{
	Reference:    regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{2,39}$`),
	Organisation: regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`),
	Professional: regexp.MustCompile(`^\p{L}[\p{L}\p{M} .'’-]{0,79}$`),
	Telephone:    regexp.MustCompile(`^\+?[0-9][0-9 ]{5,19}$`),
}

// check says what is wrong with the fields of a notice: all that the template asks
// for and nothing else, each of its type. It does not repeat a value.
func (t Template) check(f Fields) error {
	known := 0
	for _, field := range t.Fields {
		value, given := f[field.Name]
		if !given {
			if field.Optional {
				continue
			}
			return fmt.Errorf("letter: %s: field %s is missing", t.Name, field.Name)
		}
		known++
		if !field.holds(value) {
			return fmt.Errorf("letter: %s: field %s is no %s", t.Name, field.Name, field.Type)
		}
	}
	if known != len(f) {
		return fmt.Errorf("letter: %s: a field that the template does not have", t.Name)
	}
	return nil
}

// holds tells whether a value is of the field's type.
func (f Field) holds(v string) bool {
	switch f.Type {
	case Date:
		_, err := deadline.ParseDay(v)
		return err == nil
	case Count:
		n, err := strconv.Atoi(v)
		return err == nil && n >= 0 && n <= 9999 && strconv.Itoa(n) == v
	case Choice:
		return slices.Contains(f.Of, v)
	case Professional: // no place for a diagnosis
		if _, clinical := Clinical(v); clinical && !titled(v) {
			return false
		}
	}
	g := grammars[f.Type]
	return g != nil && g.MatchString(v)
}

// titled tells whether a text is a title and a name of which only the last word says
// something clinical: there are people who are called Dr Blood.
func titled(v string) bool {
	words := strings.Fields(v)
	last := len(words) - 1
	if last < 1 || !slices.Contains([]string{"Dr", "Mr", "Mrs", "Ms", "Miss", "Mx", "Prof", "Professor", "Sister"}, strings.TrimSuffix(words[0], ".")) {
		return false
	}
	_, clinical := Clinical(strings.Join(words[:last], " "))
	return !clinical
}

// NameOf makes of a name, as somebody's sign-in has it, the value of a field: without
// what a name does not need. It is "" when nothing is left that may be written.
func NameOf(name string) string {
	clean := strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsMark(r) || strings.ContainsRune(".'’-", r) {
			return r
		}
		return ' '
	}, name)), " ")
	if !(Field{Type: Professional}).holds(clean) {
		return ""
	}
	return clean
}

// TelephoneOf makes of a number, as the register has it, the value of a field. It is
// "" when it is none that can be written.
func TelephoneOf(text string) string {
	clean := strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return ' '
	}, text)), " ")
	if !(Field{Type: Telephone}).holds(clean) {
		return ""
	}
	return clean
}

// outside are the fields that may leave by e-mail or text message.
func (t Template) outside(f Fields) Fields {
	out := Fields{}
	for _, field := range t.Fields {
		if v, ok := f[field.Name]; ok && field.Outside {
			out[field.Name] = v
		}
	}
	return out
}

// sound says what is wrong with a template itself.
func (t Template) sound() error {
	words := []string{string(t.Name), string(t.Kind)}
	for _, f := range t.Fields {
		words = append(append(words, f.Name, string(f.Type)), f.Of...)
		switch {
		case f.Type == Choice && len(f.Of) == 0:
			return fmt.Errorf("letter: template %s: field %s has nothing to choose from", t.Name, f.Name)
		case f.Outside && f.Type != Reference && f.Type != Date && f.Type != Count:
			return fmt.Errorf("letter: template %s: field %s (%s) must not leave by e-mail", t.Name, f.Name, f.Type)
		}
	}
	for _, w := range words {
		if word, clinical := Clinical(strings.ReplaceAll(w, "_", " ")); clinical {
			return fmt.Errorf("letter: template %s: %q is a clinical word", t.Name, word)
		}
	}
	if t.Version < 1 || len(t.To) == 0 || !slices.Contains(Kinds(), t.Kind) {
		return fmt.Errorf("letter: template %s: without version, kind or recipients", t.Name)
	}
	return nil
}
