package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"candour/models/coding"
	"candour/models/job"
)

// Clinical is a provider's clinical system: where it takes a Consent, and where its
// feed is fetched. Either may be empty: then people enter the code, or the feed is
// brought.
type Clinical struct {
	Organisation string // id
	Source       string // id of its feed
	Write        string // base URL of its FHIR R4 interface
	Feed         string // URL of its feed
	Token        string // bearer
}

// clinicalSystems are those that are configured, by organisation, and the client
// that talks to them.
type clinicalSystems struct {
	all       []Clinical
	client    *http.Client
	transport *http.Transport // the client's
}

// answerTime is how long a clinical system may take to begin to answer; what it then
// says may be a whole feed, for which there is as long as the job has.
const answerTime = 20 * time.Second

// answerLimit bounds what is read of an answer to a write, and feedLimit a feed.
const (
	answerLimit = 64 << 10
	feedLimit   = 256 << 20
)

func newClinicalSystems() *clinicalSystems {
	transport := http.DefaultTransport.(*http.Transport).Clone() // nothing here replaces it
	transport.DialContext = (&net.Dialer{Timeout: answerTime}).DialContext
	transport.ResponseHeaderTimeout = answerTime
	return &clinicalSystems{transport: transport,
		client: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// ConnectClinical says which clinical systems there are. It is called before Work runs.
func (s *Stores) ConnectClinical(all []Clinical) error {
	for _, c := range all {
		for _, address := range []string{c.Write, c.Feed} {
			u, err := url.Parse(address)
			if err != nil || address != "" && (u.Host == "" || u.Scheme != "https" && u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost") {
				return fmt.Errorf("clinical system of %s: %q is no https address", c.Organisation, address)
			}
		}
	}
	s.clinical.all = all
	return nil
}

func (c *clinicalSystems) of(organisation string) (Clinical, bool) {
	for _, one := range c.all {
		if one.Organisation == organisation {
			return one, true
		}
	}
	return Clinical{}, false
}

func (c *clinicalSystems) writable(organisation string) bool {
	one, ok := c.of(organisation)
	return ok && one.Write != ""
}

// send puts a Consent into the clinical system under its own id: once or ten times,
// it is the same Consent.
func (c *clinicalSystems) send(ctx context.Context, m coding.Message) error {
	to, ok := c.of(m.Organisation)
	if !ok || to.Write == "" {
		return &coding.Refusal{Reason: coding.ReasonForbidden}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, strings.TrimRight(to.Write, "/")+"/Consent/"+string(m.ID), bytes.NewReader(m.Body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/fhir+json; charset=utf-8")
	req.Header.Set("X-Request-ID", string(m.ID))
	res, err := c.do(req, to)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, answerLimit))
	switch {
	case res.StatusCode == http.StatusOK || res.StatusCode == http.StatusCreated:
		return nil // taken, whatever else it says
	case err != nil:
		return err
	case res.StatusCode == http.StatusRequestTimeout, res.StatusCode == http.StatusTooEarly, res.StatusCode == http.StatusTooManyRequests,
		res.StatusCode < 400, res.StatusCode >= 500:
		return fmt.Errorf("clinical system: status %d", res.StatusCode)
	}
	return &coding.Refusal{Reason: reasonFor(res.StatusCode, body)}
}

// do sends a request with what every one of them has.
func (c *clinicalSystems) do(req *http.Request, to Clinical) (*http.Response, error) {
	req.Header.Set("Accept", "application/fhir+json")
	if to.Token != "" {
		req.Header.Set("Authorization", "Bearer "+to.Token)
	}
	res, err := c.client.Do(req)
	if err != nil {
		return nil, errors.New("clinical system: no answer") // the error's own text has the address
	}
	return res, nil
}

// reasonFor takes the one word out of an OperationOutcome that is kept.
func reasonFor(status int, body []byte) string {
	var outcome struct {
		ResourceType string `json:"resourceType"`
		Issue        []struct {
			Code string `json:"code"`
		} `json:"issue"`
	}
	if json.Unmarshal(body, &outcome) == nil && outcome.ResourceType == "OperationOutcome" && len(outcome.Issue) > 0 {
		switch outcome.Issue[0].Code {
		case "not-found", "deleted", "multiple-matches":
			return coding.ReasonUnknownPatient
		case "security", "login", "forbidden", "expired", "suppressed":
			return coding.ReasonForbidden
		case "invalid", "structure", "required", "value", "invariant", "code-invalid", "not-supported":
			return coding.ReasonInvalid
		case "business-rule", "conflict", "duplicate", "processing":
			return coding.ReasonBusiness
		}
	}
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return coding.ReasonForbidden
	case http.StatusNotFound, http.StatusGone:
		return coding.ReasonUnknownPatient
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return coding.ReasonInvalid
	case http.StatusConflict, http.StatusPreconditionFailed:
		return coding.ReasonBusiness
	}
	return coding.ReasonOther
}

// visit is a feed to fetch.
type visit struct {
	Organisation string `json:"organisation"`
}

var (
	feedNow  = job.Define[visit]("coding.feed", job.Options{Attempts: 4, Pause: 5 * time.Second, Limit: 5 * time.Minute})
	feedsAll = job.Define[errand]("coding.feeds", job.Options{Next: job.Every(time.Minute), Limit: 10 * time.Minute})
)

// clinicalErrands writes codes into clinical systems and fetches their feeds.
func clinicalErrands(s *Stores) {
	job.Handle(s.Work, coding.Write, func(ctx context.Context, run *job.Run, t coding.Task) error {
		return s.Coding.Deliver(ctx, t.Code, run.Last, s.clinical.send)
	})
	job.Handle(s.Work, feedNow, func(ctx context.Context, _ *job.Run, v visit) error {
		one, ok := s.clinical.of(v.Organisation)
		if !ok {
			return nil
		}
		return s.fetch(ctx, one)
	})
	job.Handle(s.Work, feedsAll, func(ctx context.Context, _ *job.Run, _ errand) error {
		failed := s.Coding.CatchUp(ctx)
		for _, one := range s.clinical.all {
			if err := s.fetch(ctx, one); err != nil { // the others are fetched all the same
				failed = err
			}
		}
		return failed
	})
}
