package letter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"candour/models/access"
	"candour/models/fault"
	"candour/models/opaque"
)

// Why a letter is in its state, beside what senders report.
const (
	detailBarred      = "barred"      // a child asked that parents are not told
	detailUnreachable = "unreachable" // no way to this person is known
	detailDied        = "died"        // nobody is written to who has died
	detailInstead     = "instead"     // on paper, because a quicker way failed
)

// Tell has something said: it writes the notice and a letter for each recipient and
// way, in the transaction in ctx or in one of its own. It says whether that was new:
// the same key again is said already. That somebody is barred from hearing does not
// show in the answer.
func (s *Store) Tell(ctx context.Context, by access.Viewer, n Notice) (bool, error) {
	if by.Kind == access.Nobody || by.ID == "" {
		return false, refusal(access.ReasonNotSignedIn)
	}
	t, exists := Current(n.Template)
	if !exists {
		return false, fmt.Errorf("letter: tell: there is no template %q", n.Template)
	}
	if err := n.sound(t); err != nil {
		return false, err
	}
	told := false
	err := s.within(ctx, func(ctx context.Context) error {
		var err error
		told, err = s.tell(ctx, by, n, t)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("letter: tell: %w", err)
	}
	return told, nil
}

// sound says what is wrong with a notice before anything is written.
func (n Notice) sound(t Template) error {
	if n.Key == "" || len(n.To) == 0 {
		return fmt.Errorf("letter: %s: without a key or without recipients", t.Name)
	}
	for _, r := range n.To {
		switch {
		case !slices.Contains(t.To, r.As):
			return fmt.Errorf("letter: %s is not for a recipient as %q", t.Name, r.As)
		case r.As == Self && r.Person != n.About && (r.Person != "" || r.Account == ""):
			return fmt.Errorf("letter: %s: as themselves, and another than whom it is about", t.Name)
		case r.As != Self && r.Person != "" && r.Person == n.About:
			return fmt.Errorf("letter: %s: whom it is about is told as themselves", t.Name)
		case r.Person == "" && r.Account == "" && r.Address == (Address{}):
			return fmt.Errorf("letter: %s: a recipient without a person, an account or an address", t.Name)
		}
	}
	return t.check(n.Fields)
}

func (s *Store) tell(ctx context.Context, by access.Viewer, n Notice, t Template) (bool, error) {
	if err := s.organisations(ctx, n, t); err != nil {
		return false, err
	}
	said, err := s.exists(ctx, `SELECT COUNT(*) FROM notices WHERE key = ?`, n.Key)
	if err != nil || said {
		return false, err
	}
	fields, err := json.Marshal(n.Fields)
	if err != nil {
		return false, err
	}
	id := string(opaque.New())
	res, err := s.db.Exec(ctx, `INSERT INTO notices (id, key, template, version, about_id, case_ref, organisation_id, fields, made_at, made_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
		id, n.Key, string(t.Name), t.Version, string(n.About), n.Case, n.Organisation, string(fields), s.clock().UnixMilli(), by.ID)
	if err != nil {
		return false, err
	}
	if fresh, err := res.RowsAffected(); err != nil || fresh == 0 {
		return false, err
	}
	barred, err := s.barred(ctx, n.About, n.Case)
	if err != nil {
		return false, err
	}
	for _, r := range n.To {
		if r, err = s.holder(ctx, n, r); err != nil {
			return false, err
		}
		if barred && r.As == Self {
			r.Address.Only = true // whom parents are not to hear from is not written to where they live
		}
		if err := s.address(ctx, id, r, t, barred && r.As == Parent); err != nil {
			return false, err
		}
	}
	return true, nil
}

// organisations sees to it that what is named is in the register: no other name
// gets into a letter.
func (s *Store) organisations(ctx context.Context, n Notice, t Template) error {
	ids := []string{n.Organisation}
	for _, f := range t.Fields {
		if f.Type == Organisation {
			ids = append(ids, n.Fields[f.Name])
		}
	}
	for _, id := range ids {
		if id == "" {
			continue
		}
		there, err := s.exists(ctx, `SELECT COUNT(*) FROM organisations WHERE id = ?`, id)
		if err != nil {
			return err
		}
		if !there {
			return fmt.Errorf("an organisation that is not in the register: %w", fault.NotFound)
		}
	}
	return nil
}

// address writes a letter for each way to one recipient.
func (s *Store) address(ctx context.Context, notice string, to Recipient, t Template, barred bool) error {
	r := row{notice: notice, recipient: to.key(), role: to.As, address: to.Address}
	w, err := s.wishes(ctx, r.recipient)
	if err != nil {
		return err
	}
	w = to.Chosen.over(w)
	r.language, r.format = w.Language, w.Format
	k, err := s.reach(ctx, r.recipient, to.Address, w)
	if err != nil {
		return err
	}
	wanted := to.Chosen.Ways
	if wanted == nil {
		wanted, err = s.wanted(ctx, r.recipient, t.Kind)
	}
	if err != nil {
		return err
	}
	channels, state, detail := ways(t, to.Person != "" || to.Account != "", wanted, k.Address), Queued, ""
	switch { // one line that says why they heard nothing, and no other
	case barred:
		channels, state, detail = []Channel{InApp}, Cancelled, detailBarred
	case k.died:
		channels, state, detail = []Channel{InApp}, Cancelled, detailDied
	case len(channels) == 0:
		channels, state, detail = []Channel{Paper}, Failed, detailUnreachable
	}
	for _, c := range channels {
		r.id, r.channel, r.state = string(opaque.New()), c, state
		if c == InApp && state == Queued {
			r.state = Sent // it lies in the inbox when the transaction commits
		}
		if err := s.write(ctx, r, detail); err != nil {
			return err
		}
	}
	return nil
}

// key is what a recipient's letters and wishes are found by.
func (r Recipient) key() string {
	switch {
	case r.Person != "":
		return string(r.Person)
	case r.Account != "":
		return r.Account
	}
	return string(opaque.Of("recipient", r.Address.Email, r.Address.Mobile, r.Address.Post))
}

// holder finds the person of an account, if they are held here: whom the matter is
// about is told as themselves, whatever they were thought to be.
func (s *Store) holder(ctx context.Context, n Notice, r Recipient) (Recipient, error) {
	if r.Person == "" && r.Account != "" {
		q, err := s.db.Query(ctx, `SELECT person_id FROM accounts WHERE id = ?`, r.Account)
		if err != nil {
			return r, err
		}
		defer q.Close()
		if q.Next() {
			err = q.Scan(&r.Person)
		}
		if err = errors.Join(err, q.Err()); err != nil {
			return r, err
		}
	}
	switch {
	case r.Person != "" && r.Person == n.About:
		r.As = Self
	case r.Person != "" && r.As == Self: // the account turns out to be another's
		r.As = Other
	}
	return r, nil
}

// known is what is known of how to reach somebody.
type known struct {
	Address
	died bool
}

// reach is how somebody can be reached: as given for this matter, as they wish, as
// the feeds have it; or only as given.
func (s *Store) reach(ctx context.Context, recipient string, given Address, w Wishes) (known, error) {
	q, err := s.db.Query(ctx, `SELECT email, phone, address, postcode, title, given, family, died_on FROM persons WHERE id = ?`, recipient)
	k := known{Address: given.over(Address{Email: w.Email, Mobile: w.Mobile})}
	if err != nil {
		return k, err
	}
	defer q.Close()
	if q.Next() {
		var email, phone, post, code, title, first, family, died string
		if err := q.Scan(&email, &phone, &post, &code, &title, &first, &family, &died); err != nil {
			return k, err
		}
		held := Address{Email: email}
		if post != "" {
			name := strings.Join(strings.Fields(title+" "+first+" "+family), " ")
			held.Post = strings.TrimSpace(name + "\n" + post + "\n" + code)
		}
		if mobile.MatchString(phone) {
			held.Mobile = phone
		}
		k.Address, k.died = k.over(held), died != ""
	}
	return k, q.Err()
}
