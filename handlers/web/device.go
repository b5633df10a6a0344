package web

import "strings"

// device puts a browser's long name for itself into two of our own words, for
// instance "firefox windows": enough for its owner to know it again, too little to
// know anybody by. Nothing else of it is stored.
func device(agent string) string { return first(agent, browsers) + " " + first(agent, systems) }

type mark struct{ in, word string }

// The order matters: most browsers name others as well.
var browsers = []mark{
	{"Edg", "edge"}, {"SamsungBrowser", "samsung"}, {"OPR/", "opera"}, {"Firefox/", "firefox"}, {"FxiOS", "firefox"},
	{"CriOS", "chrome"}, {"Chrome/", "chrome"}, {"Chromium/", "chrome"}, {"Safari/", "safari"},
}

var systems = []mark{
	{"iPhone", "iphone"}, {"iPad", "ipad"}, {"Android", "android"}, {"CrOS", "chromeos"}, {"Windows", "windows"},
	{"Macintosh", "mac"}, {"Linux", "linux"},
}

func first(agent string, marks []mark) string {
	for _, m := range marks {
		if strings.Contains(agent, m.in) {
			return m.word
		}
	}
	return "other"
}
