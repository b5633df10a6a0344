package main

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"candour/cmd/candour/app"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/opaque"
)

// The operator logs a person out everywhere: by account or by NHS number, nobody
// else, and with an entry for each session.
func TestTheOperatorEndsSessions(t *testing.T) {
	ctx := context.Background()
	stores, err := app.Open(ctx, t.TempDir()+"/candour.db", clock.System, slog.New(slog.DiscardHandler), true)
	if err != nil {
		t.Fatal(err)
	}
	defer stores.Close()
	ends := time.Now().Add(time.Hour).UnixMilli()
	open := func(account, session string) error {
		return stores.DB.Do(ctx, func(ctx context.Context) error {
			_, err := stores.DB.Exec(ctx, `INSERT INTO sessions (token, data, expires_at, account_id, op_sid, created_at, seen_at, agent, id, kind)
				VALUES (?, ?, ?, ?, '', 0, 0, '', ?, 'patient')`, "t-"+session, []byte{}, ends, account, session)
			return err
		})
	}
	if err := stores.DB.Do(ctx, func(ctx context.Context) error {
		if _, err := stores.DB.Exec(ctx, `INSERT INTO persons (id, nhs_number, birth_date, family, family_key, given, title, preferred, gender, address, postcode, postcode_key,
			phone, email, practice_ods, died_on, restricted, objected, sharing_since, record_version, updated_at)
			VALUES (?, '9990000018', '1950-02-03', 'Ash', 'ash', 'Ada', '', '', 'female', '', '', '', '', '', '', '', ?, ?, 0, 1, 0)`, string(opaque.Of("ada")), false, false); err != nil {
			return err
		}
		_, err := stores.DB.Exec(ctx, `INSERT INTO accounts (id, issuer, subject, person_id, signed_in_at, previous_at) VALUES ('acc-ada', 'i', 's', ?, 0, 0)`, string(opaque.Of("ada")))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, one := range [][2]string{{"acc-ada", "s-1"}, {"acc-ada", "s-2"}, {"acc-bob", "s-3"}} {
		if err := open(one[0], one[1]); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		of   SessionsEndCmd
		want int
	}{{SessionsEndCmd{Account: "acc-nobody", By: "Jo"}, 0}, {SessionsEndCmd{Patient: "999 000 0018", By: "Jo"}, 2}, {SessionsEndCmd{Account: "acc-ada", By: "Jo"}, 0}, {SessionsEndCmd{Account: "acc-bob", By: "Jo"}, 1}} {
		if n, err := c.of.end(ctx, stores); err != nil || n != c.want {
			t.Errorf("%+v: %d %v, want %d", c.of, n, err, c.want)
		}
	}
	if _, err := (SessionsEndCmd{Patient: "123", By: "Jo"}).end(ctx, stores); err == nil {
		t.Error("123 is taken for an NHS number")
	}
	if log := signins(t, stores.DB); strings.Count(log, "session_ended_by_operator") != 3 || strings.Count(log, "operator: Jo") != 3 {
		t.Errorf("logged: %s", log)
	}
}

func signins(t *testing.T, d *db.DB) string {
	rows, err := d.Query(t.Context(), "SELECT body FROM audit_entries WHERE kind = 'signin'")
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
