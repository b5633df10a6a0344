package public

import (
	"testing"

	"candour/locales"
	"candour/views/layout"
	"candour/views/viewtest"
)

func TestTheLanguageInUseIsChosen(t *testing.T) {
	root := viewtest.Page(t, "languages", layout.Shell{Demo: true}, LanguagesPage(append([]string{locales.Default}, locales.Pseudo...)))
	checked := 0
	for _, input := range viewtest.All(root, "input") {
		for _, a := range input.Attr {
			if a.Key == "checked" && viewtest.Attr(input, "value") == locales.Default {
				checked++
			}
		}
	}
	if checked != 1 {
		t.Errorf("%d options are chosen as the page's language, want 1", checked)
	}
}
