package demo

import (
	"crypto/rand"
	"encoding/base64"
	"time"
)

// shelf keeps values for a while under a key. The issuer's lock guards it.
type shelf[T any] struct{ kept map[string]dated[T] }

type dated[T any] struct {
	value T
	until time.Time
}

// put keeps a value; it drops what has run out first and says no when full.
func (s *shelf[T]) put(key string, v T, now time.Time, life time.Duration) bool {
	if s.kept == nil {
		s.kept = map[string]dated[T]{}
	}
	if len(s.kept) >= maxPending {
		for k, d := range s.kept {
			if !now.Before(d.until) {
				delete(s.kept, k)
			}
		}
	}
	if len(s.kept) >= maxPending {
		return false
	}
	s.kept[key] = dated[T]{v, now.Add(life)}
	return true
}

// look finds what has not run out.
func (s *shelf[T]) look(key string, now time.Time) (T, bool) {
	d, ok := s.kept[key]
	if !ok || !now.Before(d.until) {
		var none T
		return none, false
	}
	return d.value, true
}

// drop forgets a value.
func (s *shelf[T]) drop(key string) { delete(s.kept, key) }

// secret is 256 bits nobody can guess.
func secret() string {
	var b [32]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}
