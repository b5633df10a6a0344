package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// minimumItems is how many entries a measured page must show (performance.md P1).
const minimumItems = 500

var itemTokens = regexp.MustCompile(`data-item="([^"]*)"`)

// seen is what a person at the screen would find on a page.
type seen struct {
	items    int // distinct items
	packed   int // bytes on the wire
	unpacked int
	html     string
}

// look fetches one page over the wire and unpacks it.
func look(addr, path, cookie string) (seen, error) {
	w, err := dial(addr)
	if err != nil {
		return seen{}, err
	}
	defer w.close()
	r, err := w.exchange(pageRequest(addr, path, cookie), true)
	if err != nil {
		return seen{}, err
	}
	if r.status != 200 {
		return seen{}, fmt.Errorf("%s answered %d", path, r.status)
	}
	body, err := r.unpacked()
	if err != nil {
		return seen{}, fmt.Errorf("%s: %w", path, err)
	}
	distinct := map[string]bool{}
	for _, m := range itemTokens.FindAllSubmatch(body, -1) {
		for _, token := range strings.Fields(string(m[1])) {
			distinct[token] = true
		}
	}
	return seen{items: len(distinct), packed: len(r.body), unpacked: len(body), html: string(body)}, nil
}

// unpacked is the body as a browser shows it.
func (r reply) unpacked() ([]byte, error) {
	if !r.gzip {
		return r.body, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

var notDigits = regexp.MustCompile(`<[^>]*>|&nbsp;|[\s\x{a0}]`)

// shows tells whether the page prints the NHS number, however its digits are grouped.
func (s seen) shows(nhs string) bool {
	return strings.Contains(notDigits.ReplaceAllString(s.html, ""), nhs)
}

// mustBe checks a page against the person it should be of.
func (s seen) mustBe(p person) error {
	if !s.shows(p.nhs) {
		return fmt.Errorf("the page of person %d does not print their NHS number", p.n)
	}
	if s.items < minimumItems {
		return fmt.Errorf("the page of person %d shows %d items instead of at least %d", p.n, s.items, minimumItems)
	}
	return nil
}
