package objection

import (
	"context"
	"slices"

	"github.com/go-json-experiment/json"

	"candour/models/casework"
	"candour/models/db"
	"candour/models/deadline"
	"candour/models/letter"
)

// channels are the ways of the form that are a letter's; the portal itself is one
// anyway, and nobody is rung by a machine.
var channels = map[string]letter.Channel{"email": letter.Email, "text": letter.Notify, "letter": letter.Paper}

// Chosen is in which language and form, and by what, who asks wants to be written to.
func (c Contact) Chosen() letter.Chosen {
	out := letter.Chosen{Language: c.Language}
	if c.LargePrint {
		out.Format = letter.LargePrint
	}
	if len(c.Ways) > 0 { // nobody chose of a request that was adopted
		out.Ways = []letter.Channel{}
	}
	for _, w := range c.Ways {
		if way := channels[w]; way != "" {
			out.Ways = append(out.Ways, way)
		}
	}
	return out
}

// reaching is how those who are told of a request are reached.
type reaching struct {
	contact Contact
	subject Subject
	maker   string // the account that made it; "" when staff wrote it down
	only    bool   // whom it is about is not written to where their parents read along
}

// reachingOf reads it of a request.
func reachingOf(ctx context.Context, d *db.DB, n casework.Notice) (reaching, error) {
	rows, err := d.Query(ctx, `SELECT o.subject, o.birth_date, o.answers, c.taken_by, c.route FROM objections o JOIN cases c ON c.id = o.case_id WHERE o.case_id = ?`, string(n.Case.ID))
	if err != nil {
		return reaching{}, err
	}
	defer rows.Close()
	var r reaching
	var o Objection
	var answers string
	var route casework.Route
	if !rows.Next() {
		return r, rows.Err()
	}
	if err := rows.Scan(&o.Subject, &o.BirthDate, &answers, &r.maker, &route); err != nil {
		return r, err
	}
	if err := json.Unmarshal([]byte(answers), &o.Answers); err != nil {
		return r, err
	}
	if route != casework.Portal {
		r.maker = ""
	}
	r.contact, r.subject = o.Answers.Contact, o.Subject
	r.only = o.Answers.NotParents || o.Subject == Self && o.Minor(deadline.DayOf(n.Case.Changed))
	return r, rows.Err()
}

// reach puts into a recipient what was chosen in the request: that is for who made it,
// and for nobody who joined it.
func (r reaching) reach(to letter.Recipient) letter.Recipient {
	about := to.As == letter.Self
	if to.Account != "" && to.Account == r.maker || to.Person != "" && r.subject == Self {
		to.Address, to.Chosen = letter.AddressOf(r.contact.Value), r.contact.Chosen()
	}
	if about && r.only {
		to.Address.Only = true
		to.Chosen.Ways = slices.DeleteFunc(to.Chosen.Ways, func(c letter.Channel) bool { return c == letter.Paper })
	}
	return to
}
