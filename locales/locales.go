// Package locales holds every sentence that a person reads. A page asks for a key
// and gets words in the language of its context; English is the language that
// counts and the fallback for all others.
package locales

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// Default is the language every key exists in.
const Default = "en"

type contextKey struct{}

// With puts the language of a page into its context. An unknown language becomes
// English.
func With(ctx context.Context, lang string) context.Context {
	if !Known(lang) {
		lang = Default
	}
	return context.WithValue(ctx, contextKey{}, lang)
}

// Lang is the language of the context, a BCP 47 tag.
func Lang(ctx context.Context) string {
	if lang, ok := ctx.Value(contextKey{}).(string); ok {
		return lang
	}
	return Default
}

// Dir is the writing direction of the context's language.
func Dir(ctx context.Context) string {
	if all.languages[Lang(ctx)].rightToLeft {
		return "rtl"
	}
	return "ltr"
}

// T is the sentence of a key. args are pairs of placeholder and value: a sentence
// "{n} days left" takes T(ctx, key, "n", 3).
func T(ctx context.Context, key string, args ...any) string {
	text, ok := Lookup(ctx, key, args...)
	if !ok {
		missing(key)
		return key
	}
	return text
}

// Lookup is T for keys that may be absent, for instance a role code that has no
// words of ours.
func Lookup(ctx context.Context, key string, args ...any) (string, bool) {
	language := all.languages[Lang(ctx)]
	text, ok := language.plain[key]
	if !ok {
		language = all.languages[Default]
		if text, ok = language.plain[key]; !ok {
			return "", false
		}
	}
	return fill(language.finish(text), args, language.rightToLeft), true
}

// N is T with a number: it picks the plural form of the language, and {count} is
// the number with its thousands separated.
func N(ctx context.Context, key string, count int, args ...any) string {
	language := all.languages[Lang(ctx)]
	text, err := language.plurals.Localize(&i18n.LocalizeConfig{MessageID: key, PluralCount: count})
	if text == "" {
		language = all.languages[Default]
		text, err = language.plurals.Localize(&i18n.LocalizeConfig{MessageID: key, PluralCount: count})
	}
	if text == "" {
		slog.Warn("locales: no plural sentence", "key", key, "error", err)
		return key
	}
	return fill(language.finish(text), append([]any{"count", Number(count)}, args...), language.rightToLeft)
}

// Number writes a whole number with a comma over 999 (NHS content style).
func Number(n int) string {
	digits := strconv.Itoa(n)
	start := len(digits) % 3
	if n < 0 {
		return "-" + Number(-n)
	}
	parts := make([]string, 0, 4)
	if start > 0 {
		parts = append(parts, digits[:start])
	}
	for i := start; i < len(digits); i += 3 {
		parts = append(parts, digits[i:i+3])
	}
	return strings.Join(parts, ",")
}

// fill puts values into their places; a place without a value stays as it is, which
// a test finds. Where sentences run from right to left, a value is held together: a
// number or a date would else be drawn with its parts in another order.
func fill(text string, args []any, isolated bool) string {
	open := strings.IndexByte(text, '{')
	if open < 0 {
		return text
	}
	var out strings.Builder
	out.Grow(len(text) + 32)
	for open >= 0 {
		end := strings.IndexByte(text[open:], '}')
		if end < 0 {
			break
		}
		out.WriteString(text[:open])
		if value, ok := valueOf(text[open+1:open+end], args); ok {
			if isolated {
				value = isolate(value)
			}
			out.WriteString(value)
		} else {
			out.WriteString(text[open : open+end+1])
		}
		text = text[open+end+1:]
		open = strings.IndexByte(text, '{')
	}
	out.WriteString(text)
	return out.String()
}

func valueOf(name string, args []any) (string, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return word(args[i+1]), true
		}
	}
	return "", false
}

func word(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return Number(v)
	case interface{ String() string }:
		return v.String()
	}
	return ""
}

var warned sync.Map

// missing says once that a page asked for words that do not exist; a test finds
// these before a person does.
func missing(key string) {
	if _, again := warned.LoadOrStore(key, true); !again {
		slog.Warn("locales: no sentence", "key", key)
	}
}
