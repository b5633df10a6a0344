package letter

import (
	"context"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"

	"candour/models/access"
	"candour/models/invalid"
	"candour/models/opaque"
	"candour/models/patient"
)

// Wishes are in which language and form somebody wants to be written to, and where;
// an empty address is as the feeds have it.
type Wishes struct {
	Language string // tag, for instance "en" or "pl"
	Format   Format
	Email    string
	Mobile   string
}

// Preferences are what somebody chose; a kind that is not there is as by default.
type Preferences struct {
	Wishes
	By map[Kind][]Channel // beside the portal itself
}

var (
	mobile   = regexp.MustCompile(`^(\+44 ?7|07)[0-9 ]{8,12}$`)
	language = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
)

// Prefer chooses by which ways somebody hears of a kind of thing beside the portal:
// none, or any of e-mail, text message and paper. who is a person, or the account of
// somebody who is not held here: Me for oneself.
func (s *Store) Prefer(ctx context.Context, by access.Viewer, who opaque.ID, kind Kind, channels []Channel, req patient.Request) error {
	if !slices.Contains(Kinds(), kind) {
		return invalid.Fields{{Name: "kind", Message: "letter.error.kind"}}
	}
	chosen, problem := outward(channels)
	if problem != nil {
		return invalid.Fields{*problem}
	}
	if err := s.pass(ctx, wide(by, who, "preferences", req), nil); err != nil {
		return fmt.Errorf("letter: prefer: %w", err)
	}
	err := s.within(ctx, func(ctx context.Context) error { return s.setWays(ctx, who, kind, chosen) })
	if err != nil {
		return fmt.Errorf("letter: prefer: %w", err)
	}
	return nil
}

// check says what is wrong with wishes.
func (w Wishes) check() invalid.Fields {
	var bad invalid.Fields
	if !language.MatchString(w.Language) {
		bad = append(bad, invalid.Field{Name: "language", Message: "letter.error.language"})
	}
	if !slices.Contains(Formats(), w.Format) {
		bad = append(bad, invalid.Field{Name: "format", Message: "letter.error.format"})
	}
	if a, err := mail.ParseAddress(w.Email); w.Email != "" && (err != nil || a.Address != w.Email || len(w.Email) > 254) {
		bad = append(bad, invalid.Field{Name: "email", Message: "letter.error.email"})
	}
	if w.Mobile != "" && !mobile.MatchString(w.Mobile) {
		bad = append(bad, invalid.Field{Name: "mobile", Message: "letter.error.mobile"})
	}
	return bad
}

// Wish sets in which language and form, and where, somebody wants to be written to.
func (s *Store) Wish(ctx context.Context, by access.Viewer, who opaque.ID, w Wishes, req patient.Request) error {
	if err := w.check().OrNil(); err != nil {
		return err
	}
	if err := s.pass(ctx, wide(by, who, "wishes", req), nil); err != nil {
		return fmt.Errorf("letter: wish: %w", err)
	}
	err := s.within(ctx, func(ctx context.Context) error { return s.setWishes(ctx, who, w) })
	if err != nil {
		return fmt.Errorf("letter: wish: %w", err)
	}
	return nil
}

// Choose sets everything that somebody wants at once: in which language and form,
// where, and by which ways for each kind. When one of it is wrong, nothing is set.
func (s *Store) Choose(ctx context.Context, by access.Viewer, who opaque.ID, p Preferences, req patient.Request) error {
	var problems invalid.Fields
	chosen := map[Kind][]string{}
	for _, kind := range Kinds() {
		var problem *invalid.Field
		if chosen[kind], problem = outward(p.By[kind]); problem != nil {
			problems = append(problems, invalid.Field{Name: string(kind), Message: problem.Message})
		}
	}
	if err := append(problems, p.Wishes.check()...).OrNil(); err != nil {
		return err
	}
	if err := s.pass(ctx, wide(by, who, "preferences", req), nil); err != nil {
		return fmt.Errorf("letter: choose: %w", err)
	}
	err := s.within(ctx, func(ctx context.Context) error {
		err := s.setWishes(ctx, who, p.Wishes)
		for _, kind := range Kinds() {
			if err == nil {
				err = s.setWays(ctx, who, kind, chosen[kind])
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("letter: choose: %w", err)
	}
	return nil
}

// outward are the ways beside the portal, in one order and each once.
func outward(channels []Channel) ([]string, *invalid.Field) {
	chosen := []string{}
	for _, c := range Channels() {
		if c != InApp && slices.Contains(channels, c) {
			chosen = append(chosen, string(c))
		}
	}
	for _, c := range channels {
		if c == InApp || !slices.Contains(Channels(), c) {
			return nil, &invalid.Field{Name: "channels", Message: "letter.error.channel"}
		}
	}
	return chosen, nil
}

func (s *Store) setWays(ctx context.Context, who opaque.ID, kind Kind, chosen []string) error {
	_, err := s.db.Exec(ctx, `INSERT INTO letter_preferences (recipient, kind, channels, changed_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (recipient, kind) DO UPDATE SET channels = excluded.channels, changed_at = excluded.changed_at`,
		string(who), string(kind), strings.Join(chosen, ","), s.clock().UnixMilli())
	return err
}

func (s *Store) setWishes(ctx context.Context, who opaque.ID, w Wishes) error {
	_, err := s.db.Exec(ctx, `INSERT INTO letter_wishes (recipient, language, format, email, mobile, changed_at) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (recipient) DO UPDATE SET language = excluded.language, format = excluded.format, email = excluded.email, mobile = excluded.mobile, changed_at = excluded.changed_at`,
		string(who), w.Language, string(w.Format), w.Email, w.Mobile, s.clock().UnixMilli())
	return err
}

// Preferences are what somebody chose.
func (s *Store) Preferences(ctx context.Context, by access.Viewer, who opaque.ID, req patient.Request) (Preferences, error) {
	var out Preferences
	err := s.pass(ctx, wide(by, who, "preferences", req), func(ctx context.Context) error {
		out = Preferences{By: map[Kind][]Channel{}}
		var err error
		if out.Wishes, err = s.wishes(ctx, string(who)); err != nil {
			return err
		}
		for _, k := range Kinds() {
			if out.By[k], err = s.wanted(ctx, string(who), k); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Preferences{}, fmt.Errorf("letter: preferences: %w", err)
	}
	return out, nil
}

func (s *Store) wishes(ctx context.Context, recipient string) (Wishes, error) {
	w := Wishes{Language: "en", Format: Standard}
	q, err := s.db.Query(ctx, `SELECT language, format, email, mobile FROM letter_wishes WHERE recipient = ?`, recipient)
	if err != nil {
		return w, err
	}
	defer q.Close()
	if q.Next() {
		if err := q.Scan(&w.Language, &w.Format, &w.Email, &w.Mobile); err != nil {
			return w, err
		}
	}
	return w, q.Err()
}

// wanted are the ways beside the portal for a kind; by default e-mail.
func (s *Store) wanted(ctx context.Context, recipient string, kind Kind) ([]Channel, error) {
	q, err := s.db.Query(ctx, `SELECT channels FROM letter_preferences WHERE recipient = ? AND kind = ?`, recipient, string(kind))
	if err != nil {
		return nil, err
	}
	defer q.Close()
	if !q.Next() {
		return []Channel{Email}, q.Err()
	}
	var list string
	if err := q.Scan(&list); err != nil {
		return nil, err
	}
	out := []Channel{}
	for c := range strings.SplitSeq(list, ",") {
		if c != "" {
			out = append(out, Channel(c))
		}
	}
	return out, q.Err()
}
