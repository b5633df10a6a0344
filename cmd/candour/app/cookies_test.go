package app

import (
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"candour/views/public"
)

// tasting notes every cookie that an answer sets.
type tasting struct {
	http.RoundTripper
	mu  *sync.Mutex
	set map[string]*http.Cookie
}

func (t tasting) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := t.RoundTripper.RoundTrip(r)
	if err == nil {
		t.mu.Lock()
		for _, c := range res.Cookies() {
			if old := t.set[c.Name]; c.Value != "" && (old == nil || c.MaxAge > old.MaxAge) {
				t.set[c.Name] = c
			}
		}
		t.mu.Unlock()
	}
	return res, err
}

// The page of cookies lists what the server sets, all of it and nothing else, and
// for as long as it says.
func TestThePageOfCookiesIsWhatTheServerSets(t *testing.T) {
	p := start(t, filepath.Join(t.TempDir(), "candour.db"))
	taste := tasting{mu: &sync.Mutex{}, set: map[string]*http.Cookie{}}
	watch := func(b *browser) *browser {
		taste.RoundTripper = b.c.Transport
		b.c.Transport = taste
		return b
	}
	stranger := watch(p.browser(t))
	for _, path := range []string{"/", "/questions", "/choices", "/partners", "/included", "/status", "/status.json", "/whats-new", "/accessibility", "/privacy", "/cookies", "/demo", "/nowhere", "/my", "/static/none"} {
		stranger.get(path)
	}
	if len(taste.set) != 0 {
		t.Errorf("pages that need no logging in set %v", slices.Sorted(maps.Keys(taste.set)))
	}
	home := stranger.get("/")
	stranger.send(home, "/preferences/contrast", url.Values{"contrast": {"on"}, "return": {"/"}})
	stranger.send(home, "/preferences/language", url.Values{"language": {"en"}})
	watch(p.signIn(t, "many-sources")).again("many-sources", "nhs-login", "/my/access-history")
	nurse := watch(p.signIn(t, "hospital-doctor"))
	page := nurse.again("hospital-doctor", "staff", "/patients?by=name")
	p.forward(16 * time.Minute)
	nurse.send(page, "/patients/search", url.Values{"by": {"name"}, "family": {"Marsham"}, "birth_date-day": {"1"}, "birth_date-month": {"2"}, "birth_date-year": {"1950"}})

	var listed []string
	for _, c := range public.Cookies(false) {
		listed = append(listed, c.Name)
	}
	slices.Sort(listed)
	if got := slices.Sorted(maps.Keys(taste.set)); !slices.Equal(got, listed) {
		t.Fatalf("the server sets %v, the page lists %v", got, listed)
	}
	shown := stranger.get("/cookies").Body
	life := map[string]int{"candour": 0, "candour-draft": 3600, "contrast": 365 * 24 * 3600, "language": 365 * 24 * 3600}
	for name, c := range taste.set {
		if !strings.Contains(shown, ">"+name+"<") || c.MaxAge != life[name] || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Domain != "" {
			t.Errorf("%+v is not as the page says", c)
		}
	}
}
