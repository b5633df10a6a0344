package clinician

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"candour/locales"
)

// words looks each sentence up once a rendering: a record of 500 lines asks for
// the same forty words thousands of times.
type words struct {
	ctx  context.Context
	seen map[string]string
}

func wordsIn(ctx context.Context) *words {
	return &words{ctx: ctx, seen: make(map[string]string, 64)}
}

// t is the sentence of a key.
func (w *words) t(key string) string {
	if s, ok := w.seen[key]; ok {
		return s
	}
	s := locales.T(w.ctx, key)
	w.seen[key] = s
	return s
}

// f is the sentence of a key with its placeholders filled.
func (w *words) f(key string, args ...any) string { return locales.T(w.ctx, key, args...) }

// n is the sentence of a key that counts something.
func (w *words) n(key string, count int, args ...any) string {
	return locales.N(w.ctx, key, count, args...)
}

// code is the word for a code of a feed (a status, a label, a kind): the sentence
// of prefix+code, or the code itself made readable when it is not one we know.
// A feed may say anything; nothing of it is dropped for want of a translation.
func (w *words) code(prefix, code string) string {
	if code == "" {
		return ""
	}
	key := prefix + code
	if s, ok := w.seen[key]; ok {
		return s
	}
	s, known := locales.Lookup(w.ctx, key)
	if !known {
		s = plain(code)
	}
	w.seen[key] = s
	return s
}

// plain turns in-progress or dose_number into "In progress", "Dose number".
func plain(code string) string {
	s := strings.NewReplacer("-", " ", "_", " ").Replace(code)
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
