package clinician

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"candour/views/layout"
)

// What is the same on the record pages of many people: how complete the page is, drawn
// once for each state of the sources, the filter as it stands when nothing is narrowed, and the
// legend.
var completes, filters, legends layout.KeptParts

func (p page) keptCompleteness() templ.Component {
	return completes.Part(p.feedsKey(), p.completeness())
}

func (p page) keptNarrowing() templ.Component {
	if !p.filter.IsZero() {
		return p.narrowing()
	}
	var key strings.Builder
	for _, s := range p.sources {
		if s.Holds {
			writeKey(&key, s.ID, s.Organisation)
		}
	}
	return filters.Part(key.String(), p.narrowing())
}

func (p page) keptLegend() templ.Component { return legends.Part("", p.legend()) }

// feedsKey says everything that completeness shows.
func (p page) feedsKey() string {
	var b strings.Builder
	b.Grow(96 * len(p.sources))
	for _, s := range p.sources {
		writeKey(&b, s.Organisation, s.Kind, string(s.now))
		b.WriteString(strconv.FormatInt(s.LastReceived.Unix(), 36))
		b.WriteByte(' ')
		b.WriteString(strconv.FormatInt(s.since.Unix(), 36))
		b.WriteString(strconv.FormatBool(s.Holds))
	}
	return b.String()
}

// writeKey adds texts so that no others give the same key.
func writeKey(b *strings.Builder, texts ...string) {
	for _, text := range texts {
		b.WriteString(strconv.Itoa(len(text)))
		b.WriteByte(':')
		b.WriteString(text)
	}
}
