package app

import (
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"candour/models/db/dbtest"
	"candour/models/opaque"
	"candour/models/record"
)

// What a page shows and what the log says it showed are the same set, on every
// surface (FAQ promise S-21, X-01). The comparison is made for random records, and
// it is shown to notice a page that prints what it did not register, and a log
// that names what was not shown.

// surfaces are the ways in which one record can be asked for.
func surfaces(person opaque.ID, sources []string, word string) []string {
	base := "/patients/" + string(person) + "/record"
	out := []string{base, base + "/print", base + "/csv", base + "?q=" + url.QueryEscape(word), base + "?from=2025-06-01&to=2026-06-30",
		"/patients/" + string(person) + "/reason",
		base + "/print?from=2026-01-01", base + "/csv?q=" + url.QueryEscape(word)}
	for _, s := range sources {
		out = append(out, base+"?source="+url.QueryEscape(s))
	}
	for _, kind := range record.SectionOrder {
		out = append(out, base+"/sections/"+string(kind))
	}
	return out
}

// shownIn are the tokens id.version of an answer, whatever its shape.
func shownIn(t testing.TB, a answer) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	if strings.HasPrefix(a.Header.Get("Content-Type"), "text/csv") {
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.Body, "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatalf("CSV: %v", err)
		}
		item, version := -1, -1
		for n, row := range rows {
			if n == 0 {
				for i, name := range row {
					switch strings.ToLower(name) {
					case "item", "item id":
						item = i
					case "version":
						version = i
					}
				}
				if item < 0 || version < 0 {
					t.Fatalf("CSV without item and version: %v", row)
				}
				continue
			}
			if row[item] != "" {
				out[row[item]+"."+row[version]] = true
			}
		}
		return out
	}
	walk(t, a.Body, func(n *html.Node) {
		for _, tok := range strings.Fields(attr(n, "data-item")) {
			out[tok] = true
		}
	})
	return out
}

// differences lists what stands on one side only.
func differences(page, log map[string]bool) (out []string) {
	for tok := range page {
		if !log[tok] {
			out = append(out, "shown, not logged: "+tok)
		}
	}
	for tok := range log {
		if !page[tok] {
			out = append(out, "logged, not shown: "+tok)
		}
	}
	return out
}

// visit asks for one surface and gives what was shown and what was logged.
func (b *browser) visit(path string) (answer, map[string]bool, map[string]bool) {
	b.t.Helper()
	before := b.p.lastSeq(b.t)
	a := b.get(path)
	if a.Status != http.StatusOK {
		b.t.Fatalf("%s: %d %s", path, a.Status, text(a.Body))
	}
	logged := map[string]bool{}
	for _, l := range b.p.since(b.t, before) {
		for tok := range b.p.items(b.t, l) {
			logged[tok] = true
		}
	}
	return a, shownIn(b.t, a), logged
}

func TestWhatIsShownIsWhatIsLogged(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { shownIsLogged(t, filepath.Join(t.TempDir(), "candour.db"), 500) })
	t.Run("postgres", func(t *testing.T) { shownIsLogged(t, dbtest.DurableURL(t), 60) })
}

func shownIsLogged(t *testing.T, dsn string, count int) {
	p := start(t, dsn)
	people := randomPeople(t, p, count)
	doctor := p.signIn(t, "gp")
	cells, items := 0, 0
	for _, who := range people {
		if a := doctor.claim(who.id); a.Status != http.StatusOK {
			t.Fatalf("claim: %d %s", a.Status, text(a.Body))
		}
		for _, path := range surfaces(who.id, who.sources, who.word) {
			a, shown, logged := doctor.visit(path)
			for _, d := range differences(shown, logged) {
				t.Errorf("%s: %s", path, d)
			}
			if path == "/patients/"+string(who.id)+"/record" && len(shown) == 0 {
				t.Errorf("%s shows nothing: %s", path, text(a.Body))
			}
			cells++
			items += len(shown)
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	t.Logf("%d records, %d answers, %d items shown, each of them logged and nothing else", len(people), cells, items)
}

// The comparison must notice a renderer that leaves a registration out, and one
// that prints an item nobody registered.
func TestTheComparisonNoticesAPageThatLies(t *testing.T) {
	for name, lie := range map[string]func(string) string{
		"registration dropped": func(page string) string {
			token := regexp.MustCompile(`data-item="([a-z2-7]+\.\d+)`).FindStringSubmatch(page)[1]
			return strings.ReplaceAll(page, token, "")
		},
		"unregistered item": func(page string) string {
			return page + `<p data-item="` + string(opaque.New()) + `.1">x</p>`
		},
	} {
		t.Run(name, func(t *testing.T) {
			honest := renderSections
			t.Cleanup(func() { renderSections = honest })
			renderSections = func(ctx context.Context, s *record.Sheet) ([]byte, error) {
				body, err := honest(ctx, s)
				return []byte(lie(string(body))), err
			}
			p := start(t, filepath.Join(t.TempDir(), "candour.db"))
			doctor := p.signIn(t, "hospital-doctor")
			doctor.claim(p.Demo.Person("many-sources"))
			_, shown, logged := doctor.visit("/patients/" + string(p.Demo.Person("many-sources")) + "/record")
			if len(differences(shown, logged)) == 0 {
				t.Fatal("the page lied and the comparison did not notice")
			}
		})
	}
}

// 5,000 views at once: every line names the person whose page was shown, and every
// page shows the person who was asked for.
func TestParallelViewsAreLoggedUnderTheRightName(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { parallelViews(t, filepath.Join(t.TempDir(), "candour.db"), 5000) })
	t.Run("postgres", func(t *testing.T) { parallelViews(t, dbtest.DurableURL(t), 1000) })
}

func parallelViews(t *testing.T, dsn string, views int) {
	p := start(t, dsn)
	people := randomPeople(t, p, 100)
	doctor := p.signIn(t, "gp")
	for _, who := range people {
		doctor.claim(who.id)
	}
	before := p.lastSeq(t)
	type view struct{ person, request string }
	seen := make(chan view, views)
	work := make(chan int, views)
	for n := range views {
		work <- n
	}
	close(work)
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for n := range work {
				who := people[n%len(people)]
				a := doctor.get("/patients/" + string(who.id) + "/record")
				if a.Status != http.StatusOK || !strings.Contains(a.Body, who.word) {
					t.Errorf("view %d: status %d, planted word there: %v", n, a.Status, strings.Contains(a.Body, who.word))
					return
				}
				for _, other := range []int{(n + 1) % len(people), (n + 37) % len(people)} {
					if strings.Contains(a.Body, people[other].word) {
						t.Errorf("view %d shows somebody else's word", n)
					}
				}
				seen <- view{string(who.id), reference(t, a.Body)}
			}
		})
	}
	wg.Wait()
	close(seen)
	byRequest := map[string]string{}
	for v := range seen {
		byRequest[v.request] = v.person
	}
	lines := 0
	for _, l := range p.since(t, before) {
		if l.Kind != "record" {
			continue
		}
		lines++
		if byRequest[l.Request] != l.Person {
			t.Errorf("request %s showed %s and is logged as %s", l.Request, byRequest[l.Request], l.Person)
		}
	}
	if lines != views || len(byRequest) != views {
		t.Fatalf("%d views, %d requests, %d lines", views, len(byRequest), lines)
	}
}

// reference is the request id that every page carries in its footer.
func reference(t testing.TB, body string) (id string) {
	walk(t, body, func(n *html.Node) {
		if strings.Contains(attr(n, "class"), "app-reference") {
			for d := range n.Descendants() {
				if words := strings.Fields(d.Data); d.Type == html.TextNode && len(words) > 0 {
					id = words[len(words)-1]
				}
			}
		}
	})
	return id
}

// planted is somebody made for these tests.
type planted struct {
	id      opaque.ID
	word    string
	sources []string
}

// randomPeople takes in people with random records of three sources, registered
// with the practice of the persona "gp".
func randomPeople(t testing.TB, p *portal, count int) []planted {
	t.Helper()
	gp, ok := p.Demo.World.Persona("gp")
	if !ok {
		t.Fatal("the demo world has no GP")
	}
	draw := rand.New(rand.NewPCG(20261123, uint64(count)))
	sources := connectedSources(t, p)
	var out []planted
	feeds := map[string]*strings.Builder{}
	for n := range count {
		number := validNumber(900_000 + n)
		who := planted{word: fmt.Sprintf("zyx%05dqu", n)}
		for _, s := range sources[:1+draw.IntN(len(sources))] {
			who.sources = append(who.sources, s)
			if feeds[s] == nil {
				feeds[s] = &strings.Builder{}
			}
			writeRandomRecord(feeds[s], draw, n, number, gp.Roles[0].OrgCode, who.word)
		}
		out = append(out, who)
	}
	for s, feed := range feeds {
		receipt, err := p.Intake.Take(context.Background(), s, strings.NewReader(feed.String()), "random.ndjson", takeWhole)
		if err != nil || len(receipt.Problems) > 0 {
			t.Fatalf("%s: %v %+v", s, err, receipt.Problems)
		}
	}
	for n := range out {
		out[n].id = personByNumber(t, p, validNumber(900_000+n))
	}
	return out
}
