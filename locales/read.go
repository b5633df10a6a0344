package locales

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// Sentence is one sentence of a language file, in one of its plural forms.
type Sentence struct {
	File string `json:"file"` // without the folder: "patient.toml"
	Key  string `json:"key"`
	Form string `json:"form,omitempty"` // one, few, …; empty when there is one form
	Text string `json:"text"`
}

// Files are the languages built into the program, a folder each.
func Files() fs.FS { return files }

// Sentences reads every sentence of a language, by file and key.
func Sentences(from fs.FS, lang string) ([]Sentence, error) {
	entries, err := fs.ReadDir(from, lang)
	if err != nil {
		return nil, fmt.Errorf("locales: %w", err)
	}
	var out []Sentence
	for _, entry := range entries {
		if entry.IsDir() || !strings.HasSuffix(entry.Name(), ".toml") {
			continue
		}
		plain, plural := map[string]string{}, []*message{}
		if err := readFile(from, lang+"/"+entry.Name(), plain, &plural); err != nil {
			return nil, err
		}
		for _, key := range slices.Sorted(maps.Keys(plain)) {
			out = append(out, Sentence{File: entry.Name(), Key: key, Text: plain[key]})
		}
		for _, m := range plural {
			for _, f := range []struct{ name, text string }{{"zero", m.Zero}, {"one", m.One}, {"two", m.Two}, {"few", m.Few}, {"many", m.Many}, {"other", m.Other}} {
				if f.text != "" {
					out = append(out, Sentence{entry.Name(), m.ID, f.name, f.text})
				}
			}
		}
	}
	return out, nil
}

// read takes in every file of a language: [a.b] c = "…" is the key a.b.c.
func read(from fs.FS, lang string) (map[string]string, []*message, error) {
	entries, err := fs.ReadDir(from, lang)
	if err != nil {
		return nil, nil, fmt.Errorf("locales: %w", err)
	}
	plain := map[string]string{}
	var plural []*message
	for _, entry := range entries {
		if err := readFile(from, lang+"/"+entry.Name(), plain, &plural); err != nil {
			return nil, nil, err
		}
	}
	return plain, plural, nil
}

func readFile(from fs.FS, name string, plain map[string]string, plural *[]*message) error {
	var tree map[string]any
	if _, err := toml.DecodeFS(from, name, &tree); err != nil {
		return fmt.Errorf("locales: %s: %w", name, err)
	}
	if err := flatten("", tree, plain, plural); err != nil {
		return fmt.Errorf("locales: %s: %w", name, err)
	}
	return nil
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
