package record

import (
	"time"

	"candour/models/access"
	"candour/models/audit"
	"candour/models/opaque"
)

// Filter narrows the record by source, period and text; all of it lives in the URL.
type Filter struct {
	Sections []SectionKind // none = all
	Source   string
	From     string // YYYY-MM-DD
	To       string // YYYY-MM-DD
	Text     string
}

// IsZero says that nothing is narrowed, so that the ready-made page may be sent.
func (f Filter) IsZero() bool {
	return len(f.Sections) == 0 && f.Source == "" && f.From == "" && f.To == "" && f.Text == ""
}

// SourceStatus is a feed as the shell shows it: how fresh it is right now.
type SourceStatus struct {
	ID           string
	Organisation string
	Kind         string
	State        string // connected, planned, suspended, left
	LastReceived time.Time
	LastFailed   time.Time
	FreshHours   int
	Holds        bool // it holds something of this person
}

// Ready is a page body made beforehand: deflate blocks ending on a byte boundary,
// with the CRC-32 and length of what they unpack to, to be put between a
// compressed head and tail.
type Ready struct {
	Deflated []byte
	CRC      uint32
	Length   uint32
}

// Disclosure is the only value from which a record page can be made: it exists
// only after the access entry was committed. Its fields are unexported on
// purpose (trust.md R-1).
type Disclosure struct {
	by      access.Viewer
	person  opaque.ID
	pass    access.Pass
	sheet   *Sheet
	ready   *Ready
	filter  Filter
	sources []SourceStatus
	items   []audit.ItemRef
	banner  Banner
}

// By is who opened it.
func (d Disclosure) By() access.Viewer { return d.by }

// Person is whose record it is.
func (d Disclosure) Person() opaque.ID { return d.person }

// Pass is the decision and the log entry behind it.
func (d Disclosure) Pass() access.Pass { return d.pass }

// Banner is who the person is.
func (d Disclosure) Banner() Banner { return d.banner }

// Sheet is the (filtered) record; nil when Ready is given.
func (d Disclosure) Sheet() *Sheet { return d.sheet }

// Ready is the page body made beforehand; nil for filtered views.
func (d Disclosure) Ready() *Ready { return d.ready }

// Filter is what the view was narrowed to.
func (d Disclosure) Filter() Filter { return d.filter }

// Sources is every feed with its freshness at the moment of opening.
func (d Disclosure) Sources() []SourceStatus { return d.sources }

// Items are the ids and versions that the entry says were shown; nil when Ready
// is given, whose set was stored with it.
func (d Disclosure) Items() []audit.ItemRef { return d.items }
