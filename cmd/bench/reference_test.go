package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The reference lines run on a cluster of their own; asked for by name, because
// they take the machine for some seconds: CANDOUR_NEED_POSTGRES=1 go test -run Reference.
func TestReferenceLines(t *testing.T) {
	if os.Getenv("CANDOUR_NEED_POSTGRES") == "" {
		t.Skip("SKIPPED: the reference lines run only with CANDOUR_NEED_POSTGRES set")
	}
	var out bytes.Buffer
	d, err := startDatabase(t.Context(), newReport(&out))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Stop()
	ref, err := newReference(t.Context(), d, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "lines")
	var lines bytes.Buffer
	if _, err := newPopulation(0, 100, 2, today).writeByPerson(&lines, feed{kind: "practice"}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, lines.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	rows, err := ref.copyJSONB(t.Context(), []string{path}, 1000)
	if err != nil || rows <= 0 {
		t.Fatalf("copy: %v rows/s, %v", rows, err)
	}
	for _, c := range []int{1, 4} {
		tps, _, err := ref.w1blob(c, time.Second)
		if err != nil || tps <= 0 {
			t.Fatalf("w1_blob: %v/s, %v", tps, err)
		}
		t.Logf("w1_blob c=%d %.0f/s", c, tps)
	}
	t.Logf("%scopy %.0f/s", out.String(), rows)
}
