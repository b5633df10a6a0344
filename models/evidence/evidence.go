// Package evidence keeps the files by which somebody proves that they may act for
// another: a birth certificate, a court's order, a power of attorney.
//
// What comes in is held against a closed list (PDF, JPEG, PNG) by what it is, by what
// it says it is and by its name, all three the same; nothing is taken that would do
// something when it is opened. It is stored encrypted, each file under a key of its
// own, and given out to nobody but those who handle the case and who sent it, as a
// file to save. Every reading is an entry in the log. Until the request is sent the
// sender can take a file away again; with a draft that is thrown away its files go.
package evidence

import (
	"time"

	"candour/models/opaque"
)

// Kind is what a file is: a media type of the closed list.
type Kind string

const (
	PDF  Kind = "application/pdf"
	JPEG Kind = "image/jpeg"
	PNG  Kind = "image/png"
)

// Kinds lists them.
func Kinds() []Kind { return []Kind{PDF, JPEG, PNG} }

// Extension is how the name of such a file ends when it is given out.
func (k Kind) Extension() string {
	switch k {
	case PDF:
		return ".pdf"
	case JPEG:
		return ".jpg"
	case PNG:
		return ".png"
	}
	return ".bin"
}

// Limits of what is taken.
const (
	MaxBytes = 10 << 20
	MaxFiles = 5
	maxName  = 120
	maxOpen  = 5 * MaxFiles // in all drafts of one account together
)

// Upload is a file as it comes in.
type Upload struct {
	Name     string // as the browser sent it
	Declared string // media type that came with it
	Body     []byte
}

// File is one stored file, without what is in it.
type File struct {
	ID     opaque.ID
	Name   string // cleaned: for a page, in a bdi; never for a header
	Kind   Kind
	Size   int
	Added  time.Time
	ByName string // who sent it
	Mine   bool   // the viewer did
}

// SaveAs is the name under which a file is given out: ours, never the sender's.
func (f File) SaveAs() string { return "evidence-" + string(f.ID[:8]) + f.Kind.Extension() }
