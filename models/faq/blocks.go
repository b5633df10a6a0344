package faq

import "strings"

// Block is a paragraph, or a list, of an answer.
type Block struct {
	List  bool
	Lines []string // of a paragraph the one
}

// Blocks takes an answer as translators write it apart: an empty line between
// paragraphs, a hyphen and a space before each line of a list.
func Blocks(text string) []Block {
	var out []Block
	for part := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		var b Block
		for line := range strings.SplitSeq(part, "\n") {
			line = strings.TrimSpace(line)
			item, isItem := strings.CutPrefix(line, "- ")
			switch {
			case line == "":
			case isItem && !b.List && len(b.Lines) > 0: // a list straight after its sentence
				out = append(out, b)
				b = Block{List: true, Lines: []string{item}}
			case isItem:
				b.List, b.Lines = true, append(b.Lines, item)
			case b.List || len(b.Lines) == 0: // a line of ours never runs on inside a list
				b.Lines = append(b.Lines, line)
			default:
				b.Lines[0] += " " + line
			}
		}
		if len(b.Lines) > 0 {
			out = append(out, b)
		}
	}
	return out
}

// Plain is the answer on one line, for searching and for extracts.
func Plain(text string) string {
	var parts []string
	for _, b := range Blocks(text) {
		parts = append(parts, strings.Join(b.Lines, "; "))
	}
	return strings.Join(parts, " ")
}
