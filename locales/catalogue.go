package locales

import (
	"embed"
	"fmt"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed */*.toml
var files embed.FS

// Plural forms of CLDR. A table whose keys are all of these, with "other" and at
// least one more, is one sentence in several forms; any other table is a group of keys
// (a section called "other" is a section).
var forms = map[string]bool{"zero": true, "one": true, "two": true, "few": true, "many": true, "other": true}

type tongue struct {
	rightToLeft bool
	plain       map[string]string
	plurals     *i18n.Localizer
	finish      func(string) string
}

type message = i18n.Message

type catalogue struct {
	languages map[string]tongue
	spoken    []string
}

var (
	all    catalogue
	broken error
)

func init() { all, broken = load() }

// Check tells why the sentences built into the program cannot be read; a program
// that cannot speak must not start.
func Check() error { return broken }

// Spoken are the languages built into the program, one for each folder here, English
// first.
func Spoken() []string { return all.spoken }

// Known says whether pages can be made in a language.
func Known(lang string) bool {
	_, ok := all.languages[lang]
	return ok
}

func load() (catalogue, error) {
	folders, err := files.ReadDir(".")
	if err != nil {
		return catalogue{}, fmt.Errorf("locales: %w", err)
	}
	out := catalogue{languages: map[string]tongue{}, spoken: []string{Default}}
	for _, folder := range folders {
		spoken, err := speak(folder.Name())
		if err != nil {
			return catalogue{}, err
		}
		out.languages[folder.Name()] = spoken
		if folder.Name() != Default {
			out.spoken = append(out.spoken, folder.Name())
		}
	}
	accented, mirrored := out.languages[Default], out.languages[Default]
	accented.finish = stretch
	mirrored.finish, mirrored.rightToLeft = mirror, true
	out.languages[Accented], out.languages[Mirrored] = accented, mirrored
	return out, nil
}

func speak(lang string) (tongue, error) {
	tag, err := language.Parse(lang)
	if err != nil {
		return tongue{}, fmt.Errorf("locales: the folder %s is not named after a language: %w", lang, err)
	}
	plain, plural, err := read(files, lang)
	if err != nil {
		return tongue{}, err
	}
	bundle := i18n.NewBundle(tag)
	if err := bundle.AddMessages(tag, plural...); err != nil {
		return tongue{}, fmt.Errorf("locales: %w", err)
	}
	out := tongue{plain: plain, plurals: i18n.NewLocalizer(bundle, lang), finish: func(s string) string { return s }, rightToLeft: rightToLeft(tag)}
	if out.rightToLeft {
		out.finish = holdNumbers
	}
	return out, nil
}

func rightToLeft(tag language.Tag) bool {
	script, _ := tag.Script()
	switch script.String() {
	case "Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg":
		return true
	}
	return false
}
