package evidence

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
)

// acts are the names by which a PDF does something by itself, carries another file, or
// leads elsewhere (ISO 32000-1, 12.6.4). Those that are true are looked for in packed
// bytes as well, where no shorter name would be told from chance: an object may lie
// where something else seems to be.
var acts = map[string]bool{
	"JavaScript": true, "Launch": true, "EmbeddedFile": true, "EmbeddedFiles": true, "RichMedia": true, "SubmitForm": true, "ImportData": true, "Rendition": true,
	"JS": false, "XFA": false, "GoToE": false, "GoToR": false, "Sound": false, "Movie": false,
}

const (
	objects  = "ObjStm"
	maxNamed = 32 // no name that is looked for is longer
)

// pdf is a file that is being looked into, from its beginning to its end.
type pdf struct {
	body           []byte
	at, object     int    // where it stands, and where the present object began
	last           string // the token before
	depth          int    // of dictionaries
	left           int    // how much may still be unpacked
	packets        int    // that hold objects and were unpacked
	active, locked bool
	unpack         io.ReadCloser
}

// checkPDF refuses what is active. Names may be written with escapes (/J#61vaScript),
// and objects may lie packed in streams: both are undone before it is looked. What
// cannot be unpacked cannot be looked into, and is refused; so is a file that speaks
// of more packets of objects than were found in it, because somebody hid one.
func checkPDF(body []byte) Problem {
	decoding.Lock()
	defer decoding.Unlock()
	if !bytes.Contains(body[max(0, len(body)-2048):], []byte("%%EOF")) || !bytes.Contains(body, []byte("obj")) {
		return Broken
	}
	f := &pdf{body: body, left: maxUnpacked}
	outside := 0
	for f.next() {
		f.look(body[outside:f.at])
		if p := f.stream(); p != "" {
			return p
		}
		outside = f.at
	}
	f.look(body[outside:])
	spoken := 0
	eachName(body, func(name string) {
		if name == objects {
			spoken++
		}
		f.active = f.active || acts[name]
	})
	switch {
	case f.locked:
		return Locked
	case f.active:
		return Active
	case spoken > f.packets:
		return Broken
	}
	return ""
}

// look notes what text names.
func (f *pdf) look(text []byte) {
	eachName(text, func(name string) {
		_, is := acts[name]
		f.active, f.locked = f.active || is, f.locked || name == "Encrypt"
	})
}

// next goes to the start of what the next stream holds. The word begins one only as a
// token by itself, after a dictionary and before the end of a line: in a string, in a
// comment or within a dictionary it does not.
func (f *pdf) next() bool {
	for f.at < len(f.body) {
		switch ch := f.body[f.at]; {
		case blank(ch):
			f.at++
		case ch == '%':
			for f.at < len(f.body) && f.body[f.at] != '\n' && f.body[f.at] != '\r' {
				f.at++
			}
		case ch == '(':
			f.text()
		case bytes.HasPrefix(f.body[f.at:], []byte("<<")):
			f.depth, f.last, f.at = f.depth+1, "<<", f.at+2
		case bytes.HasPrefix(f.body[f.at:], []byte(">>")):
			f.depth, f.last, f.at = max(0, f.depth-1), ">>", f.at+2
		case ends[ch]:
			f.last, f.at = "", f.at+1
		default:
			if f.word() {
				return true
			}
		}
	}
	return false
}

// text passes over a string, which may hold others.
func (f *pdf) text() {
	for deep := 0; f.at < len(f.body); f.at++ {
		switch f.body[f.at] {
		case '\\':
			f.at++
		case '(':
			deep++
		case ')':
			if deep--; deep == 0 {
				f.at++
				f.last = ""
				return
			}
		}
	}
	f.at = len(f.body)
}

// word passes over a word, and tells whether a stream begins behind it.
func (f *pdf) word() bool {
	from := f.at
	for f.at < len(f.body) && !ends[f.body[f.at]] {
		f.at++
	}
	word, before := string(f.body[from:min(f.at, from+maxNamed)]), f.last
	switch f.last = word; word {
	case "obj":
		f.object, f.depth = f.at, 0
	case "stream":
		line := bytes.TrimLeft(f.body[f.at:], " \t")
		return before == ">>" && f.depth == 0 && len(line) > 0 && (line[0] == '\r' || line[0] == '\n')
	}
	return false
}

// stream looks into a stream, if it holds objects, and passes over it. What is packed
// ends where the packing says so, whatever word lies in it.
func (f *pdf) stream() Problem {
	named := map[string]int{}
	eachName(f.body[f.object:f.at], func(name string) { named[name]++ })
	end := bytes.Index(f.body[f.at:], []byte("endstream"))
	if end < 0 {
		f.look(f.body[f.at:])
		end = len(f.body) - f.at
	}
	if named[objects] > 0 || named["First"] > 0 {
		text := bytes.TrimLeft(f.body[f.at:], " \t\r\n")
		if named["Filter"] == 0 {
			text = f.body[f.at : f.at+end]
		} else {
			var rest int
			var p Problem
			if text, rest, p = f.unpacked(text, named); p != "" {
				return p
			}
			end = len(f.body) - f.at - rest
		}
		if f.left -= len(text) + packetCost; f.left < 0 {
			return TooWide
		}
		f.packets++
		if f.look(text); f.active {
			return Active
		}
	}
	f.at += end
	f.object, f.last, f.depth = f.at, "", 0
	return ""
}

// unpacked is what was packed, and how many bytes follow it.
func (f *pdf) unpacked(packed []byte, named map[string]int) (text []byte, rest int, p Problem) {
	if named["FlateDecode"] != 1 || named["Filter"] != 1 || named["DecodeParms"] > 0 {
		return nil, 0, Broken
	}
	from := bytes.NewReader(packed)
	var err error
	if f.unpack == nil {
		f.unpack, err = zlib.NewReader(from)
	} else {
		err = f.unpack.(zlib.Resetter).Reset(from, nil)
	}
	if err != nil {
		return nil, 0, Broken
	}
	text, err = io.ReadAll(io.LimitReader(f.unpack, int64(f.left)+1))
	if err != nil && !errors.Is(err, zlib.ErrChecksum) {
		return nil, 0, Broken
	}
	return text, from.Len(), ""
}

// eachName calls do with each name in text that is short enough to be looked for, its
// escapes undone.
func eachName(text []byte, do func(name string)) {
	var name [maxNamed]byte
	for {
		at := bytes.IndexByte(text, '/')
		if at < 0 {
			return
		}
		text = text[at+1:]
		i, n := 0, 0
		for ; i < len(text) && n < len(name) && !ends[text[i]]; i++ {
			name[n] = text[i]
			if text[i] == '#' && i+2 < len(text) {
				if high, low := digit(text[i+1]), digit(text[i+2]); high < 16 && low < 16 {
					name[n] = high<<4 | low
					i += 2
				}
			}
			n++
		}
		if n > 1 && n < len(name) { // none that is looked for has one letter
			do(string(name[:n]))
		}
		text = text[i:]
	}
}

func digit(ch byte) byte {
	switch {
	case ch >= '0' && ch <= '9':
		return ch - '0'
	case ch >= 'A' && ch <= 'F':
		return ch - 'A' + 10
	case ch >= 'a' && ch <= 'f':
		return ch - 'a' + 10
	}
	return 16
}

// ends are the bytes that end a word: blanks and delimiters.
var ends = func() (t [256]bool) {
	for _, ch := range []byte(" \n\r\t\f\x00()<>[]{}/%") {
		t[ch] = true
	}
	return t
}()

func blank(ch byte) bool {
	return ch == ' ' || ch == '\n' || ch == '\r' || ch == '\t' || ch == '\f' || ch == 0
}
