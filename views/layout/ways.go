package layout

import "candour/views/link"

// publicNavigation is at most six entries, for who is not signed in.
func publicNavigation(s Shell) []navItem {
	items := []navItem{{"home", link.Home()}, {"questions", link.Questions(nil)}, {"choices", link.Choices()},
		{"partners", link.Partners(nil)}, {"included", link.Included()}}
	if s.Demo {
		items = append(items, navItem{"tour", link.Tour()})
	}
	return items
}

// staffNavigation is at most six entries, by what the role can do.
func staffNavigation(s Shell) []navItem {
	items := []navItem{{"find", link.FindPatient()}}
	if s.Requests {
		items = append(items, navItem{"cases", link.Cases(nil)})
	}
	return items
}

// footerItems are what the service says of itself, on every page.
func footerItems(s Shell) []navItem {
	items := []navItem{{"questions", link.Questions(nil)}, {"partners", link.Partners(nil)}, {"whats_new", link.WhatsNew()}, {"status", link.Status()},
		{"accessibility", link.Accessibility()}, {"privacy", link.Privacy()}, {"cookies", link.Cookies()}, {"contact", link.Contact()}}
	if s.Demo {
		items = append(items, navItem{"tour", link.Tour()}, navItem{"languages", link.Languages()}, navItem{"gallery", link.Gallery("")})
	}
	return items
}
