package clock_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"candour/models/clock"
)

func TestFileIsReadOnEachUseAndKeepsTheLastGoodInstant(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clock")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := clock.File(path); err == nil {
		t.Fatal("a clock without a file")
	}
	write("yesterday")
	if _, err := clock.File(path); err == nil {
		t.Fatal("a clock that reads nonsense")
	}
	write("2026-11-23T09:30:00Z\n")
	now, err := clock.File(path)
	if err != nil || now() != time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC) {
		t.Fatalf("%v %v", now(), err)
	}
	write("2026-11-26T00:00:01+00:00")
	if now() != time.Date(2026, 11, 26, 0, 0, 1, 0, time.UTC) {
		t.Fatal(now())
	}
	write("") // in the middle of being rewritten
	if now() != time.Date(2026, 11, 26, 0, 0, 1, 0, time.UTC) {
		t.Fatal(now())
	}
}
