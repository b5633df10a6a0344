package fhir

import (
	"crypto/sha256"
	"strings"

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
	w := walker{raw: raw, older: olderMembers[kind], out: make([]byte, 0, len(raw))}
	w.value(w.space(0), 0)
	sum := sha256.Sum256(w.out)
	copy(w.o.Hash[:], sum[:16])
	return w.o
}

type walker struct {
	raw   []byte
	out   []byte // the content in compact form, for the fingerprint
	path  []byte
	older map[string]bool
	mute  int // depth+1 of the part that is left out of the fingerprint
	o     Outline
}

func (w *walker) space(i int) int {
	for i < len(w.raw) {
		switch w.raw[i] {
		case ' ', '\n', '\r', '\t':
			i++
		default:
			return i
		}
	}
	return i
}

func (w *walker) keep(b ...byte) {
	if w.mute == 0 {
		w.out = append(w.out, b...)
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
		w.keep('[')
		i = w.space(i + 1)
		for i < len(w.raw) && w.raw[i] != ']' {
			if w.raw[i] == ',' {
				w.keep(',')
				i = w.space(i + 1)
				continue
			}
			i = w.space(w.value(i, depth+1))
		}
		w.keep(']')
		return min(i+1, len(w.raw))
	case '"':
		end := min(stringEnd(w.raw, i)+1, len(w.raw))
		w.keep(w.raw[i:end]...)
		return end
	}
	start := i
	for i < len(w.raw) && w.raw[i] != ',' && w.raw[i] != '}' && w.raw[i] != ']' && w.raw[i] > ' ' {
		i++
	}
	w.keep(w.raw[start:i]...)
	return max(i, start+1)
}

// object walks the members; an object with system and code is a code, one with
// reference a reference, one with identifier alone a logical reference.
func (w *walker) object(i, depth int) int {
	var system, code, reference, value, display string
	w.keep('{')
	i = w.space(i + 1)
	for i < len(w.raw) && w.raw[i] != '}' {
		if w.raw[i] == ',' {
			w.keep(',')
			i = w.space(i + 1)
			continue
		}
		end := stringEnd(w.raw, i)
		if end >= len(w.raw) {
			return end
		}
		name := w.raw[i+1 : end]
		if depth == 0 && string(name) == "meta" {
			w.mute = 1
		}
		if depth == 0 && w.older != nil && w.older[string(name)] {
			w.o.Older = STU3
		}
		w.keep(w.raw[i : end+1]...)
		w.keep(':')
		i = w.space(end + 1)
		if i < len(w.raw) && w.raw[i] == ':' {
			i = w.space(i + 1)
		}
		before := len(w.path)
		w.push(name)
		next := w.value(i, depth+1)
		w.path = w.path[:before]
		if i < len(w.raw) && w.raw[i] == '"' {
			switch string(name) {
			case "system":
				system = text(w.raw[i:next])
			case "code":
				code = text(w.raw[i:next])
			case "reference":
				reference = text(w.raw[i:next])
			case "value":
				value = text(w.raw[i:next])
			case "display":
				display = text(w.raw[i:next])
			case "url":
				w.attachment(text(w.raw[i:next]))
			}
		}
		if depth == 0 && w.mute == 1 {
			w.mute = 0
		}
		i = w.space(next)
	}
	w.keep('}')
	if display != "" && code == "" {
		w.o.Displays = append(w.o.Displays, NameAt{string(w.path), display})
	}
	w.found(system, code, reference, value)
	return min(i+1, len(w.raw))
}

// attachment notes where the bytes of an attachment are, when that is a Binary.
func (w *walker) attachment(url string) {
	if strings.HasPrefix(url, "Binary/") || strings.Contains(url, "/Binary/") {
		w.o.Refs = append(w.o.Refs, RefAt{Path: string(w.path), Reference: url})
	}
}

func (w *walker) found(system, code, reference, value string) {
	if code != "" {
		w.o.Codes = append(w.o.Codes, CodeAt{string(w.path), system, code})
		if w.mute == 1 && string(w.path) == "meta.security" { // a changed label is changed content
			w.out = append(append(w.out, code...), system...)
		}
	}
	if reference != "" && reference[0] != '#' {
		w.o.Refs = append(w.o.Refs, RefAt{Path: string(w.path), Reference: reference})
	}
	if reference == "" && value != "" && system != "" && strings.HasSuffix(string(w.path), ".identifier") {
		w.o.Refs = append(w.o.Refs, RefAt{Path: strings.TrimSuffix(string(w.path), ".identifier"), System: system, Value: value})
	}
}

func (w *walker) push(name []byte) {
	if len(w.path) > 0 {
		w.path = append(w.path, '.')
	}
	w.path = append(w.path, name...)
}

// text is the value of a quoted string.
func text(quoted []byte) string {
	for _, c := range quoted {
		if c == '\\' {
			if out, err := jsontext.AppendUnquote(nil, quoted); err == nil {
				return string(out)
			}
			return ""
		}
	}
	if len(quoted) < 2 {
		return ""
	}
	return string(quoted[1 : len(quoted)-1])
}
