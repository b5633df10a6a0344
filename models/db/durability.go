package db

import (
	"context"
	"fmt"
	"strings"
)

// Setting is one property that durability or append-only rests on, as the
// database itself reports it.
type Setting struct {
	Name string
	Want string
	Got  string
	OK   bool
}

// Durability reads the settings back from the connections that write (trust.md
// A difference is for the caller to refuse.
func (d *DB) Durability(ctx context.Context) ([]Setting, error) {
	if d.Dialect == SQLite {
		return d.read1(ctx, []Setting{
			{Name: "journal_mode", Want: "wal"},
			{Name: "synchronous", Want: "2"},
			{Name: "foreign_keys", Want: "1"},
			{Name: "recursive_triggers", Want: "1"},
			{Name: "busy_timeout", Want: "5000"},
		}, "PRAGMA ")
	}
	return d.read1(ctx, []Setting{
		{Name: "fsync", Want: "on"},
		{Name: "full_page_writes", Want: "on"},
		{Name: "synchronous_commit", Want: "on|remote_write|remote_apply"},
		{Name: "transaction_read_only", Want: "off"},
	}, "SHOW ")
}

func (d *DB) read1(ctx context.Context, settings []Setting, verb string) ([]Setting, error) {
	for i := range settings {
		s := &settings[i]
		if err := d.wrSQL.QueryRowContext(ctx, verb+s.Name).Scan(&s.Got); err != nil {
			return nil, fmt.Errorf("db: durability: %s: %w", s.Name, err)
		}
		for _, want := range strings.Split(s.Want, "|") {
			s.OK = s.OK || s.Got == want
		}
	}
	return settings, nil
}

// Insist returns an error that names each setting that is not as it must be.
func Insist(settings []Setting) error {
	var wrong []string
	for _, s := range settings {
		if !s.OK {
			wrong = append(wrong, fmt.Sprintf("%s is %q instead of %q", s.Name, s.Got, s.Want))
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("db: not durable: %s", strings.Join(wrong, "; "))
	}
	return nil
}
