package record

import (
	"sync"

	"candour/models/opaque"
)

// remembered keeps the bodies of pages that were shown lately. A body is some
// fifty kilobytes and all else that a page reads is one: fetching it was a third of
// the work. Whether it may be shown is never known here: the gate's transaction
// reads the rendering's row each time, and only when its key and check sum are
// those of the body in memory does the statement leave the body where it lies.
type remembered struct {
	mu     sync.Mutex
	size   int
	bodies map[whose]bodyOf
}

type whose struct {
	person opaque.ID
	class  string
}

type bodyOf struct {
	key  string
	crc  int64
	data []byte
}

// rememberedBytes bounds the memory: some four hundred long records.
const rememberedBytes = 24 << 20

func (m *remembered) get(person opaque.ID, class string) bodyOf {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.bodies[whose{person, class}]
}

// put keeps a body; others are forgotten, no matter which, when there is no room.
func (m *remembered) put(person opaque.ID, class string, b bodyOf) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.bodies == nil {
		m.bodies = map[whose]bodyOf{}
	}
	w := whose{person, class}
	m.size += len(b.data) - len(m.bodies[w].data)
	m.bodies[w] = b
	for other, old := range m.bodies {
		if m.size <= rememberedBytes {
			return
		}
		m.size -= len(old.data)
		delete(m.bodies, other)
	}
}
