package evidence

import (
	"bytes"
	"compress/zlib"
	"image/jpeg"
	"image/png"
	"io"
	"regexp"
	"sync"
)

// Limits of what is looked into: a photograph of a telephone has 12 to 50 million
// points; an unpacked stream of a PDF that holds its objects is a few hundred kB.
const (
	maxSide   = 12_000
	maxPoints = 60_000_000
	// An image is decoded whole only when that costs little memory: what is larger is
	// held against its header alone.
	decodePoints = 16_000_000
	maxUnpacked  = 32 << 20
)

// decoding lets one image be decoded at a time.
var decoding sync.Mutex

// checkImage decodes an image: what does not decode is none, whatever its first bytes say.
func checkImage(kind Kind, body []byte) Problem {
	size, decode := jpeg.DecodeConfig, jpeg.Decode
	if kind == PNG {
		size, decode = png.DecodeConfig, png.Decode
	}
	config, err := size(bytes.NewReader(body))
	points := int64(config.Width) * int64(config.Height)
	switch {
	case err != nil || points == 0:
		return Broken
	case config.Width > maxSide || config.Height > maxSide || points > maxPoints:
		return TooWide
	case points > decodePoints:
		return ""
	}
	decoding.Lock()
	defer decoding.Unlock()
	if _, err := decode(bytes.NewReader(body)); err != nil {
		return Broken
	}
	return ""
}

// acts are the names by which a PDF does something by itself, carries another file, or
// leads elsewhere (ISO 32000-1, 12.6.4).
var (
	acts      = regexp.MustCompile(`/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE|GoToR|Rendition|Sound|Movie)([\s/<>\[\]()]|$)`)
	encrypted = regexp.MustCompile(`/Encrypt([\s/<>\[\]()]|$)`)
	escaped   = regexp.MustCompile(`#[0-9A-Fa-f]{2}`)
	stream    = []byte("stream")
)

// checkPDF refuses what is active. Names may be written with escapes (/J#61vaScript),
// and objects may lie packed in streams: both are undone before it is looked. What
// cannot be unpacked cannot be looked into, and is refused.
func checkPDF(body []byte) Problem {
	if !bytes.Contains(body[max(0, len(body)-2048):], []byte("%%EOF")) || !bytes.Contains(body, []byte("obj")) {
		return Broken
	}
	left, outside := maxUnpacked, make([]byte, 0, len(body))
	rest := body
	for {
		at := bytes.Index(rest, stream)
		if at < 0 {
			outside = append(outside, rest...)
			break
		}
		head, after := rest[:at], rest[at+len(stream):]
		outside = append(append(outside, head...), '\n')
		end := bytes.Index(after, []byte("endstream"))
		if end < 0 {
			outside = append(outside, after...)
			break
		}
		if p := checkStream(dictionary(head), after[:end], &left); p != "" {
			return p
		}
		rest = after[end+len("endstream"):]
	}
	outside = unescape(outside)
	switch {
	case encrypted.Match(outside):
		return Locked
	case acts.Match(outside) || longActs.Match(unescape(body)):
		return Active
	}
	return ""
}

// longActs are looked for in the packed bytes as well, where no shorter name would be
// told from chance: an object may lie where something else seems to be.
var longActs = regexp.MustCompile(`/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|Rendition)([\s/<>\[\]()]|$)`)

// dictionary is what stands before a stream and says how it is packed.
func dictionary(head []byte) []byte {
	if at := bytes.LastIndex(head, []byte(" obj")); at >= 0 {
		head = head[at:]
	}
	return unescape(head)
}

// checkStream looks into a stream that holds objects. left is how much may still be
// unpacked of this file.
func checkStream(dict, packed []byte, left *int) Problem {
	if !bytes.Contains(dict, []byte("/ObjStm")) {
		return ""
	}
	text := bytes.TrimLeft(packed, "\r\n")
	if bytes.Contains(dict, []byte("/Filter")) {
		if !bytes.Contains(dict, []byte("/FlateDecode")) || bytes.Contains(dict, []byte("/DecodeParms")) {
			return Broken
		}
		z, err := zlib.NewReader(bytes.NewReader(text))
		if err != nil {
			return Broken
		}
		text, err = io.ReadAll(io.LimitReader(z, int64(*left)+1))
		if err != nil && len(text) == 0 {
			return Broken
		}
	}
	if *left -= len(text); *left < 0 {
		return TooWide
	}
	if acts.Match(unescape(text)) {
		return Active
	}
	return ""
}

func unescape(text []byte) []byte {
	return escaped.ReplaceAllFunc(text, func(e []byte) []byte {
		value := func(c byte) byte {
			switch {
			case c <= '9':
				return c - '0'
			case c <= 'F':
				return c - 'A' + 10
			}
			return c - 'a' + 10
		}
		return []byte{value(e[1])<<4 | value(e[2])}
	})
}
