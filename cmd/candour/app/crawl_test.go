package app

import (
	"net/http"
	"net/url"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"candour/models/opaque"
	"candour/models/record"
	"candour/models/seed"
)

// Everybody replays every address of everybody else, and the addresses that could
// be guessed, and no answer may hold a word planted in a record that its viewer
// may not see (trust.md 1.6, T37, T38, T40, X-09).

// crawled is what one persona may see: whose planted words may come out.
type crawled struct {
	*browser
	persona seed.Persona
	may     map[opaque.ID]bool
	links   []string
}

func TestNobodyReachesAnotherPersonsWords(t *testing.T) {
	p := start(t, filepath.Join(t.TempDir(), "candour.db"))
	world := p.Demo.World
	crew := everybody(t, p)
	paths := map[string]bool{}
	for _, c := range crew {
		c.wander(60)
		for _, l := range c.links {
			paths[l] = true
		}
	}
	for _, id := range world.People {
		for _, l := range guessable(id) {
			paths[l] = true
		}
	}
	all := make([]string, 0, len(paths))
	for path := range paths {
		all = append(all, path)
	}
	sort.Strings(all)
	cells, shown := 0, 0
	for _, c := range crew {
		for _, path := range all {
			a := c.get(path)
			cells++
			shown += c.inspect(t, p, path, a)
		}
	}
	t.Logf("%d personas × %d addresses = %d cells; %d held a word that its viewer may see, 0 may leak", len(crew), len(all), cells, shown)
	if cells < 5000 {
		t.Errorf("%d cells are fewer than 5,000", cells)
	}
	if shown < 20 {
		t.Errorf("only %d cells showed anything: the crawl looks in the wrong places", shown)
	}
}

// inspect fails on a word that this viewer may not see and counts those they may.
func (c *crawled) inspect(t *testing.T, p *portal, path string, a answer) int {
	leaks, shown := words(p.Demo.World, c.may, a.Body)
	for _, word := range leaks {
		t.Errorf("%s: %s shows %q", c.persona.Key, path, word)
	}
	return shown
}

// words finds the planted words in a page: those that its viewer may not see, and
// how many of those they may.
func words(world *seed.World, may map[opaque.ID]bool, body string) (leaks []string, shown int) {
	for _, canary := range world.Canaries {
		if strings.Contains(body, canary) {
			leaks = append(leaks, canary)
		}
	}
	for id, word := range world.Planted {
		switch {
		case word == "" || !strings.Contains(body, word):
		case may[id]:
			shown++
		default:
			leaks = append(leaks, word)
		}
	}
	return leaks, shown
}

// The crawl is worth something only if it finds a leak when there is one: here
// the page of one person is looked at as if another had been given it.
func TestTheCrawlFindsALeak(t *testing.T) {
	p := start(t, filepath.Join(t.TempDir(), "candour.db"))
	person := p.Demo.Person("many-sources")
	doctor := p.signIn(t, "hospital-doctor")
	doctor.claim(person)
	page := doctor.get("/patients/" + string(person) + "/record").Body
	if leaks, shown := words(p.Demo.World, map[opaque.ID]bool{person: true}, page); len(leaks) != 0 || shown != 1 {
		t.Errorf("the doctor's own view: leaks %v, %d words", leaks, shown)
	}
	if leaks, _ := words(p.Demo.World, nil, page); len(leaks) != 1 {
		t.Errorf("the same page in other hands: leaks %v", leaks)
	}
	if leaks, _ := words(p.Demo.World, nil, "<p>"+p.Demo.World.Canaries[0]+"</p>"); len(leaks) != 1 {
		t.Errorf("a canary came out and was not found")
	}
}

// everybody signs all personas in; those who give care open a record each where
// they may, so that there is something to replay.
func everybody(t *testing.T, p *portal) []*crawled {
	world := p.Demo.World
	opens := map[string][]string{
		"hospital-doctor": {"many-sources", "objected", "restricted", "child", "moved-away"}, "gp": {"conflicting-doses", "objected", "turning-18"},
		"nurse": {"many-sources"}, "social-worker": {"many-sources"}, "out-of-area-doctor": {"holiday", "sensitive"}, "two-roles": {"sensitive"},
		"expired-training": {"many-sources"}, "receptionist": {"many-sources"}, "privacy-officer": {"many-sources"},
	}
	var out []*crawled
	for _, persona := range world.Personas {
		c := &crawled{browser: p.signIn(t, persona.Key), persona: persona, may: map[opaque.ID]bool{}}
		if persona.Person != "" {
			c.may[persona.Person] = true
		}
		if persona.Key == "two-roles" {
			c.pickFirstRole()
		}
		for _, key := range opens[persona.Key] {
			id := world.People[key]
			if a := c.claim(id); a.Status == http.StatusOK && strings.HasSuffix(a.URL.Path, "/record") {
				c.may[id] = true
			}
		}
		out = append(out, c)
	}
	for _, key := range []string{"objected", "restricted", "child", "moved-away", "turning-18"} {
		for _, c := range out {
			if c.persona.Kind == seed.StaffPersona && c.may[world.People[key]] {
				t.Errorf("%s opened the record of %s", c.persona.Key, key)
			}
		}
	}
	return out
}

func (c *crawled) pickFirstRole() {
	page := c.get("/sign-in/role")
	choice := ""
	walk(c.t, page.Body, func(n *html.Node) {
		if n.Data == "input" && attr(n, "type") == "radio" && choice == "" {
			choice = attr(n, "name") + "=" + attr(n, "value")
		}
	})
	name, value, _ := strings.Cut(choice, "=")
	c.send(page, "/sign-in/role", url.Values{name: {value}})
}

// wander follows the links of the portal's own pages from the homes of all.
func (c *crawled) wander(limit int) {
	queue := []string{"/", "/my", "/patients", "/my/access-history", "/my/inclusion"}
	for id := range c.may {
		queue = append(queue, "/patients/"+string(id)+"/record")
	}
	seen := map[string]bool{}
	for len(queue) > 0 && len(seen) < limit {
		path := queue[0]
		queue = queue[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		a := c.get(path)
		walk(c.t, a.Body, func(n *html.Node) {
			for _, name := range []string{"href", "hx-get", "src"} {
				if href := attr(n, name); own(href) && !seen[href] {
					queue = append(queue, strings.SplitN(href, "#", 2)[0])
				}
			}
		})
	}
	for path := range seen {
		c.links = append(c.links, path)
	}
}

func own(href string) bool {
	return strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "//") && !strings.HasPrefix(href, "/static/") &&
		!strings.HasPrefix(href, "/sign-in") && !strings.HasPrefix(href, "/demo-idp") && !strings.HasPrefix(href, "/sign-out")
}

// guessable are the addresses that anybody could make from a person's id.
func guessable(id opaque.ID) []string {
	base := "/patients/" + string(id)
	out := []string{base + "/record", base + "/record/print", base + "/record/csv", base + "/record?q=a", base + "/reason"}
	for _, kind := range record.SectionOrder[:3] {
		out = append(out, base+"/record/sections/"+string(kind))
	}
	return out
}
