package letter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"candour/models/access"
	"candour/models/fault"
	"candour/models/job"
	"candour/models/opaque"
)

// Message is a letter as a Sender gets it: for e-mail and text messages without what
// it is about.
type Message struct {
	ID       opaque.ID // the same at every attempt: what a receiver can know it again by
	Channel  Channel
	To       Address
	Language string
	Format   Format
	Template Name
	Version  int
	Fields   Fields
	// As whom they are told, and the organisation that says it, by id; only on paper.
	As           Role
	Organisation string
}

// Receipt is what a Sender gives back.
type Receipt struct {
	Reference string // of the service that carries it, to know a bounce by
	Digest    string // SHA-256 of what was sent, so that it can be proven as sent
}

// Sender brings messages to people by one channel. It is given from outside (mail,
// an HTTP service, paper, the demonstration's folder). It may be asked twice to send
// the same message and should know it again by its id.
type Sender interface {
	Send(ctx context.Context, m Message) (Receipt, error)
}

// ErrBounced says that there is nobody at this address: trying again is no use.
var ErrBounced = errors.New("letter: nobody at this address")

var errDied = errors.New("letter: who was to be written to has died")

type toDeliver struct {
	Letter string `json:"letter"`
}

var delivery = job.Define[toDeliver]("letter.deliver", job.Options{Attempts: 8, Pause: 30 * time.Second, MaxPause: time.Hour, Limit: time.Minute})

// Work has a runner send what is queued, by the sender of each channel.
func (s *Store) Work(r *job.Runner, senders map[Channel]Sender) {
	job.Handle(r, delivery, func(ctx context.Context, run *job.Run, p toDeliver) error {
		err := s.deliver(ctx, run, p.Letter, senders)
		if errors.Is(err, fault.NotFound) {
			return job.Never(err)
		}
		return err
	})
}

func (s *Store) deliver(ctx context.Context, run *job.Run, id string, senders map[Channel]Sender) error {
	l, err := s.letter(ctx, id)
	if err != nil {
		return err
	}
	if l.state != Queued && l.state != Failed {
		return nil // sent, or taken back meanwhile
	}
	if l.barred && (l.role == Parent || l.role == Self && !l.address.Only) {
		return s.settle(ctx, run, l, Cancelled, detailBarred, Receipt{})
	}
	receipt, err := s.send(ctx, l, senders)
	switch {
	case err == nil:
		return s.settle(ctx, run, l, Sent, "", receipt)
	case errors.Is(err, errDied):
		return s.settle(ctx, run, l, Cancelled, detailDied, Receipt{})
	case errors.Is(err, ErrBounced):
		return s.settle(ctx, run, l, Bounced, "", Receipt{})
	case run.Last: // the job will be dead, and the letter has failed
		return errors.Join(err, s.settle(ctx, nil, l, Failed, "", Receipt{}))
	}
	return err
}

func (s *Store) send(ctx context.Context, l row, senders map[Channel]Sender) (Receipt, error) {
	sender := senders[l.channel]
	if sender == nil {
		return Receipt{}, job.Because("no_sender", fmt.Errorf("letter: nobody sends by %s", l.channel))
	}
	w, err := s.wishes(ctx, l.recipient)
	if err != nil {
		return Receipt{}, err
	}
	to, err := s.reach(ctx, l.recipient, l.address, w)
	if err != nil {
		return Receipt{}, err
	}
	if to.died {
		return Receipt{}, errDied
	}
	if !to.reaches(l.channel) {
		return Receipt{}, ErrBounced // the address is gone since it was written
	}
	m := Message{ID: opaque.ID(l.id), Channel: l.channel, To: to.only(l.channel), Language: l.language, Format: l.format,
		Template: l.template.Name, Version: l.template.Version, Fields: l.fields, As: l.role, Organisation: l.organisation}
	if l.channel.outside() {
		m.Fields, m.As, m.Organisation = l.template.outside(l.fields), "", ""
	}
	return sender.Send(ctx, m)
}

// only is what a channel needs of an address.
func (a Address) only(c Channel) Address {
	switch c {
	case Email:
		return Address{Email: a.Email}
	case Notify:
		return Address{Mobile: a.Mobile}
	case Paper:
		return Address{Post: a.Post}
	}
	return Address{}
}

// settle notes how a letter ended, together with its job when that ends well, and
// puts on paper what must be said and did not arrive.
func (s *Store) settle(ctx context.Context, run *job.Run, l row, to State, detail string, r Receipt) error {
	return s.db.Do(ctx, func(ctx context.Context) error {
		if err := s.move(ctx, l.id, l.state, to, detail, r); err != nil {
			return err
		}
		if err := s.escalate(ctx, l, to); err != nil {
			return err
		}
		if run == nil {
			return nil
		}
		return run.Done(ctx)
	})
}

// escalate writes the same on paper, once, when what the law wants said did not
// arrive by a quicker way.
func (s *Store) escalate(ctx context.Context, l row, to State) error {
	if to != Bounced && to != Failed || !l.template.Must || !l.channel.outside() {
		return nil
	}
	k, err := s.reach(ctx, l.recipient, l.address, Wishes{})
	if err != nil || !k.reaches(Paper) {
		return err
	}
	paper := l
	paper.id, paper.channel, paper.state = string(opaque.New()), Paper, Queued
	return s.write(ctx, paper, detailInstead)
}

// Bounced notes that what a service had taken came back, by the service's reference.
func (s *Store) Bounced(ctx context.Context, by access.Viewer, reference string) error {
	if by.Kind != access.System || reference == "" {
		return refusal(access.ReasonRole)
	}
	q, err := s.db.Query(ctx, `SELECT id FROM letters WHERE receipt = ? AND receipt <> ''`, reference)
	if err != nil {
		return fmt.Errorf("letter: bounced: %w", err)
	}
	defer q.Close()
	var id string
	if q.Next() {
		err = q.Scan(&id)
	}
	if err = errors.Join(err, q.Err()); err != nil {
		return fmt.Errorf("letter: bounced: %w", err)
	}
	q.Close()
	l, err := s.letter(ctx, id)
	if err != nil {
		return fmt.Errorf("letter: bounced: %w", err)
	}
	if l.state == Bounced {
		return nil // told twice
	}
	if err := s.settle(ctx, nil, l, Bounced, "", Receipt{Reference: reference}); err != nil {
		return fmt.Errorf("letter: bounced: %w", err)
	}
	return nil
}
