package layout

import (
	"bytes"
	"context"
	"io"
	"sync"

	"github.com/a-h/templ"

	"candour/locales"
	"candour/models/record"
)

// Kept remembers parts of pages that are the same for many readers and many people, so
// that they are not laid out and packed again for each: on the record page that cost
// more than all the rest of the shell. Nothing of a person or a viewer may be in such a
// part, beyond what its key says. The language is part of every key.
type Kept struct {
	mu    sync.Mutex
	parts map[string]kept
}

type kept struct {
	html  []byte
	ready *record.Ready
}

// keptParts bounds the memory: a part has some kilobytes.
const keptParts = 128

// Part is the component, drawn once for each key. On a page that is sent in pieces it is
// one of them, packed already.
func (k *Kept) Part(key string, draw templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		part, err := k.get(ctx, locales.Lang(ctx)+" "+key, draw)
		if err != nil {
			return err
		}
		if c := cuttingOf(ctx); c != nil {
			return c.mark(w, part.ready)
		}
		_, err = w.Write(part.html)
		return err
	})
}

func (k *Kept) get(ctx context.Context, key string, draw templ.Component) (kept, error) {
	k.mu.Lock()
	part, ok := k.parts[key]
	k.mu.Unlock()
	if ok {
		return part, nil
	}
	var b bytes.Buffer
	if err := draw.Render(uncut(ctx), &b); err != nil {
		return kept{}, err
	}
	ready, err := record.MakeReady(b.Bytes())
	if err != nil {
		return kept{}, err
	}
	part = kept{b.Bytes(), ready}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.parts == nil || len(k.parts) >= keptParts {
		k.parts = map[string]kept{}
	}
	k.parts[key] = part
	return part, nil
}
