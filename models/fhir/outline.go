package fhir

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// Outline is what can be seen in a resource without understanding its type: every
// code, every reference, and a fingerprint of its content.
type Outline struct {
	Codes    []CodeAt
	Refs     []RefAt
	Displays []NameAt // what references call the thing they point to
	Hash     [16]byte // of the content: white space and meta (but for its labels) left out
	Older    string   // STU3 when a member is one that R4 does not have
}

// CodeAt is a system and code, and where they stand: "code.coding".
type CodeAt struct{ Path, System, Code string }

// RefAt is a literal or logical reference and where it stands: "context.encounter".
type RefAt struct {
	Path      string
	Reference string
	System    string // logical reference
	Value     string
}

// NameAt is a name without a code, and where it stands: "performer", "code.coding".
type NameAt struct{ Path, Text string }

// Ref takes it apart.
func (r RefAt) Ref() Ref {
	if r.Reference == "" && r.Value != "" {
		return Ref{System: NormalIdentifierSystem(r.System), Value: r.Value}
	}
	return ParseReference(r.Reference)
}

// olderMembers are members by which an STU3 resource gives itself away.
var olderMembers = map[string]map[string]bool{
	"AllergyIntolerance": set("assertedDate"), "Condition": set("assertedDate", "context"),
	"MedicationRequest": set("context", "definition"), "MedicationStatement": set("taken", "notTaken", "reasonForUseCodeableConcept"),
	"Observation": set("context", "related", "comment"), "DiagnosticReport": set("context", "codedDiagnosis", "image"),
	"Procedure": set("context", "notDone", "notDoneReason"), "Immunization": set("notGiven", "vaccinationProtocol", "explanation"),
	"DocumentReference": set("indexed", "created", "class"), "Composition": set("class"),
	"Appointment": set("indication", "incomingReferral"), "Encounter": set("incomingReferral"),
	"CarePlan": set("context", "definition"), "CareTeam": set("context"), "Patient": set("animal"),
	"Medication": set("isBrand", "isOverTheCounter", "package"),
}

// Look walks over raw, which must have been decoded before.
func Look(kind string, raw []byte) Outline {
	w := walkers.Get().(*walker)
	w.raw, w.older, w.from = raw, olderMembers[kind], 0
	end := w.value(w.space(0), 0)
	w.cut(end, end)
	sum := sha256.Sum256(w.out)
	o := Outline{Codes: slices.Clone(w.codes), Refs: slices.Clone(w.refs), Displays: slices.Clone(w.displays), Older: w.stu3}
	copy(o.Hash[:], sum[:16])
	w.release()
	return o
}

// walker walks over one resource. Walkers are used again, for what they hold.
type walker struct {
	raw      []byte
	from     int    // of raw, the first byte that is content and not in out yet
	out      []byte // the content in compact form, for the fingerprint
	path     []byte
	older    map[string]bool
	mute     bool // in the part that is left out of the fingerprint
	codes    []CodeAt
	refs     []RefAt
	displays []NameAt
	stu3     string
	words    words
}

var walkers = sync.Pool{New: func() any { return &walker{words: words{}} }}

// release lets go of what is the resource's own.
func (w *walker) release() {
	if cap(w.out) > 1<<20 {
		w.out = nil // a document; the next is not likely to be one
	}
	clear(w.codes)
	clear(w.refs)
	clear(w.displays)
	*w = walker{out: w.out[:0], path: w.path[:0], codes: w.codes[:0], refs: w.refs[:0], displays: w.displays[:0], words: w.words}
	walkers.Put(w)
}

// words are short texts that come again and again: paths, systems, codes. Each is
// kept once.
type words map[string]string

const (
	maxWords = 4096
	maxWord  = 64
)

func (k words) of(b []byte) string {
	if s, known := k[string(b)]; known {
		return s
	}
	s := string(b)
	if len(s) <= maxWord {
		if len(k) == maxWords {
			clear(k)
		}
		k[s] = s
	}
	return s
}

func (w *walker) space(i int) int {
	start := i
	for i < len(w.raw) && (w.raw[i] == ' ' || w.raw[i] == '\n' || w.raw[i] == '\r' || w.raw[i] == '\t') {
		i++
	}
	if i > start {
		w.cut(start, i)
	}
	return i
}

// cut leaves raw from start to end out of the content.
func (w *walker) cut(start, end int) {
	if !w.mute {
		w.out = append(w.out, w.raw[w.from:start]...)
		w.from = end
	}
}

// value walks the value at i and returns the index after it.
func (w *walker) value(i, depth int) int {
	if i >= len(w.raw) || depth > MaxDepth {
		return len(w.raw)
	}
	switch w.raw[i] {
	case '{':
		return w.object(i, depth)
	case '[':
		i = w.space(i + 1)
		for i < len(w.raw) && w.raw[i] != ']' {
			if w.raw[i] == ',' {
				i = w.space(i + 1)
				continue
			}
			i = w.space(w.value(i, depth+1))
		}
		return min(i+1, len(w.raw))
	case '"':
		return min(stringEnd(w.raw, i)+1, len(w.raw))
	}
	start := i
	for i < len(w.raw) && w.raw[i] != ',' && w.raw[i] != '}' && w.raw[i] != ']' && w.raw[i] > ' ' {
		i++
	}
	return max(i, start+1)
}

// said are the members of an object by which it may be a code, a reference or a name,
// still quoted.
type said struct{ system, code, reference, value, display []byte }

// object walks the members; an object with system and code is a code, one with
// reference a reference, one with identifier alone a logical reference.
func (w *walker) object(i, depth int) int {
	var s said
	i = w.space(i + 1)
	for i < len(w.raw) && w.raw[i] != '}' {
		if w.raw[i] == ',' {
			i = w.space(i + 1)
			continue
		}
		end := stringEnd(w.raw, i)
		if end >= len(w.raw) {
			return len(w.raw)
		}
		name := w.raw[i+1 : end]
		meta := depth == 0 && string(name) == "meta"
		if meta {
			w.cut(i, i)
			w.mute = true
		}
		if depth == 0 && w.older != nil && w.older[string(name)] {
			w.stu3 = STU3
		}
		i = w.space(end + 1)
		if i < len(w.raw) && w.raw[i] == ':' {
			i = w.space(i + 1)
		}
		before := len(w.path)
		w.push(name)
		next := w.value(i, depth+1)
		w.path = w.path[:before]
		if i < len(w.raw) && w.raw[i] == '"' {
			w.note(&s, name, w.raw[i:next])
		}
		if meta {
			w.mute, w.from = false, next
		}
		i = w.space(next)
	}
	w.found(s)
	return min(i+1, len(w.raw))
}

// note keeps a member that is a text.
func (w *walker) note(s *said, name, quoted []byte) {
	switch string(name) {
	case "system":
		s.system = quoted
	case "code":
		s.code = quoted
	case "reference":
		s.reference = quoted
	case "value":
		s.value = quoted
	case "display":
		s.display = quoted
	case "url":
		w.attachment(quoted)
	}
}

// attachment notes where the bytes of an attachment are, when that is a Binary.
func (w *walker) attachment(quoted []byte) {
	if bytes.IndexByte(quoted, '\\') < 0 && !bytes.Contains(quoted, []byte("Binary/")) {
		return
	}
	if url := text(quoted); strings.HasPrefix(url, "Binary/") || strings.Contains(url, "/Binary/") {
		w.refs = append(w.refs, RefAt{Path: w.words.of(w.path), Reference: url})
	}
}

func (w *walker) found(s said) {
	code, reference := w.word(s.code), text(s.reference)
	if code == "" && len(s.display) > 0 {
		if display := text(s.display); display != "" {
			w.displays = append(w.displays, NameAt{w.words.of(w.path), display})
		}
	}
	if code != "" {
		system := w.word(s.system)
		w.codes = append(w.codes, CodeAt{w.words.of(w.path), system, code})
		if w.mute && string(w.path) == "meta.security" { // a changed label is changed content
			w.out = append(append(w.out, code...), system...)
		}
	}
	if reference != "" && reference[0] != '#' {
		w.refs = append(w.refs, RefAt{Path: w.words.of(w.path), Reference: reference})
	}
	if path, ok := bytes.CutSuffix(w.path, []byte(".identifier")); ok && reference == "" {
		if value, system := text(s.value), w.word(s.system); value != "" && system != "" {
			w.refs = append(w.refs, RefAt{Path: w.words.of(path), System: system, Value: value})
		}
	}
}

func (w *walker) push(name []byte) {
	if len(w.path) > 0 {
		w.path = append(w.path, '.')
	}
	w.path = append(w.path, name...)
}

// word is text that comes again and again.
func (w *walker) word(quoted []byte) string {
	if len(quoted) < 2 || bytes.IndexByte(quoted, '\\') >= 0 {
		return text(quoted)
	}
	return w.words.of(quoted[1 : len(quoted)-1])
}

// text is the value of a quoted string.
func text(quoted []byte) string {
	if len(quoted) < 2 {
		return ""
	}
	if bytes.IndexByte(quoted, '\\') >= 0 {
		out, err := jsontext.AppendUnquote(nil, quoted)
		if err != nil {
			return ""
		}
		return string(out)
	}
	return string(quoted[1 : len(quoted)-1])
}
