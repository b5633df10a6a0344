package clinician

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"candour/locales"
)

// kept remembers a part of the page that is the same for many readers and many
// people, so that it is not laid out again for each: drawing the table of sources
// cost more than the rest of the shell. Nothing of a person or a viewer may be in
// such a part, beyond what its key says.
type kept struct {
	mu    sync.Mutex
	parts map[string][]byte
}

// keptParts bounds the memory: a part has some kilobytes.
const keptParts = 128

// part is the component, drawn once for each key.
func (k *kept) part(key string, draw templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		k.mu.Lock()
		html, ok := k.parts[key]
		k.mu.Unlock()
		if !ok {
			var b bytes.Buffer
			if err := draw.Render(ctx, &b); err != nil {
				return err
			}
			html = b.Bytes()
			k.put(key, html)
		}
		_, err := w.Write(html)
		return err
	})
}

func (k *kept) put(key string, html []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.parts == nil || len(k.parts) >= keptParts {
		k.parts = map[string][]byte{}
	}
	k.parts[key] = html
}

var feedTables kept

// keptFeedTable is feedTable, drawn once for each state of the sources.
func (p page) keptFeedTable(ctx context.Context) templ.Component {
	return feedTables.part(p.feedsKey(ctx), p.feedTable())
}

// feedsKey says everything that feedTable shows.
func (p page) feedsKey(ctx context.Context) string {
	var b strings.Builder
	b.Grow(96 * len(p.sources))
	b.WriteString(locales.Lang(ctx))
	for _, s := range p.sources {
		for _, text := range []string{s.Organisation, s.Kind, string(s.now)} {
			b.WriteString(strconv.Itoa(len(text)))
			b.WriteByte(':')
			b.WriteString(text)
		}
		b.WriteString(strconv.FormatInt(s.LastReceived.Unix(), 36))
		b.WriteByte(' ')
		b.WriteString(strconv.FormatInt(s.since.Unix(), 36))
		b.WriteString(strconv.FormatBool(s.Holds))
	}
	return b.String()
}
