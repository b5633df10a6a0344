package handlers

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
)

// What somebody types to find out whether they are included is in no table and in
// no log line, whatever the answer.
func TestNothingOfTheCheckIsKept(t *testing.T) {
	var log bytes.Buffer
	d := dbtest.SQLite(t)
	h := town(t, d, func(deps *Deps) {
		deps.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	before := everything(t, d)
	for _, surgery := range []string{"riverside", "Zanzibar Surgery", "lime", ""} {
		h.ask(nil, post, "/included", url.Values{"birth_date-day": {"17"}, "birth_date-month": {"8"}, "birth_date-year": {"1971"}, "registered": {"yes"}, "surgery": {surgery}})
	}
	h.ask(nil, post, "/included", url.Values{"birth_date-day": {"17"}, "birth_date-year": {"1971"}, "surgery": {"Zanzibar"}, "unknown": {"field"}})
	if after := everything(t, d); after != before {
		t.Errorf("the database changed:\n%s\n%s", before, after)
	}
	if text := log.String(); !strings.Contains(text, "/included") || strings.Contains(text, "1971") || strings.Contains(strings.ToLower(text), "zanzibar") || strings.Contains(strings.ToLower(text), "lime") {
		t.Errorf("the log has what was typed, or nothing at all: %s", text)
	}
}

// everything is a line a table: how many rows it has.
func everything(t *testing.T, d *db.DB) string {
	t.Helper()
	var out strings.Builder
	var tables []string
	each(t, d, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		tables = append(tables, name)
		return err
	})
	for _, name := range tables {
		each(t, d, `SELECT count(*) FROM "`+name+`"`, func(scan func(...any) error) error {
			var n int
			err := scan(&n)
			fmt.Fprintf(&out, "%s %d\n", name, n)
			return err
		})
	}
	return out.String()
}

func each(t *testing.T, d *db.DB, query string, row func(scan func(...any) error) error) {
	t.Helper()
	rows, err := d.Query(context.Background(), query)
	fatal(t, err)
	defer rows.Close()
	for rows.Next() {
		fatal(t, row(rows.Scan))
	}
	fatal(t, rows.Err())
}

// Who has a session that cannot be looked at still reads what is for everybody, and
// nothing else: the status page is worth most when the database is gone.
func TestPublicPagesOutliveTheSessions(t *testing.T) {
	d := dbtest.SQLite(t)
	h := town(t, d, nil)
	fatal(t, d.Do(t.Context(), func(ctx context.Context) error {
		_, err := d.Exec(ctx, "ALTER TABLE sessions RENAME TO elsewhere")
		return err
	}))
	for path, want := range map[string]int{"/": 200, "/cookies": 200, "/partners": 200, "/status": 503, "/my": 503, "/patients": 503, "/sign-in": 200, "/sign-in/role": 503, "/my/access-history": 503} {
		a := h.ask(nil, get, path, nil, "Cookie", "candour=abc")
		h.says(a, want, "</html>")
		if path == "/status" {
			h.says(a, want, "Records cannot be opened")
		}
	}
	if a := h.ask(nil, post, "/included", url.Values{"birth_date-day": {"1"}, "birth_date-month": {"1"}, "birth_date-year": {"1980"}, "registered": {"no"}}, "Cookie", "candour=abc"); a.StatusCode != http.StatusOK {
		t.Errorf("the check: %d", a.StatusCode)
	}
}
