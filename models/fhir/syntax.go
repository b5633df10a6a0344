package fhir

import (
	"bytes"
	"io"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxDepth is how deep JSON may be nested; nothing real comes near it (trust.md T53).
const MaxDepth = 64

// TrimBOM takes a UTF-8 byte order mark away.
func TrimBOM(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")) }

// Sniff looks at the first bytes of an input and names what is not JSON in
// UTF-8. It returns nil when the input may be.
func Sniff(head []byte) *Refusal {
	for _, bom := range []string{"\xff\xfe", "\xfe\xff", "\x00\x00\xfe\xff"} {
		if bytes.HasPrefix(head, []byte(bom)) {
			return refuse(UTF16, "byte order mark of UTF-16 or UTF-32")
		}
	}
	if len(head) >= 4 && (head[0] == 0 || head[1] == 0) {
		return refuse(UTF16, "zero bytes between letters")
	}
	t := bytes.TrimLeft(TrimBOM(head), " \t\r\n\x0b")
	lower := bytes.ToLower(t[:min(len(t), 64)])
	switch {
	case len(t) == 0:
		return refuse(Empty, "")
	case bytes.HasPrefix(lower, []byte("<!doctype html")), bytes.HasPrefix(lower, []byte("<html")):
		return refuse(HTML, "a web page, perhaps an error page saved as data")
	case t[0] == '<':
		return refuse(XML, "")
	case bytes.HasPrefix(t, []byte("MSH")), bytes.HasPrefix(t, []byte("FHS|")), bytes.HasPrefix(t, []byte("BHS|")):
		return refuse(HL7v2, "")
	case bytes.HasPrefix(t, []byte("PK\x03\x04")), bytes.HasPrefix(t, []byte("\x1f\x8b")), bytes.HasPrefix(t, []byte("%PDF")):
		return refuse(Archive, "")
	}
	return nil
}

// Depth counts how deep the nesting goes, without recursion and before anything
// else reads the bytes.
func Depth(raw []byte) int {
	depth, deepest := 0, 0
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '{', '[':
			if depth++; depth > deepest {
				deepest = depth
			}
		case '}', ']':
			depth--
		case '"':
			i = stringEnd(raw, i)
		}
	}
	return deepest
}

// stringEnd is the index of the quote that ends the string beginning at i, or
// len(raw).
func stringEnd(raw []byte, i int) int {
	for from := i + 1; ; {
		quote := bytes.IndexByte(raw[from:], '"')
		if quote < 0 {
			return len(raw)
		}
		end, escapes := from+quote, 0
		for end-1-escapes > i && raw[end-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return end
		}
		from = end + 1
	}
}

// CheckSyntax says whether raw is one JSON value in UTF-8, not too deep, each
// name once. A repeated name is good JSON but a bad document: it gets its own
// reason.
func CheckSyntax(raw []byte) *Refusal {
	if r := Sniff(raw[:min(len(raw), 512)]); r != nil {
		return r
	}
	raw = TrimBOM(raw)
	if Depth(raw) > MaxDepth {
		return refuse(TooDeep, "")
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(raw))
	if err := dec.SkipValue(); err != nil {
		if !utf8.Valid(raw) {
			return refuse(NotUTF8, "")
		}
		return refusalOf(err)
	}
	return atEnd(dec)
}

// atEnd refuses anything after the first document.
func atEnd(dec *jsontext.Decoder) *Refusal {
	if _, err := dec.ReadToken(); err != io.EOF {
		return refuse(TwoDocuments, "")
	}
	return nil
}
