package component

import (
	"context"
	"io"

	"candour/locales"
	"candour/views/component/nhsuk"
	"github.com/a-h/templ"
)

// Two controls have words that a script says. They come from locales too, so that a
// page in another language stays in it. A page with one of them says so by
// layout.Meta.Forms; without the script both are whole.

// Counted is an Area that says how many characters are left.
func Counted(a Area, limit int) templ.Component {
	return spoken(func(t func(key string) string) templ.Component {
		return nhsuk.CharacterCount{Textarea: a.textarea(), MaxLength: limit,
			CharactersUnderLimitText: map[string]string{"one": t("component.room.left_one"), "other": t("component.room.left_other")},
			CharactersAtLimitText:    t("component.room.left_none"),
			CharactersOverLimitText:  map[string]string{"one": t("component.room.over_one"), "other": t("component.room.over_other")}}
	})
}

// Upload takes a file, or several.
func Upload(c Control, several bool) templ.Component {
	return spoken(func(t func(key string) string) templ.Component {
		return nhsuk.FileUpload{Field: c.field(), Multiple: several,
			ChooseFilesButtonText: t("component.file.choose"), NoFileChosenText: t("component.file.none"), DropInstructionText: t("component.file.drop"),
			EnteredDropZoneText: t("component.file.entered"), LeftDropZoneText: t("component.file.left"),
			MultipleFilesChosenText: map[string]string{"one": t("component.file.several_one"), "other": t("component.file.several_other")}}
	})
}

// spoken draws a piece with sentences for a script, which knows a number by another sign.
func spoken(draw func(t func(key string) string) templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return draw(func(key string) string { return locales.T(ctx, key, "n", "%{count}") }).Render(ctx, w)
	})
}
