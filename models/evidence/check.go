package evidence

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problem is why a file is not taken: a closed list, put into words by locales.
type Problem string

const (
	Missing   Problem = "missing"   // no file was chosen
	Empty     Problem = "empty"     // there is nothing in it
	TooLarge  Problem = "too_large" // over MaxBytes
	TooMany   Problem = "too_many"  // over MaxFiles
	WrongOne  Problem = "kind"      // none of the closed list
	NotItself Problem = "mismatch"  // name, declared type and content do not say the same
	Broken    Problem = "broken"    // it cannot be read as what it is
	TooWide   Problem = "too_wide"  // an image of more points than is sensible
	Active    Problem = "active"    // a PDF that would do something when it is opened
	Locked    Problem = "locked"    // a PDF that needs a password: nobody could look into it
)

// Problems lists every problem, so that words can be checked for each.
func Problems() []Problem {
	return []Problem{Missing, Empty, TooLarge, TooMany, WrongOne, NotItself, Broken, TooWide, Active, Locked}
}

var extensions = map[string]Kind{".pdf": PDF, ".jpg": JPEG, ".jpeg": JPEG, ".png": PNG}

// Check says what a file is, or why it is not taken. Its first bytes, the type that
// came with it and the end of its name must say the same.
func Check(up Upload) (Kind, Problem) {
	switch {
	case len(up.Body) == 0 && up.Name == "":
		return "", Missing
	case len(up.Body) == 0:
		return "", Empty
	case len(up.Body) > MaxBytes:
		return "", TooLarge
	}
	kind := kindOf(up.Body)
	declared, _, _ := strings.Cut(strings.ToLower(up.Declared), ";")
	named, known := extensions[strings.ToLower(path.Ext(up.Name))]
	switch {
	case kind == "" || !known:
		return "", WrongOne
	case named != kind || !slices.Contains(declaredAs[kind], strings.TrimSpace(declared)):
		return "", NotItself
	}
	if kind == PDF {
		return kind, checkPDF(up.Body)
	}
	return kind, checkImage(kind, up.Body)
}

// declaredAs are the types that browsers send with each kind.
var declaredAs = map[Kind][]string{PDF: {"application/pdf"}, JPEG: {"image/jpeg", "image/jpg", "image/pjpeg"}, PNG: {"image/png"}}

func kindOf(body []byte) Kind {
	switch {
	case bytes.HasPrefix(body, []byte("%PDF-")):
		return PDF
	case bytes.HasPrefix(body, []byte("\xff\xd8\xff")):
		return JPEG
	case bytes.HasPrefix(body, []byte("\x89PNG\r\n\x1a\n")):
		return PNG
	}
	return ""
}

// cleanName keeps of a name what is fit to be read: no folders, nothing that turns
// text around or cannot be seen, no more than a line.
func cleanName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name)
	if r := []rune(name); len(r) > maxName {
		ext := []rune(path.Ext(name))
		if len(ext) > 8 {
			ext = nil
		}
		name = string(r[:maxName-len(ext)]) + string(ext)
	}
	return strings.TrimSpace(name)
}
