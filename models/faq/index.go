package faq

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"candour/models/db"
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
	b, err := newBook(ctx, lang, x.texts(lang))
	if err != nil {
		return nil, err
	}
	x.books[lang] = b
	return b, nil
}

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

// read takes mistyped words for what they were meant to be. The beginning of a word
// is left as it is: somebody is still typing it.
func (b *book) read(ctx context.Context, words []string) (out []string, as []Reading, err error) {
	for _, w := range words {
		known, err := b.known(ctx, w)
		if err != nil {
			return nil, nil, err
		}
		if !known {
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
	if b.same.knows(word) {
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

// find ranks by ideas: the best answer to an idea has its full weight, others their
// share, so that a question that speaks of all of them comes before one that speaks
// much of one. An idea that many answers speak of weighs less. Words that stand
// together in a title as they were typed count beyond that, and of equals the one
// that worries people sooner comes first.
func (b *book) find(ctx context.Context, words []string) ([]Hit, error) {
	score := map[string]float64{}
	var searches []string
	for _, ways := range b.same.concepts(words) {
		search := anyOf(ways)
		searches = append(searches, search)
		if err := b.rank(ctx, search, 1, score); err != nil {
			return nil, err
		}
	}
	for i := range words[:len(words)-1] {
		if err := b.rank(ctx, "title : "+phrase(words[i]+" "+words[i+1]), together, score); err != nil {
			return nil, err
		}
	}
	for slug := range score {
		score[slug] += sooner * float64(len(b.order)-b.order[slug]) / float64(len(b.order))
	}
	order := slices.SortedFunc(maps.Keys(score), func(p, q string) int {
		return cmp.Or(cmp.Compare(score[q], score[p]), cmp.Compare(b.order[p], b.order[q]))
	})
	if len(order) > mostHits {
		order = order[:mostHits]
	}
	return b.show(ctx, strings.Join(searches, " OR "), order)
}

// What an idea counts by where the answer speaks of it, and what else counts.
const (
	inTitle  = 1.0
	inShort  = 0.5
	anywhere = 0.3
	often    = 0.2 // the share of this goes by the index's own ranking
	together = 0.12
	sooner   = 0.05
)

func (b *book) rank(ctx context.Context, search string, factor float64, score map[string]float64) error {
	rows, err := b.pool.QueryContext(ctx, rankBook, search)
	if err != nil {
		return err
	}
	defer rows.Close()
	type match struct {
		slug         string
		title, short bool
		rank         float64
	}
	var found []match
	best := 0.0
	for rows.Next() {
		var m match
		if err := rows.Scan(&m.slug, &m.title, &m.short, &m.rank); err != nil {
			return err
		}
		found = append(found, m)
		best = max(best, m.rank)
	}
	weight := factor / (1 + float64(len(found))/3)
	for _, m := range found {
		points := anywhere + often*m.rank/best
		if m.title {
			points += inTitle
		}
		if m.short {
			points += inShort
		}
		score[m.slug] += weight * points
	}
	return rows.Err()
}

func (b *book) show(ctx context.Context, search string, order []string) ([]Hit, error) {
	rows, err := b.pool.QueryContext(ctx, showBook, search)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[string]Hit{}
	for rows.Next() {
		var slug, title, short, extract string
		if err := rows.Scan(&slug, &title, &short, &extract); err != nil {
			return nil, err
		}
		hit := Hit{Slug: slug, Title: spans(title), Short: spans(short)}
		if !strings.Contains(title+short, markStart) {
			hit.Extract = spans(extract)
		}
		found[slug] = hit
	}
	hits := make([]Hit, 0, len(order))
	for _, slug := range order {
		hits = append(hits, found[slug])
	}
	return hits, rows.Err()
}

// What stands around a found word in what the index gives back: char(2) and char(3).
const markStart, markEnd = "\x02", "\x03"

// spans takes apart what the index marked.
func spans(text string) []Span {
	var out []Span
	for text != "" {
		before, rest, marked := strings.Cut(text, markStart)
		if before != "" {
			out = append(out, Span{before, false})
		}
		if !marked {
			break
		}
		inside, after, _ := strings.Cut(rest, markEnd)
		out = append(out, Span{inside, true})
		text = after
	}
	return out
}
