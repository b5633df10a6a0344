package signin

import (
	"candour/views/link"
	view "candour/views/signin"
)

// Ways are the ways in, each coming back to the page asked for.
func (d *Desk) Ways(back string) []view.Provider {
	if d.Registry == nil {
		return nil
	}
	var ways []view.Provider
	for _, name := range d.Registry.order {
		p := d.Registry.parties[name]
		ways = append(ways, view.Provider{Audience: string(p.Audience), Title: p.Title, Href: link.SignInWith(name, back), Demo: p.Demo})
	}
	return ways
}
