package locales

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed en/*.toml
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

type catalogue struct{ languages map[string]tongue }

var (
	all    catalogue
	broken error
)

func init() { all, broken = load() }

// Check tells why the sentences built into the program cannot be read; a program
// that cannot speak must not start.
func Check() error { return broken }

func load() (catalogue, error) {
	plain, plural, err := read(Default)
	if err != nil {
		return catalogue{}, err
	}
	bundle := i18n.NewBundle(language.English)
	if err := bundle.AddMessages(language.English, plural...); err != nil {
		return catalogue{}, fmt.Errorf("locales: %w", err)
	}
	english := tongue{plain: plain, plurals: i18n.NewLocalizer(bundle, Default), finish: func(s string) string { return s }}
	accented, mirrored := english, english
	accented.finish = accent
	mirrored.finish, mirrored.rightToLeft = accent, true
	return catalogue{map[string]tongue{Default: english, Accented: accented, Mirrored: mirrored}}, nil
}

// read flattens every file of a language: [a.b] c = "…" is the key a.b.c.
func read(lang string) (map[string]string, []*message, error) {
	entries, err := files.ReadDir(lang)
	if err != nil {
		return nil, nil, fmt.Errorf("locales: %w", err)
	}
	plain := map[string]string{}
	var plural []*message
	for _, entry := range entries {
		var tree map[string]any
		if _, err := toml.DecodeFS(files, lang+"/"+entry.Name(), &tree); err != nil {
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
