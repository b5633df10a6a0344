package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestLoadCountsOnlyWholePages(t *testing.T) {
	n := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		if r.URL.Path == "/refused" {
			w.WriteHeader(http.StatusForbidden)
		}
		fmt.Fprint(w, strings.Repeat("x", 5000)) // long enough to come in chunks
	}))
	defer s.Close()
	addr := s.Listener.Addr().String()
	stop := make(chan struct{})
	time.AfterFunc(100*time.Millisecond, func() { close(stop) })
	l := load{addr: addr, clients: 1, stop: stop, requests: [][]byte{pageRequest(addr, "/a", "c=1"), pageRequest(addr, "/refused", "c=1")}}
	got, err := l.run()
	if err != nil {
		t.Fatal(err)
	}
	if got.pages == 0 || got.pages+got.other[403] != n || got.by[0] != got.pages {
		t.Errorf("%d requests, counted %d pages, %v, by request %v", n, got.pages, got.other, got.by)
	}
	if got.clean() == nil {
		t.Error("a refusal among the pages went unnoticed")
	}
	if got.bytes != got.pages*5000 {
		t.Errorf("%d bytes in %d pages", got.bytes, got.pages)
	}
}

func TestHalfAnAnswerIsNotAPage(t *testing.T) {
	for name, answer := range map[string]string{"nothing": "", "half": "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 1000))
			_, _ = c.Write([]byte(answer))
			c.Close()
		}()
		w, err := dial(l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.exchange(pageRequest("x", "/", ""), false); err == nil || errors.Is(err, errNoByte) != (name == "nothing") {
			t.Errorf("%s: %v", name, err)
		}
		w.close()
		l.Close()
	}
}

func TestPageReadsFormsAndLinks(t *testing.T) {
	u, _ := url.Parse("http://x/patients/abc/reason")
	p, err := parsePage(u, 200, strings.NewReader(`<a data-persona=nurse href="/n">N <b>urse</b></a>
		<form method=post action="/preferences/contrast"><input type=hidden name=csrf value=1><button name=contrast value=on></form>
		<form method=post><input type=hidden name=csrf value=2><input type=radio name=why value=a><input type=radio name=why value=b checked>
		<input type=checkbox name=no value=1><textarea name=note>t</textarea><select name=s><option value=1><option value=2 selected></select></form>`))
	if err != nil {
		t.Fatal(err)
	}
	f, ok := p.formTo("/reason")
	if !ok || p.links[0].persona != "nurse" || p.links[0].text != "N urse" {
		t.Fatalf("form %v, links %v", ok, p.links)
	}
	if got, want := f.fill(map[string]string{"note": "n", "absent": "x"}).Encode(), "csrf=2&note=n&s=2&why=b"; got != want {
		t.Errorf("filled %s, want %s", got, want)
	}
}

func TestNHSNumberIsFoundHoweverGrouped(t *testing.T) {
	s := seen{html: `NHS <span class="x">999&nbsp;500</span> <b>0 018</b>`}
	if !s.shows("9995000018") || s.shows("9995000019") {
		t.Error("grouping was not seen through")
	}
}
