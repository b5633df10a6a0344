package access_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"candour/migrations"
	"candour/models/access"
	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/opaque"
)

var crashFile = flag.String("crash-file", "", "SQLite file on which the crash test's child works until it is killed")

// shownView is what a viewer has seen: the entry's number and the request's id.
type shownView struct {
	seq     int64
	request string
}

// view opens records for ever and tells of each that was shown, after Pass has
// returned; it ends at the first failure.
func (h *house) view(worker int, shown func(shownView)) {
	for i := worker; ; i += 4 {
		ask := h.ask(i % len(h.people))
		ask.RequestID = string(opaque.New())
		pass, err := h.gate.Pass(context.Background(), ask, func(_ context.Context, p access.Pass) (access.Shown, error) {
			return access.Shown{Items: []audit.ItemRef{{ID: p.Ask().Person, Version: 1}}}, nil
		})
		if err != nil {
			return
		}
		shown(shownView{pass.Entry(), ask.RequestID})
	}
}

// TestCrashChild is the program that is killed; it does nothing in an ordinary run.
func TestCrashChild(t *testing.T) {
	if *crashFile == "" {
		t.Skip("only run by TestKilledInMidView")
	}
	d, err := db.Open(context.Background(), *crashFile, nil)
	must(t, err)
	h := reopen(t, d)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			h.view(w, func(v shownView) { fmt.Fprintf(os.Stdout, "shown %d %s\n", v.seq, v.request) })
		}()
	}
	wg.Wait()
}

// reopen builds a house round a database that newHouse has filled.
func reopen(t testing.TB, d *db.DB) *house {
	t.Helper()
	now := noon
	h := &house{d: d, log: audit.New(d, clock.Fixed(noon)), now: &now}
	h.gate = access.NewGate(access.Deps{DB: d, Log: h.log, Clock: clock.Fixed(noon), Policy: access.PolicyFacts{Version: "test-1", MinAge: 18, ClaimFor: 12 * time.Hour}})
	h.doctor = access.Viewer{Kind: access.Staff, ID: "doctor", Organisation: "hospital", Capabilities: []access.Capability{access.ViewRecord}}
	for i := range 4 {
		h.people = append(h.people, opaque.Of("person", fmt.Sprint(i)))
	}
	return h
}

// check demands that everything shown is in the log, and that the log is whole.
func (h *house) check(t *testing.T, shown []shownView) {
	t.Helper()
	for _, v := range shown {
		row, err := h.d.QueryRow(context.Background(), "SELECT person_id FROM audit_entries WHERE seq = ?", v.seq)
		must(t, err)
		var person opaque.ID
		if err := row.Scan(&person); err != nil {
			t.Fatalf("entry %d was acknowledged and is gone: %v", v.seq, err)
		}
		line, err := h.log.Entry(context.Background(), person, v.seq)
		if err != nil || line.RequestID != v.request {
			t.Fatalf("entry %d is another's: %v", v.seq, err)
		}
	}
	r, err := h.log.Verify(context.Background(), nil)
	if err != nil || r.Wrong != nil {
		t.Fatalf("%v %+v", err, r.Wrong)
	}
}

func TestKilledInMidView(t *testing.T) {
	const rounds = 8
	path := filepath.Join(t.TempDir(), "candour.db")
	prepare := func() *db.DB {
		d, err := db.Open(context.Background(), path, nil)
		must(t, err)
		return d
	}
	d := prepare()
	must(t, migrations.Up(context.Background(), "sqlite", d.Writer()))
	h := newHouse(t, d, 4)
	for i := range h.people {
		h.claim(t, i)
	}
	must(t, d.Close())
	total := 0
	for range rounds {
		shown := killChild(t, path, time.Duration(30+rand.IntN(120))*time.Millisecond)
		total += len(shown)
		d := prepare()
		reopen(t, d).check(t, shown)
		must(t, d.Close())
	}
	if total < 100 {
		t.Fatalf("only %d views in %d rounds", total, rounds)
	}
	t.Logf("%d kills, %d views acknowledged, 0 lost", rounds, total)
}

// killChild lets the child show for a while and kills it with signal 9.
func killChild(t *testing.T, path string, after time.Duration) (shown []shownView) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestCrashChild$", "-test.v", "-crash-file="+path)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	var timer *time.Timer
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var v shownView
		if n, _ := fmt.Sscanf(lines.Text(), "shown %d %s", &v.seq, &v.request); n == 2 && len(v.request) == opaque.Length {
			shown = append(shown, v)
		}
		if timer == nil && len(shown) > 0 {
			timer = time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the child ended by itself")
	}
	return shown
}

func TestPostgresCrash(t *testing.T) {
	const rounds = 3
	cluster, err := dbtest.StartCluster(true)
	if err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	t.Cleanup(cluster.Stop)
	ctx := context.Background()
	connect := func() *db.DB {
		d, err := db.Open(ctx, cluster.URL("postgres"), nil)
		must(t, err)
		return d
	}
	d := connect()
	must(t, migrations.Up(ctx, "postgres", d.Writer()))
	h := newHouse(t, d, 4)
	for i := range h.people {
		h.claim(t, i)
	}
	total := 0
	for range rounds {
		var mu sync.Mutex
		var shown []shownView
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				h.view(w, func(v shownView) { mu.Lock(); shown = append(shown, v); mu.Unlock() })
			}()
		}
		time.Sleep(time.Duration(100+rand.IntN(200)) * time.Millisecond)
		must(t, cluster.Kill())
		wg.Wait()
		_ = d.Close()
		must(t, cluster.Start(true))
		d = connect()
		h = reopen(t, d)
		h.check(t, shown)
		total += len(shown)
	}
	_ = d.Close()
	if total < 50 {
		t.Fatalf("only %d views in %d rounds", total, rounds)
	}
	t.Logf("%d crashes, %d views acknowledged, 0 lost", rounds, total)
}
