package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candour/migrations"
	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
)

// A whole log verifies and comes out; one changed byte is found, named, and ends
// the command with 2.
func TestAuditCommands(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	cli := &CLI{LogFormat: "text", LogLevel: "error"}
	where := Storage{Data: dir}
	d, err := db.Open(ctx, where.DSN(""), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := migrations.Up(ctx, "sqlite", d.Writer()); err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 6, 30, 22, 30, 0, 0, time.UTC) // half past eleven at night in London
	log := audit.New(d, clock.Fixed(day))
	err = d.Do(ctx, func(ctx context.Context) error {
		for i := range 10 {
			log.Append(ctx, audit.Entry{At: day.Add(time.Duration(i) * 10 * time.Minute), Kind: audit.KindRecord, Outcome: audit.Shown, Person: "p", Viewer: audit.Viewer{ID: "v", Kind: "staff"}})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := (AuditVerifyCmd{Storage: where}).Run(ctx, cli); err != nil {
		t.Fatal(err)
	}

	out := filepath.Join(dir, "out.ndjson")
	if err := (AuditExportCmd{Storage: where, From: "2026-07-01", To: "2026-07-01", Output: out}).Run(ctx, cli); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := 0
	for s := bufio.NewScanner(file); s.Scan(); lines++ {
		var e struct{ Recorded time.Time }
		if err := json.Unmarshal(s.Bytes(), &e); err != nil || audit.Day(e.Recorded) != "2026-07-01" {
			t.Errorf("%v %s", err, s.Text())
		}
	}
	if lines != 7 { // from London's midnight on
		t.Errorf("%d lines", lines)
	}
	if err := (AuditExportCmd{Storage: where, Output: out}).Run(ctx, cli); !errors.Is(err, os.ErrExist) {
		t.Errorf("an export was written over: %v", err)
	}
	if err := (AuditExportCmd{Storage: where, From: "yesterday"}).Run(ctx, cli); err == nil {
		t.Error("a day that is none was taken")
	}

	for _, s := range []string{"DROP TRIGGER audit_entries_no_update", "UPDATE audit_entries SET viewer_id = 'w' WHERE seq = 4"} {
		if _, err := d.Writer().Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	err = AuditVerifyCmd{Storage: where, JSON: true}.Run(ctx, cli)
	var coded exit
	if !errors.As(err, &coded) || coded.ExitCode() != 2 || !strings.Contains(err.Error(), "entry 4") {
		t.Errorf("%v", err)
	}
}
