package account_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"candour/models/access"
	"candour/models/account"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/opaque"
)

// Who may end whose session; what is refused leaves no session ended, and an
// attempt at other people's is written down.
func TestEndSessions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d, clock.Fixed(now))
		ctx := context.Background()
		officer := access.Viewer{Kind: access.Staff, ID: "officer", Name: "Louise", Organisation: "gen", Capabilities: []access.Capability{access.ManageSessions}, Session: "s-officer"}
		nurse := access.Viewer{Kind: access.Staff, ID: "nurse", Name: "Sam", Organisation: "gen", Session: "s-nurse"}
		elsewhere := access.Viewer{Kind: access.Staff, ID: "gp", Name: "Tom", Organisation: "sur"}
		ada := access.Viewer{Kind: access.Patient, ID: "ada", Name: "Ada", Person: opaque.Of("ada"), Session: "s-ada"}
		homeless := officer
		homeless.Organisation = ""
		for _, c := range []struct {
			name   string
			by     access.Viewer
			on     account.EndedBy
			owner  access.Viewer
			logged string // "" when refused without a trace
			fine   bool
		}{
			{"a patient their own", ada, account.EndedByOwner, ada, "session_ended_by_owner", true},
			{"staff their own", nurse, account.EndedByOwner, nurse, "session_ended_by_owner", true},
			{"an officer a colleague's", officer, account.EndedByAdministrator, nurse, "session_ended_by_administrator", true},
			{"another's as one's own", ada, account.EndedByOwner, nurse, "", false},
			{"an officer elsewhere", officer, account.EndedByAdministrator, elsewhere, "", false},
			{"an officer a patient's", officer, account.EndedByAdministrator, ada, "", false},
			{"a nurse a colleague's", nurse, account.EndedByAdministrator, officer, "role_not_allowed", false},
			{"a patient a nurse's", ada, account.EndedByAdministrator, nurse, "role_not_allowed", false},
			{"an officer without an organisation", homeless, account.EndedByAdministrator, access.Viewer{Kind: access.Staff, ID: "x"}, "role_not_allowed", false},
			{"nobody's own", access.Viewer{}, account.EndedByOwner, access.Viewer{}, "", false},
		} {
			before := bodies(t, d)
			ran := false
			n, err := s.EndSessions(ctx, c.by, c.on, account.Request{Route: "/my/sessions", RequestID: "req-1"}, func(ctx context.Context) ([]account.Ended, error) {
				ran = true
				_, err := d.Exec(ctx, "INSERT INTO staff (id, issuer, subject, name, training_until) VALUES (?, 'i', ?, '', 0)", "mark-"+c.name, c.name)
				return []account.Ended{{Session: string(opaque.Of(c.name)), Account: c.owner.ID, Viewer: c.owner}}, err
			})
			after := strings.TrimPrefix(bodies(t, d), before)
			row, broken := d.QueryRow(ctx, "SELECT count(*) FROM staff WHERE id = ?", "mark-"+c.name)
			var done int
			if err := errors.Join(broken, row.Scan(&done)); err != nil {
				t.Fatal(err)
			}
			var refused *access.Refusal
			if c.fine != (err == nil && n == 1 && done == 1) || !c.fine && (done != 0 || !errors.As(err, &refused)) {
				t.Errorf("%s: %d, %v, ran %t, done %d", c.name, n, err, ran, done)
			}
			if c.logged == "" && after != "" || c.logged != "" && !strings.Contains(after, `"reason":"`+c.logged+`"`) {
				t.Errorf("%s: logged %q, want %q", c.name, after, c.logged)
			}
			if c.fine && (!strings.Contains(after, string(opaque.Of(c.name))) || !strings.Contains(after, c.owner.ID) || !strings.Contains(after, `"request":"req-1"`)) {
				t.Errorf("%s: the entry does not say whose session: %s", c.name, after)
			}
		}
	})
}

func bodies(t *testing.T, d *db.DB) string {
	t.Helper()
	rows, err := d.Query(context.Background(), "SELECT body FROM audit_entries WHERE kind = 'signin' ORDER BY seq")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all strings.Builder
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	return all.String()
}
