package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/mod/sumdb/tlog"

	"candour/models/opaque"
)

const (
	bodyVersion = 1
	context1    = "candour entry 1\n"
	saltSize    = 16
)

// appendBody writes the canonical body.
func appendBody(b []byte, e *Entry, set []byte, count int) []byte {
	b = appendColumns(b, e.At.UnixMilli(), string(e.Person), e.Viewer.ID, e.Viewer.Organisation, string(e.Kind), string(e.Outcome))
	o := object{b, false}
	o.text("reason", e.Reason)
	o.open("as")
	o.text("kind", e.Viewer.Kind)
	o.text("name", e.Viewer.Name)
	o.text("role", e.Viewer.Role)
	o.text("role_name", e.Viewer.RoleName)
	o.text("org_name", e.Viewer.OrganisationName)
	o.text("session", e.Viewer.Session)
	o.close()
	o.text("purpose", e.Purpose)
	if e.Relation != (Relation{}) {
		o.open("relation")
		o.text("kind", e.Relation.Kind)
		o.text("basis", e.Relation.Basis)
		o.text("evidence", string(e.Relation.Evidence))
		o.text("reason", e.Relation.Reason)
		o.text("note", e.Relation.Note)
		o.close()
	}
	o.text("route", e.Route)
	o.text("shape", e.Shape)
	o.text("request", e.RequestID)
	o.text("policy", e.Policy)
	if len(e.Sections) > 0 {
		o.key("sections")
		for i, s := range e.Sections {
			if i == 0 {
				o.b = append(o.b, '[')
			} else {
				o.b = append(o.b, ',')
			}
			o.b = appendText(o.b, s)
		}
		o.b = append(o.b, ']')
	}
	if len(set) > 0 {
		o.text("set", hex.EncodeToString(set))
	}
	if count > 0 {
		o.key("count")
		o.b = strconv.AppendInt(o.b, int64(count), 10)
	}
	return append(o.b, '}')
}

// appendColumns writes the head of the body: what also stands in indexed columns.
// Verify rebuilds it from the columns and compares.
func appendColumns(b []byte, at int64, person, viewer, organisation, kind, outcome string) []byte {
	b = append(b, `{"v":`...)
	b = strconv.AppendInt(b, bodyVersion, 10)
	b = append(b, `,"at":`...)
	b = strconv.AppendInt(b, at, 10)
	b = append(b, `,"person":`...)
	b = appendText(b, person)
	b = append(b, `,"viewer":`...)
	b = appendText(b, viewer)
	b = append(b, `,"org":`...)
	b = appendText(b, organisation)
	b = append(b, `,"kind":`...)
	b = appendText(b, kind)
	b = append(b, `,"outcome":`...)
	return appendText(b, outcome)
}

// object appends members in the order of the calls; empty texts are left out.
type object struct {
	b     []byte
	first bool
}

func (o *object) key(name string) {
	if !o.first {
		o.b = append(o.b, ',')
	}
	o.first = false
	o.b = append(o.b, '"')
	o.b = append(o.b, name...)
	o.b = append(o.b, '"', ':')
}

func (o *object) text(name, value string) {
	if value != "" {
		o.key(name)
		o.b = appendText(o.b, value)
	}
}

func (o *object) open(name string) {
	o.key(name)
	o.b = append(o.b, '{')
	o.first = true
}

func (o *object) close() {
	o.b = append(o.b, '}')
	o.first = false
}

func appendText(b []byte, s string) []byte {
	out, err := jsontext.AppendQuote(b, s)
	if err != nil { // not UTF-8: what cannot be written down is replaced, visibly
		out, _ = jsontext.AppendQuote(b, strings.ToValidUTF8(s, "\uFFFD"))
	}
	return out
}

// leafOf is the hash by which an entry stands in the log.
func leafOf(salt, body []byte) tlog.Hash {
	h := sha256.New()
	h.Write([]byte(context1))
	h.Write(salt)
	h.Write(body)
	var sum [sha256.Size]byte
	return tlog.RecordHash(h.Sum(sum[:0]))
}

func link(chain, leaf tlog.Hash) tlog.Hash { return tlog.NodeHash(chain, leaf) }

// packSet writes a set in its one form: "id.version" lines, sorted, each once.
func packSet(items []ItemRef) (packed []byte, id []byte, count int) {
	sorted := slices.Clone(items)
	slices.SortFunc(sorted, func(a, b ItemRef) int {
		if c := strings.Compare(string(a.ID), string(b.ID)); c != 0 {
			return c
		}
		return a.Version - b.Version
	})
	sorted = slices.Compact(sorted)
	packed = make([]byte, 0, len(sorted)*(opaque.Length+4))
	for _, r := range sorted {
		packed = append(packed, r.ID...)
		packed = append(packed, '.')
		packed = strconv.AppendInt(packed, int64(r.Version), 10)
		packed = append(packed, '\n')
	}
	sum := sha256.Sum256(packed)
	return packed, sum[:], len(sorted)
}

func unpackSet(packed []byte) ([]ItemRef, error) {
	items := make([]ItemRef, 0, bytes.Count(packed, []byte{'\n'}))
	for len(packed) > 0 {
		line, rest, ok := bytes.Cut(packed, []byte{'\n'})
		id, version, dot := strings.Cut(string(line), ".")
		n, err := strconv.Atoi(version)
		if !ok || !dot || err != nil {
			return nil, fmt.Errorf("audit: set: line %d is not id.version", len(items)+1)
		}
		items = append(items, ItemRef{ID: opaque.ID(id), Version: n})
		packed = rest
	}
	return items, nil
}
