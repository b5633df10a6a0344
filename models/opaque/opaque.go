// Package opaque makes the ids that may appear in a URL, a form or a page: 128
// bits, base32, lower case, 26 characters. They say nothing of the person or of
// the order of things (trust.md R-7).
package opaque

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
)

// ID is an opaque id in its printed form.
type ID string

// Length is the number of characters of every ID.
const Length = 26

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// New draws a random id.
func New() ID {
	var b [16]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return ID(encoding.EncodeToString(b[:]))
}

// Of derives the id of something that has a natural key: the same parts give the
// same id on every machine, and the parts cannot be read back. Parts are length
// prefixed, so ("ab","c") and ("a","bc") differ.
func Of(parts ...string) ID {
	h := sha256.New()
	for _, p := range parts {
		n := len(p)
		h.Write([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		h.Write([]byte(p))
	}
	return ID(encoding.EncodeToString(h.Sum(nil)[:16]))
}

// Parse accepts exactly the printed form; anything else is not an id.
func Parse(s string) (ID, bool) {
	if len(s) != Length {
		return "", false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return "", false
		}
	}
	if b, err := encoding.DecodeString(s); err != nil || encoding.EncodeToString(b) != s {
		return "", false
	}
	return ID(s), true
}
