package objection

import (
	"context"
	"fmt"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/fault"
	"candour/models/opaque"
	"candour/models/patient"
)

// Adopt makes a request of an objection that a provider recorded without one, for
// instance after a telephone call, so that the person can take it back here as easily
// as any other (S-45). It changes nothing of who sees the record. Somebody who has
// not objected has nothing to adopt (fault.NotFound); who has a request already is
// told which (Exists).
func (s *Store) Adopt(ctx context.Context, by access.Viewer, req Request) (casework.Case, error) {
	if err := s.mine(ctx, by, "adopt", req); err != nil {
		return casework.Case{}, fmt.Errorf("objection: adopt: %w", err)
	}
	var out casework.Case
	err := s.DB.Do(ctx, func(ctx context.Context) error {
		if by.Person == "" {
			return fault.NotFound
		}
		if err := s.only(ctx, by.Person); err != nil {
			return err
		}
		g, err := s.Sharing.Grounds(ctx, by.Person)
		if err != nil {
			return err
		}
		code, ok := refusing(g.Codes)
		if !ok || !g.Effect.Hidden {
			return fault.NotFound
		}
		e := entry{subject: Self, answers: Answers{Subject: Self}, person: by.Person, holder: code.Organisation, route: casework.Portal, level: by.Level,
			token: string(opaque.New()), party: "self", adopted: true}
		if out, err = s.begin(ctx, by, e); err != nil {
			return err
		}
		o := Objection{Case: out, Subject: Self}
		now := s.Clock()
		_, err = s.DB.Exec(ctx, "UPDATE objections SET confirmed_at = ?, coded_at = ? WHERE case_id = ?", millis(now), millis(now), string(out.ID))
		if err != nil {
			return err
		}
		if _, err = s.Sharing.Decide(ctx, by.Person, patient.Decision{Objection: out.ID, Holder: code.Organisation, Requested: now, Confirmed: now}); err != nil {
			return err
		}
		if err := s.spread(ctx, o); err != nil {
			return err
		}
		return s.mark(ctx, o, g.Codes)
	})
	if err != nil {
		return casework.Case{}, fmt.Errorf("objection: adopt: %w", err)
	}
	return out, nil
}

// refusing is the newest code that refuses and that an organisation answers for.
func refusing(newestFirst []patient.CodeEvent) (patient.CodeEvent, bool) {
	done := map[string]bool{}
	for _, c := range newestFirst {
		if c.Organisation == "" || done[c.Organisation] {
			continue
		}
		if done[c.Organisation] = true; c.Refused {
			return c, true
		}
	}
	return patient.CodeEvent{}, false
}
