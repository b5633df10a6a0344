package nhsuk

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// elements are those whose name an option decides.
var elements = map[string]bool{
	"h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true, "p": true, "div": true, "span": true, "strong": true,
	"a": true, "button": true, "label": true, "legend": true, "caption": true, "td": true, "th": true, "ul": true,
}

// element is an element by name; a name that is none of ours is a div.
func element(name string, all templ.Attributes) templ.Component {
	if !elements[name] {
		name = "div"
	}
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		children := templ.GetChildren(ctx)
		ctx = templ.ClearChildren(ctx)
		if _, err := io.WriteString(w, "<"+name); err != nil {
			return err
		}
		if err := templ.RenderAttributes(ctx, w, all); err != nil {
			return err
		}
		if _, err := io.WriteString(w, ">"); err != nil {
			return err
		}
		if err := children.Render(ctx, w); err != nil {
			return err
		}
		_, err := io.WriteString(w, "</"+name+">")
		return err
	})
}

// text is a component that says words.
func text(words string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, templ.EscapeString(words))
		return err
	})
}

// read is the part, or the words.
func read(words string, part templ.Component) templ.Component {
	if part != nil {
		return part
	}
	return text(words)
}

// Together is one component after another.
func Together(parts ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, part := range parts {
			if part == nil {
				continue
			}
			if err := part.Render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
}
