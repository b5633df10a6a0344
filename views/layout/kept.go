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

// Kept remembers parts of pages that are the same for many readers or many requests, so
// that they are not laid out and packed again for each: on the record page that cost
// more than all the rest of the shell. Nothing of a person may be in such a part, and
// nothing of a viewer beyond what its key says.
type Kept[Key comparable] struct {
	most  int // how many are kept; 0 means keptParts
	mu    sync.Mutex
	parts map[Key][]kept
}

// kept is a stretch of a part: packed text, or a hole.
type kept struct {
	html  []byte
	ready *record.Ready
	hole  hole
}

// keptParts bounds the memory: a part has some kilobytes.
const keptParts = 128

func keep(html []byte) (kept, error) {
	ready, err := record.MakeReady(html)
	return kept{html: html, ready: ready}, err
}

// get gives a part, drawn once for each key. When there is no room others are forgotten,
// no matter which.
func (k *Kept[Key]) get(key Key, draw func() ([]kept, error)) ([]kept, error) {
	k.mu.Lock()
	part, ok := k.parts[key]
	k.mu.Unlock()
	if ok {
		return part, nil
	}
	part, err := draw()
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.parts == nil {
		k.parts = map[Key][]kept{}
	}
	for other := range k.parts {
		if len(k.parts) < max(1, or(k.most, keptParts)) {
			break
		}
		delete(k.parts, other)
	}
	k.parts[key] = part
	return part, nil
}

func or(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

// KeptParts are parts without holes, by language and key.
type KeptParts struct{ Kept[partKey] }

type partKey struct{ lang, key string }

// Part is the component, drawn once for each key. On a page that is sent in pieces it is
// one of them, packed already.
func (k *KeptParts) Part(key string, draw templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		parts, err := k.get(partKey{locales.Lang(ctx), key}, func() ([]kept, error) {
			var b bytes.Buffer
			if err := draw.Render(uncut(ctx), &b); err != nil {
				return nil, err
			}
			part, err := keep(b.Bytes())
			return []kept{part}, err
		})
		if err != nil {
			return err
		}
		if c := cuttingOf(ctx); c != nil {
			return c.mark(w, parts[0])
		}
		_, err = w.Write(parts[0].html)
		return err
	})
}
