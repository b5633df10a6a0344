package objection

import (
	"context"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"

	"candour/models/access"
	"candour/models/casework"
	"candour/models/db"
	"candour/models/deadline"
	"candour/models/letter"
	"candour/models/opaque"
	"candour/models/patient"
)

// letters are the templates of what a request has to tell; a verb that is not here
// is told nobody.
var letters = map[string]letter.Name{
	string(Submit):          letter.ObjectionReceived,
	string(OpenReview):      letter.ObjectionOpened,
	string(Dispute):         letter.ObjectionDisputed,
	string(WantContact):     letter.ContactWanted,
	string(Confirm):         letter.ObjectionConfirmed,
	string(SeeCode):         letter.ObjectionCoded,
	string(Prove):           letter.ObjectionEffective,
	string(Refuse):          letter.ObjectionRefused,
	string(Withdraw):        letter.ObjectionWithdrawn,
	string(Reverse):         letter.ReversalReceived,
	string(Keep):            letter.ReversalTakenBack,
	string(KeepCoded):       letter.ReversalTakenBack,
	string(ConfirmReversal): letter.ReversalConfirmed,
	string(SeeReversal):     letter.VisibleAgain,
	"message":               letter.MessageWaiting,
	"review_ahead":          letter.ReviewAhead,
	"asked":                 letter.YoungPersonAsked,
	Suspended:               letter.AuthoritySuspended,
}

// Letters is what casework tells people with (its Deps.Notify): what a request has to
// say becomes a letter, in the transaction of what it says. Who is told is the
// case's matter; by which way, and who is barred from hearing, the letters'.
func Letters(d *db.DB, l *letter.Store) func(ctx context.Context, n casework.Notice) error {
	return func(ctx context.Context, n casework.Notice) error {
		name, known := letters[n.What]
		if !known {
			return fmt.Errorf("objection: letters: nothing is written of %q", n.What)
		}
		t, _ := letter.Current(name)
		as, err := roleOf(ctx, d, n.Case.ID)
		if err != nil {
			return fmt.Errorf("objection: letters: %w", err)
		}
		how, err := reachingOf(ctx, d, n)
		if err != nil {
			return fmt.Errorf("objection: letters: %w", err)
		}
		var to []letter.Recipient
		for _, account := range n.Accounts {
			as, err := roleOfAccount(ctx, d, n.Case.ID, account, as)
			if err != nil {
				return fmt.Errorf("objection: letters: %w", err)
			}
			if slices.Contains(t.To, as) {
				to = append(to, how.reach(letter.Recipient{Account: account, As: as}))
			}
		}
		if n.Person != "" {
			to = append(to, how.reach(letter.Recipient{Person: n.Person, As: letter.Self}))
		}
		if len(to) == 0 {
			return nil
		}
		fields, err := fieldsOf(ctx, d, n, t)
		if err != nil {
			return fmt.Errorf("objection: letters: %w", err)
		}
		_, err = l.Tell(ctx, access.ForSystem("case notice"), letter.Notice{
			Key:      "case:" + string(opaque.New()), // an act tells once: the act itself is what cannot happen twice
			Template: name, About: n.Case.Person, Case: n.Case.Ref, Organisation: n.Case.Organisation, To: to, Fields: fields})
		return err
	}
}

// fieldsOf are the values that a template asks for, as far as they are known.
func fieldsOf(ctx context.Context, d *db.DB, n casework.Notice, t letter.Template) (letter.Fields, error) {
	today := deadline.DayOf(n.Case.Changed).String()
	all := letter.Fields{"reference": n.Case.Ref, "organisation": n.Case.Organisation, "complaints": n.Case.Organisation, "from": today, "on": today}
	if n.Case.Due != casework.Paused {
		all["due"] = n.Case.Due
	}
	if n.What == string(Refuse) {
		who, err := deciderOf(ctx, d, n.Case.ID)
		if err != nil {
			return nil, err
		}
		all["decided_by"] = letter.NameOf(who)
	}
	phone, err := phoneOf(ctx, d, n.Case.Organisation)
	if err != nil {
		return nil, err
	}
	all["telephone"] = letter.TelephoneOf(phone)
	for name, value := range n.Fields {
		all[name] = value
	}
	out := letter.Fields{}
	for _, f := range t.Fields {
		if v := all[f.Name]; v != "" {
			out[f.Name] = v
		}
	}
	return out, nil
}

// phoneOf is where whoever holds a request can be rung; "" when that is not known.
func phoneOf(ctx context.Context, d *db.DB, organisation string) (string, error) {
	row, err := d.QueryRow(ctx, `SELECT COALESCE((SELECT phone FROM organisations WHERE id = ?), '')`, organisation)
	if err != nil {
		return "", err
	}
	var phone string
	err = row.Scan(&phone)
	return phone, err
}

// roleOf is as whom those who made a request are told. A parent is one whom a child
// may keep from being told.
func roleOf(ctx context.Context, d *db.DB, id opaque.ID) (letter.Role, error) {
	rows, err := d.Query(ctx, `SELECT subject, ground FROM objections WHERE case_id = ?`, string(id))
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var subject Subject
	var ground patient.Ground
	if rows.Next() {
		err = rows.Scan(&subject, &ground)
	}
	if err == nil {
		err = rows.Err()
	}
	switch {
	case subject == Self:
		return letter.Self, err
	case subject == Child:
		return letter.Parent, err
	case ground == patient.Attorney:
		return letter.Attorney, err
	case ground == patient.Deputy:
		return letter.Deputy, err
	}
	return letter.Other, err
}

// roleOfAccount is as whom one account is told: whom it is about is told as themselves,
// and nobody else is, whatever was said when it was made.
func roleOfAccount(ctx context.Context, d *db.DB, id opaque.ID, account string, as letter.Role) (letter.Role, error) {
	row, err := d.QueryRow(ctx, `SELECT c.person_id, COALESCE((SELECT a.person_id FROM accounts a WHERE a.id = ?), ''), COALESCE((SELECT o.birth_date FROM objections o WHERE o.case_id = c.id), ''), c.opened_at
 FROM cases c WHERE c.id = ?`, account, string(id))
	if err != nil {
		return "", err
	}
	var about, whose, birth string
	var opened int64
	if err := row.Scan(&about, &whose, &birth, &opened); err != nil {
		return "", err
	}
	switch {
	case about != "" && about == whose:
		return letter.Self, nil
	case as != letter.Self:
		return as, nil
	case patient.BandOf(birth, deadline.DayOf(instant(opened))) != patient.BandAdult:
		return letter.Parent, nil
	}
	return letter.Other, nil
}

// deciderOf is the clinician whom the refusal names, as the history has it.
func deciderOf(ctx context.Context, d *db.DB, id opaque.ID) (string, error) {
	events, err := d.Query(ctx, `SELECT detail FROM case_events WHERE case_id = ? AND kind = 'refusal' ORDER BY seq DESC LIMIT 1`, string(id))
	if err != nil {
		return "", err
	}
	defer events.Close()
	detail := ""
	if events.Next() {
		err = events.Scan(&detail)
	}
	if err == nil {
		err = events.Err()
	}
	if err != nil || detail == "" {
		return "", err
	}
	var said map[string]string
	err = json.Unmarshal([]byte(detail), &said)
	return said["clinician"], err
}
