package locales

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
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

// read flattens every file of a language: [a.b] c = "…" is the key a.b.c.
func read(from fs.FS, lang string) (map[string]string, []*message, error) {
	entries, err := fs.ReadDir(from, lang)
	if err != nil {
		return nil, nil, fmt.Errorf("locales: %w", err)
	}
	plain := map[string]string{}
	var plural []*message
	for _, entry := range entries {
		var tree map[string]any
		if _, err := toml.DecodeFS(from, lang+"/"+entry.Name(), &tree); err != nil {
			return nil, nil, fmt.Errorf("locales: %s/%s: %w", lang, entry.Name(), err)
		}
		if err := flatten("", tree, plain, &plural); err != nil {
			return nil, nil, fmt.Errorf("locales: %s/%s: %w", lang, entry.Name(), err)
		}
	}
	return plain, plural, nil
}

func flatten(prefix string, tree map[string]any, plain map[string]string, plural *[]*message) error {
	if isPlural(tree) {
		id := strings.TrimSuffix(prefix, ".")
		form := func(name string) string { text, _ := tree[name].(string); return text }
		*plural = append(*plural, &message{ID: id, Zero: form("zero"), One: form("one"), Two: form("two"),
			Few: form("few"), Many: form("many"), Other: form("other")})
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(tree)) {
		switch value := tree[key].(type) {
		case string:
			if _, twice := plain[prefix+key]; twice {
				return fmt.Errorf("%s%s is in two files", prefix, key)
			}
			plain[prefix+key] = value
		case map[string]any:
			if err := flatten(prefix+key+".", value, plain, plural); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s%s is neither a sentence nor a group", prefix, key)
		}
	}
	return nil
}

func isPlural(tree map[string]any) bool {
	if _, ok := tree["other"]; !ok || len(tree) < 2 {
		return false
	}
	for key := range tree {
		if !forms[key] {
			return false
		}
	}
	return true
}
