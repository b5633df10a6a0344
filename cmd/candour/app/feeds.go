package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"candour/models/ingest"
	"candour/models/job"
	"candour/models/opaque"
)

// fetch gets what a clinical system's feed has and takes it in like any delivery:
// matched, quarantined, withheld. A feed that has nothing new says so by its tag.
func (s *Stores) fetch(ctx context.Context, one Clinical) error {
	if one.Feed == "" || one.Source == "" {
		return nil
	}
	tag, err := s.Coding.Tag(ctx, one.Source)
	if err != nil {
		return err
	}
	fresh, word, err := s.take(ctx, one, tag)
	if e := s.Coding.Visited(ctx, one.Source, fresh, word); err == nil {
		err = e
	}
	if err != nil && word != "" {
		return job.Because(word, err)
	}
	return err
}

// take is one visit: the tag of what was taken in, and in a word what went wrong.
func (s *Stores) take(ctx context.Context, one Clinical, tag string) (fresh, word string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, one.Feed, nil)
	if err != nil {
		return tag, "address", err
	}
	if tag != "" {
		req.Header.Set("If-None-Match", tag)
	}
	res, err := s.clinical.do(req, one)
	if err != nil {
		return tag, "unreachable", err
	}
	defer res.Body.Close()
	switch res.StatusCode {
	case http.StatusNotModified, http.StatusNoContent:
		return tag, "", nil
	case http.StatusOK:
	default:
		return tag, "refused", fmt.Errorf("feed: status %d", res.StatusCode)
	}
	body := &bounded{from: res.Body, left: feedLimit}
	receipt, err := s.Intake.Take(ctx, one.Source, body, "feed", ingest.Options{})
	switch {
	case err != nil:
		return tag, "intake", err
	case receipt.Refused != "":
		return tag, "unreadable", fmt.Errorf("feed: %s", receipt.Refused)
	}
	return res.Header.Get("ETag"), "", nil
}

// Ring has a feed fetched at once: its system says that it has something new.
func (s *Stores) Ring(ctx context.Context, organisation string) error {
	_, err := feedNow.Add(ctx, s.Jobs, string(opaque.New()), visit{organisation}, s.now())
	return err
}

// bounded ends in an error after so much, so that no feed fills the memory.
type bounded struct {
	from io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errors.New("feed: too long")
	}
	n, err := b.from.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
