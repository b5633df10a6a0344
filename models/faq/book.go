package faq

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"

	"candour/models/db"
)

// book is the index of one language.
type book struct {
	pool  *sql.DB
	same  *thesaurus
	order map[string]int // place of each question on the page
	said  map[string]int // every word of the texts, and how often it stands there
}

const (
	createBook = `CREATE VIRTUAL TABLE book USING fts5(slug UNINDEXED, title, short, body, tokenize = "porter unicode61 remove_diacritics 2")`
	fillBook   = `INSERT INTO book (slug, title, short, body) VALUES (?, ?, ?, ?)`
	rankBook   = `SELECT slug, highlight(book, 1, char(2), '') <> title, highlight(book, 2, char(2), '') <> short, -bm25(book, 0, 6, 3, 1) FROM book WHERE book MATCH ?`
	showBook   = `SELECT slug, highlight(book, 1, char(2), char(3)), highlight(book, 2, char(2), char(3)), snippet(book, 3, char(2), char(3), '…', 32) FROM book WHERE book MATCH ?`
	knowBook   = `SELECT 1 FROM book WHERE book MATCH ? LIMIT 1`
)

func newBook(ctx context.Context, lang string, texts []Text) (*book, error) {
	same, err := thesaurusOf(lang)
	if err != nil {
		return nil, err
	}
	pool, err := db.Memory()
	if err != nil {
		return nil, err
	}
	b := &book{pool: pool, same: same, order: map[string]int{}, said: map[string]int{}}
	if err := fill(ctx, pool, texts); err != nil {
		return nil, err
	}
	for i, t := range texts {
		b.order[t.Slug] = i
		for _, w := range split(t.Title + " " + t.Short + " " + t.Body) {
			b.said[w]++
		}
	}
	for _, phrase := range slices.Sorted(maps.Keys(same.of)) {
		for _, w := range strings.Fields(phrase) {
			b.said[w]++
		}
	}
	return b, nil
}

// fill writes everything in one transaction, so that the index is one segment and
// a look-up one search of it.
func fill(ctx context.Context, pool *sql.DB, texts []Text) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after the commit there is nothing to roll back
	if _, err := tx.ExecContext(ctx, createBook); err != nil {
		return err
	}
	for _, t := range texts {
		if _, err := tx.ExecContext(ctx, fillBook, t.Slug, t.Title, t.Short, t.Body); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// mostSlips is how many words of one search are put right; more is another language.
const mostSlips = 4

// read takes mistyped words for what they were meant to be. The beginning of a word
// is left as it is: somebody is still typing it.
func (b *book) read(ctx context.Context, words []string) (out []string, as []Reading, err error) {
	for _, w := range words {
		known, err := b.known(ctx, w)
		if err != nil {
			return nil, nil, err
		}
		if !known && len(as) < mostSlips {
			if near, ok := nearest(w, b.said); ok {
				as = append(as, Reading{w, near})
				w = near
			}
		}
		out = append(out, w)
	}
	return out, as, nil
}

func (b *book) known(ctx context.Context, word string) (bool, error) {
	if b.same.known[word] {
		return true, nil
	}
	var one int
	err := b.pool.QueryRowContext(ctx, knowBook, prefix(word)).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// phrase and prefix write a search of the index; words hold letters and digits only.
func phrase(words string) string { return `"` + words + `"` }

func prefix(word string) string {
	if len([]rune(word)) < 3 {
		return phrase(word)
	}
	return phrase(word) + " OR " + phrase(word) + "*"
}

// anyOf is the search for one idea, in any of its ways.
func anyOf(ways []string) string {
	if len(ways) == 1 {
		return prefix(ways[0])
	}
	parts := make([]string, len(ways))
	for i, w := range ways {
		parts[i] = phrase(w)
	}
	return strings.Join(parts, " OR ")
}
