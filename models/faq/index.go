package faq

import (
	"context"
	"fmt"
	"sync"
)

// Text is a question in the words of one language.
type Text struct{ Slug, Title, Short, Body string }

// Index finds questions by what people type, in the language of the page. Each
// language has a full-text table of its own (SQLite's FTS5, in memory, whatever the
// portal's database is): words are cut to their stems, accents do not count.
type Index struct {
	texts func(lang string) []Text
	mu    sync.Mutex
	books map[string]*book
}

// NewIndex makes an index over texts; a language is read when it is first asked for.
func NewIndex(texts func(lang string) []Text) *Index {
	return &Index{texts: texts, books: map[string]*book{}}
}

// Span is a piece of a text; Mark says that it is what was looked for.
type Span struct {
	Text string
	Mark bool
}

// Hit is a question that was found, best first.
type Hit struct {
	Slug    string
	Title   []Span
	Short   []Span
	Extract []Span // of the rest of the answer, when only there it was found
}

// Reading is a word that was taken for another: a slip of the finger.
type Reading struct{ Typed, As string }

// Found is what a search gave.
type Found struct {
	Hits     []Hit
	Readings []Reading
}

// Limits of what is looked at, of a search as of its results.
const (
	typedWords = 16
	typedRunes = 200
	mostHits   = 10
)

// Search finds the questions for what was typed.
func (x *Index) Search(ctx context.Context, lang, typed string) (Found, error) {
	b, err := x.book(ctx, lang)
	if err != nil {
		return Found{}, fmt.Errorf("faq: search: %w", err)
	}
	if r := []rune(typed); len(r) > typedRunes {
		typed = string(r[:typedRunes])
	}
	words := split(typed)
	if len(words) > typedWords {
		words = words[:typedWords]
	}
	var out Found
	if words, out.Readings, err = b.read(ctx, words); err != nil || len(words) == 0 {
		return out, err
	}
	if out.Hits, err = b.find(ctx, words); err != nil {
		return Found{}, fmt.Errorf("faq: search: %w", err)
	}
	return out, nil
}

func (x *Index) book(ctx context.Context, lang string) (*book, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if b, ok := x.books[lang]; ok {
		return b, nil
	}
	b, err := newBook(context.WithoutCancel(ctx), lang, x.texts(lang)) // for everybody after this one, too
	if err != nil {
		return nil, err
	}
	x.books[lang] = b
	return b, nil
}
