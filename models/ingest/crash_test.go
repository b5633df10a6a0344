package ingest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candour/migrations"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
)

const crashItems = 2500

// crashBundle is one bundle that takes several batches in one transaction.
func crashBundle(n int) string {
	who := fmt.Sprint("p", n)
	all := []string{aPatient(who, nhs(n), "1970-01-01", "Smith")}
	for i := range crashItems {
		all = append(all, anObservation(fmt.Sprint(who, "-", i), who, "27113001", "70"))
	}
	return aBundle("collection", "2024-01-01T00:00:00Z", all...)
}

// TestCrashHelper is the process that is killed: it takes bundles in until it dies.
func TestCrashHelper(t *testing.T) {
	dsn := os.Getenv("CANDOUR_CRASH_DSN")
	if dsn == "" {
		t.Skip("run by TestKilledInTheMiddleLeavesNoHalf")
	}
	d, err := db.Open(context.Background(), dsn, nil)
	if err != nil {
		t.Fatal(err)
	}
	in := New(Deps{DB: d, Clock: clock.Fixed(noon)})
	for n := 0; ; n++ {
		fmt.Println("sending", n)
		if _, err := in.Take(context.Background(), "gp", strings.NewReader(crashBundle(n)), "b.json", Options{}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestKilledInTheMiddleLeavesNoHalf kills a process that is taking bundles in,
// again and again at another moment: every bundle is there as a whole or not at
// all (trust.md T26).
func TestKilledInTheMiddleLeavesNoHalf(t *testing.T) {
	rounds := 6
	if os.Getenv("CANDOUR_LONG_TESTS") != "" {
		rounds = 200
	}
	run := func(t *testing.T, dsn string, open func() *db.DB) {
		first := open()
		newHouse(t, first)
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		whole := 0
		for round := range rounds {
			kill(t, dsn, time.Duration(40+round*37%400)*time.Millisecond)
			d := open()
			h := &house{d: d, t: t}
			for _, line := range h.rows("SELECT sp.local_id, (SELECT count(*) FROM items i WHERE i.patient_local = sp.local_id) FROM source_patients sp") {
				if !strings.HasSuffix(line, fmt.Sprint(" | ", crashItems)) {
					t.Errorf("round %d: half a bundle: %s", round, line)
				}
				whole++
			}
			if n := h.count("SELECT count(*) FROM items WHERE person_id NOT IN (SELECT id FROM persons)"); n != 0 {
				t.Errorf("round %d: %d items of nobody", round, n)
			}
			if h.count("SELECT count(*) FROM items") != crashItems*h.count("SELECT count(*) FROM source_patients") {
				t.Errorf("round %d: items without their patient", round)
			}
			h.wipe()
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
		}
		t.Logf("killed %d times, %d bundles there, each whole", rounds, whole)
	}
	t.Run("sqlite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "candour.db")
		run(t, path, func() *db.DB {
			d, err := db.Open(context.Background(), path, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := migrations.Up(context.Background(), "sqlite", d.Writer()); err != nil {
				t.Fatal(err)
			}
			return d
		})
	})
	t.Run("postgres", func(t *testing.T) {
		url := dbtest.PostgresURL(t)
		run(t, url, func() *db.DB {
			d, err := db.Open(context.Background(), url, nil)
			if err != nil {
				t.Fatal(err)
			}
			return d
		})
	})
}

// kill runs the helper and ends it without warning once it has begun and some
// time has passed.
func kill(t *testing.T, dsn string, after time.Duration) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestCrashHelper$", "-test.v")
	cmd.Env = append(os.Environ(), "CANDOUR_CRASH_DSN="+dsn)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	for said := ""; !strings.Contains(said, "sending 1"); { // the first bundle is in, the second under way
		n, err := out.Read(buf)
		said += string(buf[:n])
		if err != nil {
			break
		}
	}
	time.Sleep(after)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed: that is its error
}
