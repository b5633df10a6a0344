// Package nhsuk is the NHS design system, version 10.6, as pieces of our own: each
// piece is a struct of the options that the system's own templates take, and draws
// itself. `go test ./views/component/nhsuk` holds them against the documents that
// the system's npm package ships with every set of options.
//
// A piece takes its words ready made, as Text, or as a Part of a page in their
// place; its own few words come from locales. Nothing here takes markup as text.
package nhsuk

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"candour/locales"
	"github.com/a-h/templ"
)

// Choice is yes, no, or left to the design system.
type Choice int8

const (
	Unset Choice = iota
	Yes
	No
)

// said is the value of an attribute that is written only when chosen.
func (c Choice) said() string {
	switch c {
	case Yes:
		return "true"
	case No:
		return "false"
	}
	return ""
}

// or is the choice, or what holds when none was made.
func (c Choice) or(otherwise bool) bool {
	if c == Unset {
		return otherwise
	}
	return c == Yes
}

// Link is an address with its words; Current is the page one is on.
type Link struct {
	Text       string
	Part       templ.Component
	Href       string
	Classes    string
	Attributes templ.Attributes
	Current    bool
	Items      []Link // of a contents list: the pages below
}

// Words are what some pieces repeat: words with an element of their own.
type Words struct {
	Text               string
	Part               templ.Component
	VisuallyHiddenText string
	Width              string
	ID, Classes        string
	Attributes         templ.Attributes
}

// Given says whether there is anything to read.
func (w Words) Given() bool { return given(w.Text, w.Part) }

func given(text string, part templ.Component) bool { return text != "" || part != nil }

// class joins class names and leaves out the empty ones.
func class(names ...string) string {
	out := ""
	for _, name := range names {
		switch {
		case name == "":
		case out == "":
			out = name
		default:
			out += " " + name
		}
	}
	return out
}

// variant is the modifier of a value among those that the system knows, unless the
// caller's own classes already carry one of them.
func variant(prefix, value, own string, known ...string) string {
	if !slices.Contains(known, value) {
		return ""
	}
	for _, k := range known {
		if strings.Contains(own, prefix+k) {
			return ""
		}
	}
	return prefix + value
}

// flag is a modifier that is on or off, written once.
func flag(on bool, name, own string) string {
	if on && !strings.Contains(own, name) {
		return name
	}
	return ""
}

// when is a name under a condition.
func when(on bool, name string) string {
	if on {
		return name
	}
	return ""
}

// attributes are names and values by turns, without the empty ones, and the
// caller's own.
func attributes(own templ.Attributes, pairs ...string) templ.Attributes {
	all := make(templ.Attributes, len(own)+len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			all[pairs[i]] = pairs[i+1]
		}
	}
	for name, value := range own {
		all[name] = value
	}
	return all
}

// switched adds an attribute without a value when it is on.
func switched(all templ.Attributes, name string, on bool) templ.Attributes {
	if on {
		all[name] = true
	}
	return all
}

// id is the attribute, when there is one.
func id(value string) templ.Attributes {
	if value == "" {
		return nil
	}
	return templ.Attributes{"id": value}
}

// or is the first that is not empty.
func or(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// own is what the caller says, or the system's own word in the page's language.
func own(ctx context.Context, said, key string) string {
	if said != "" {
		return said
	}
	return locales.T(ctx, "component."+key)
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
