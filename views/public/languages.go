package public

import (
	"context"

	"candour/locales"
	"candour/views/component"
)

func languageChoice(ctx context.Context, languages []string) component.Group {
	g := component.Group{ID: "language", Legend: locales.T(ctx, "languages.title"), Size: "l", Heading: true, Hint: locales.T(ctx, "languages.hint")}
	for _, lang := range languages {
		g.Options = append(g.Options, component.Option{Value: lang, Text: locales.T(ctx, "languages.name."+lang), Selected: lang == locales.Lang(ctx)})
	}
	return g
}
