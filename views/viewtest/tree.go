package viewtest

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Walk visits every element in the order of the document.
func Walk(root *html.Node, visit func(*html.Node)) {
	if root.Type == html.ElementNode {
		visit(root)
	}
	for c := root.FirstChild; c != nil; c = c.NextSibling {
		Walk(c, visit)
	}
}

// All finds the elements of a name.
func All(root *html.Node, name string) []*html.Node {
	var found []*html.Node
	Walk(root, func(n *html.Node) {
		if n.Data == name {
			found = append(found, n)
		}
	})
	return found
}

// ByClass finds the elements that carry a class.
func ByClass(root *html.Node, class string) []*html.Node {
	var found []*html.Node
	Walk(root, func(n *html.Node) {
		if hasClass(n, class) {
			found = append(found, n)
		}
	})
	return found
}

func hasClass(n *html.Node, class string) bool {
	return slices.Contains(strings.Fields(Attr(n, "class")), class)
}

// Attr is the value of an attribute, or "".
func Attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// Text is what an element says, with single spaces.
func Text(root *html.Node) string {
	var b strings.Builder
	var collect func(*html.Node)
	collect = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			collect(c)
		}
	}
	collect(root)
	return strings.Join(strings.Fields(b.String()), " ")
}

func firstControl(root *html.Node) *html.Node {
	var first *html.Node
	Walk(root, func(n *html.Node) {
		if first != nil {
			return
		}
		switch n.Data {
		case "button", "select", "textarea", "a", "summary":
			first = n
		case "input":
			if Attr(n, "type") != "hidden" {
				first = n
			}
		}
	})
	return first
}
