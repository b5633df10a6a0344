package faq

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
)

// find ranks by ideas: the best answer to an idea has its full weight, others their
// share, so that a question that speaks of all of them comes before one that speaks
// much of one. An idea that many answers speak of weighs less. Words that stand
// together in a title as they were typed count beyond that, for answers that speak of
// an idea: "what is" alone is found in titles of anything. Of equals the one that
// worries people sooner comes first.
func (b *book) find(ctx context.Context, words []string) ([]Hit, error) {
	score := map[string]float64{}
	var searches []string
	for _, ways := range b.same.concepts(words) {
		search := anyOf(ways)
		searches = append(searches, search)
		if err := b.rank(ctx, search, 1, score, false); err != nil {
			return nil, err
		}
	}
	for i := range words[:len(words)-1] {
		if err := b.rank(ctx, "title : "+phrase(words[i]+" "+words[i+1]), together, score, true); err != nil {
			return nil, err
		}
	}
	for slug := range score {
		score[slug] += sooner * float64(len(b.order)-b.order[slug]) / float64(len(b.order))
	}
	order := slices.SortedFunc(maps.Keys(score), func(p, q string) int {
		return cmp.Or(cmp.Compare(score[q], score[p]), cmp.Compare(b.order[p], b.order[q]))
	})
	for i, slug := range order {
		if i == mostHits || score[slug] < worth*score[order[0]] {
			order = order[:i]
			break
		}
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
	worth    = 0.35 // of the best: what counts less is not shown
)

// rank adds what a search counts for each answer, or only for those that count already.
func (b *book) rank(ctx context.Context, search string, factor float64, score map[string]float64, only bool) error {
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
		if _, counts := score[m.slug]; only && !counts {
			continue
		}
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
		if hit, ok := found[slug]; ok {
			hits = append(hits, hit)
		}
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
