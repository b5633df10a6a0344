package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// browser is one signed-in person at the portal, without JavaScript.
type browser struct {
	client *http.Client
	addr   string
}

func newBrowser(addr string) (*browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &browser{addr: addr, client: &http.Client{Jar: jar, Timeout: time.Minute}}, nil
}

// get follows redirects to a page.
func (b *browser) get(ctx context.Context, path string) (*page, error) {
	return b.do(ctx, http.MethodGet, path, nil)
}

func (b *browser) do(ctx context.Context, method, path string, values url.Values) (*page, error) {
	at, err := url.Parse("http://" + b.addr)
	if err != nil {
		return nil, err
	}
	to, err := at.Parse(path)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, to.String(), strings.NewReader(values.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "candour-bench")
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", "http://"+b.addr)
	}
	res, err := b.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	return parsePage(res.Request.URL, res.StatusCode, res.Body)
}

// submit sends a form as filled in.
func (b *browser) submit(ctx context.Context, from *page, f form, answers map[string]string) (*page, error) {
	action := f.action
	if action == "" {
		action = from.url.RequestURI()
	}
	return b.do(ctx, http.MethodPost, action, f.fill(answers))
}

// signIn goes the way of a person: the start page, the provider, the persona's
// link, the role where there is a choice.
func signIn(ctx context.Context, addr, persona string) (*browser, error) {
	b, err := newBrowser(addr)
	if err != nil {
		return nil, err
	}
	start, err := b.get(ctx, "/sign-in")
	if err != nil {
		return nil, err
	}
	for _, a := range start.links {
		if !strings.HasPrefix(a.href, "/sign-in/") {
			continue
		}
		people, err := b.get(ctx, a.href)
		if err != nil {
			return nil, err
		}
		for _, p := range people.links {
			if p.persona != persona {
				continue
			}
			to, err := people.url.Parse(p.href)
			if err != nil {
				return nil, err
			}
			home, err := b.get(ctx, to.String())
			if err != nil {
				return nil, err
			}
			return b, b.chooseRole(ctx, home)
		}
	}
	return nil, fmt.Errorf("no persona %q behind any way in of /sign-in (%d, %d links)", persona, start.status, len(start.links))
}

func (b *browser) chooseRole(ctx context.Context, home *page) error {
	var err error
	if f, ok := home.formTo("/sign-in/role"); ok {
		if home, err = b.submit(ctx, home, f, nil); err != nil {
			return err
		}
	}
	if home.status != http.StatusOK || strings.HasPrefix(home.url.Path, "/sign-in") {
		return fmt.Errorf("signing in ended at %s with %d", home.url.Path, home.status)
	}
	return nil
}

// cookie is the session as the load generator sends it.
func (b *browser) cookie() string {
	var all []string
	for _, c := range b.client.Jar.Cookies(&url.URL{Scheme: "http", Host: b.addr, Path: "/"}) {
		all = append(all, c.Name+"="+c.Value)
	}
	return strings.Join(all, "; ")
}

// find searches for a person by NHS number and date of birth and gives the path
// of their record.
func (b *browser) find(ctx context.Context, p person) (string, error) {
	search, err := b.get(ctx, "/patients")
	if err != nil {
		return "", err
	}
	f, ok := search.formTo("/patients/search")
	if !ok {
		return "", fmt.Errorf("no search form at %s (%d)", search.url.Path, search.status)
	}
	born := strings.Split(p.birth, "-")
	answers := map[string]string{}
	for _, fd := range f.fields {
		switch name := strings.ToLower(fd.name); {
		case strings.Contains(name, "nhs"):
			answers[fd.name] = p.nhs
		case strings.HasSuffix(name, "day"):
			answers[fd.name] = born[2]
		case strings.HasSuffix(name, "month"):
			answers[fd.name] = born[1]
		case strings.HasSuffix(name, "year"):
			answers[fd.name] = born[0]
		}
	}
	found, err := b.submit(ctx, search, f, answers)
	if err != nil {
		return "", err
	}
	for _, part := range []string{"/record", "/reason"} {
		for _, a := range found.links {
			if strings.HasPrefix(a.href, "/patients/") && strings.Contains(a.href, part) {
				return recordPath(a.href), nil
			}
		}
	}
	if strings.HasPrefix(found.url.Path, "/patients/") && found.url.Path != "/patients/search" {
		return recordPath(found.url.Path), nil
	}
	return "", fmt.Errorf("the search for person %d ended at %s (%d) without a link to a record", p.n, found.url.Path, found.status)
}

// recordPath turns any path under /patients/:ref into that of the record page.
func recordPath(path string) string {
	parts := strings.SplitN(strings.TrimPrefix(strings.SplitN(path, "?", 2)[0], "/patients/"), "/", 2)
	return "/patients/" + parts[0] + "/record"
}

// justify confirms the relationship, or declares a reason, for the record at
// path. It does not open the record.
func (b *browser) justify(ctx context.Context, path string) error {
	reason := strings.TrimSuffix(path, "/record") + "/reason"
	p, err := b.get(ctx, reason)
	if err != nil {
		return err
	}
	f, ok := p.formTo("/reason")
	if !ok {
		return fmt.Errorf("no form at %s (%d)", reason, p.status)
	}
	client := *b.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	still := &browser{client: &client, addr: b.addr}
	done, err := still.submit(ctx, p, f, nil)
	if err != nil {
		return err
	}
	if done.status != http.StatusSeeOther && done.status != http.StatusFound {
		return fmt.Errorf("giving a reason at %s answered %d", reason, done.status)
	}
	return nil
}
