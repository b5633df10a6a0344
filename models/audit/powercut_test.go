package audit_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3/vfs"

	"candour/migrations"
	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
)

// A killed process loses nothing that it has handed to the kernel, so that a kill
// cannot tell a durable setting from one that is not (trust.md 1.4). Here every
// write, truncation and sync of SQLite's files is written down in order; a power
// cut keeps of each file what was there at its last sync, and of what came after
// nothing, a part from the front, or any sectors of it.

// op is one thing done to a file, or, with acked, an entry acknowledged to its caller.
type op struct {
	file  string
	kind  string // write, truncate, sync, delete, acked
	at    int64
	data  []byte
	acked acknowledged
}

type acknowledged struct {
	seq     int64
	request string
}

// recorder is the journal of operations.
type recorder struct {
	mu  sync.Mutex
	ops []op
}

func (r *recorder) add(o op) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ops = append(r.ops, o)
}

// recordingVFS is the operating system's, with a journal.
type recordingVFS struct {
	vfs.VFSFilename
	r *recorder
}

func (v recordingVFS) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, out, err := v.VFSFilename.OpenFilename(name, flags)
	if err != nil || name == nil {
		return f, out, err
	}
	return &recordingFile{File: f, r: v.r, name: filepath.Base(name.String())}, out, nil
}

func (v recordingVFS) Delete(name string, syncDir bool) error {
	v.r.add(op{file: filepath.Base(name), kind: "delete"})
	return v.VFSFilename.Delete(name, syncDir)
}

type recordingFile struct {
	vfs.File
	r    *recorder
	name string
}

func (f *recordingFile) WriteAt(p []byte, off int64) (int, error) {
	f.r.add(op{file: f.name, kind: "write", at: off, data: bytes.Clone(p)})
	return f.File.WriteAt(p, off)
}

func (f *recordingFile) Truncate(size int64) error {
	f.r.add(op{file: f.name, kind: "truncate", at: size})
	return f.File.Truncate(size)
}

// Sync is only written down: what would survive is worked out, not tried.
func (f *recordingFile) Sync(vfs.SyncFlag) error {
	f.r.add(op{file: f.name, kind: "sync"})
	return nil
}

func (f *recordingFile) SharedMemory() vfs.SharedMemory {
	return f.File.(vfs.FileSharedMemory).SharedMemory()
}

// disk is what the files hold, surely and perhaps.
type disk struct {
	sure  map[string][]byte
	maybe map[string][]op // since the last sync
}

func (d *disk) do(o op) {
	switch o.kind {
	case "write", "truncate":
		d.maybe[o.file] = append(d.maybe[o.file], o)
	case "delete":
		delete(d.sure, o.file)
		delete(d.maybe, o.file)
	case "sync":
		for _, m := range d.maybe[o.file] {
			d.sure[o.file] = apply(d.sure[o.file], m)
		}
		delete(d.maybe, o.file)
	}
}

func apply(content []byte, o op) []byte {
	end := o.at + int64(len(o.data))
	if o.kind == "truncate" && end < int64(len(content)) {
		return content[:end]
	}
	if grow := end - int64(len(content)); grow > 0 {
		content = append(content, make([]byte, grow)...)
	}
	copy(content[o.at:], o.data)
	return content
}

const sector = 512

// cut is the files after a power cut. mode: none, prefix or random.
func (d *disk) cut(mode string, dice *rand.Rand) map[string][]byte {
	files := map[string][]byte{}
	for name, content := range d.sure {
		files[name] = bytes.Clone(content)
	}
	for name, ops := range d.maybe {
		switch mode {
		case "prefix":
			for _, o := range ops[:dice.IntN(len(ops)+1)] {
				files[name] = apply(files[name], o)
			}
		case "random":
			for _, o := range ops {
				if o.kind == "truncate" && dice.IntN(2) == 0 {
					files[name] = apply(files[name], o)
				}
				for from := 0; from < len(o.data); from += sector {
					if dice.IntN(2) == 0 {
						files[name] = apply(files[name], op{kind: "write", at: o.at + int64(from), data: o.data[from:min(from+sector, len(o.data))]})
					}
				}
			}
		}
	}
	return files
}

// record appends entries from several goroutines on a database whose files are
// journalled, and gives the journal and the files it began with.
func record(t *testing.T, synchronous string) (before map[string][]byte, ops []op) {
	t.Helper()
	const writers, each = 4, 120
	ctx := context.Background()
	dir := t.TempDir()
	path := filepath.Join(dir, "candour.db")
	plain, err := db.Open(ctx, path, nil)
	must(t, err)
	must(t, migrations.Up(ctx, "sqlite", plain.Writer()))
	fill(t, plain, audit.New(plain, clock.Fixed(noon)), 50)
	must(t, plain.Close())
	content, err := os.ReadFile(path)
	must(t, err)

	r := &recorder{}
	name := "recording" + strings.ToLower(synchronous)
	vfs.Register(name, recordingVFS{vfs.Find("").(vfs.VFSFilename), r})
	defer vfs.Unregister(name)
	// db.Open puts its own settings after the path; the last parameter here swallows the first of them, busy_timeout.
	d, err := db.Open(ctx, path+"?vfs="+name+"&rest=", nil)
	must(t, err)
	for _, pragma := range []string{"synchronous=" + synchronous, "wal_autocheckpoint=150"} { // so that checkpoints fall into the time watched
		_, err = d.Writer().Exec("PRAGMA " + pragma)
		must(t, err)
	}
	l := audit.New(d, clock.Fixed(noon))
	var wg sync.WaitGroup
	for w := range writers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range each {
				e := entry(w*each + i)
				var receipt *audit.Receipt
				if err := d.Group(ctx, func(ctx context.Context) error { receipt = l.Append(ctx, e); return nil }); err != nil {
					t.Error(err)
					return
				}
				r.add(op{kind: "acked", acked: acknowledged{receipt.Seq, e.RequestID}})
			}
		}()
	}
	wg.Wait()
	r.mu.Lock()
	ops = r.ops[:len(r.ops):len(r.ops)] // what Close does comes after
	r.mu.Unlock()
	must(t, d.Close())
	return map[string][]byte{"candour.db": content}, ops
}

// survive opens what a power cut left and says how many acknowledged entries are
// gone; the database must open and its log must be whole.
func survive(t *testing.T, files map[string][]byte, acked []acknowledged) (lost int) {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "cut")
	must(t, err)
	defer os.RemoveAll(dir)
	for name, content := range files {
		if strings.HasSuffix(name, "-shm") {
			continue // memory
		}
		must(t, os.WriteFile(filepath.Join(dir, name), content, 0o600))
	}
	d, err := db.Open(context.Background(), filepath.Join(dir, "candour.db"), nil)
	if err != nil {
		t.Fatalf("the database does not open: %v", err)
	}
	defer d.Close()
	rows, err := d.Query(context.Background(), "SELECT seq, body FROM audit_entries")
	must(t, err)
	defer rows.Close()
	there := map[int64]string{}
	for rows.Next() {
		var seq int64
		var body string
		must(t, rows.Scan(&seq, &body))
		there[seq] = body
	}
	must(t, rows.Err())
	for _, a := range acked {
		if !strings.Contains(there[a.seq], `"request":"`+a.request+`"`) {
			lost++
		}
	}
	report, err := audit.New(d, clock.Fixed(noon)).Verify(context.Background(), nil)
	if err != nil || report.Wrong != nil {
		t.Fatalf("the log is not whole: %v %+v", err, report.Wrong)
	}
	return lost
}

// cutAt cuts the power at points spread over the journal, in turn in each mode.
func cutAt(t *testing.T, before map[string][]byte, ops []op, points int) (lost, acked map[string]int) {
	t.Helper()
	dice := rand.New(rand.NewPCG(2026, 11))
	at := map[int]string{}
	modes := []string{"none", "prefix", "random"}
	for i := range points {
		at[(i*len(ops)+dice.IntN(len(ops)))/points] = modes[i%len(modes)]
	}
	d := &disk{sure: before, maybe: map[string][]op{}}
	var known []acknowledged
	lost, acked = map[string]int{}, map[string]int{}
	for i, o := range ops {
		if mode, ok := at[i]; ok {
			lost[mode] += survive(t, d.cut(mode, dice), known)
			acked[mode] += len(known)
			acked["points"]++
		}
		if o.kind == "acked" {
			known = append(known, o.acked)
		}
		d.do(o)
	}
	return lost, acked
}

func TestPowerCutLosesNothingAcknowledged(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: short")
	}
	watch := clock.Stopwatch()
	before, ops := record(t, "FULL")
	kinds := map[string]int{}
	for _, o := range ops {
		kinds[o.kind+" "+strings.TrimPrefix(o.file, "candour.db")]++
	}
	if kinds["sync -wal"] < 50 || kinds["write "] == 0 || kinds["sync "] == 0 {
		t.Fatalf("the journal does not hold commits and checkpoints: %v", kinds)
	}
	lost, acked := cutAt(t, before, ops, 330)
	if acked["points"] < 300 || acked["none"] == 0 {
		t.Fatalf("too few cuts: %v", acked)
	}
	for mode, n := range lost {
		if n != 0 {
			t.Errorf("mode %s: %d acknowledged entries lost", mode, n)
		}
	}
	t.Logf("%d cuts over %d operations %v: 0 of %d acknowledged entries lost (%s)", acked["points"], len(ops), kinds, acked["none"]+acked["prefix"]+acked["random"], watch().Round(time.Millisecond))
}

// The same with synchronous=NORMAL must lose some: else the proof above proves nothing.
func TestPowerCutTellsNormalFromFull(t *testing.T) {
	before, ops := record(t, "NORMAL")
	lost, acked := cutAt(t, before, ops, 60)
	if lost["none"] == 0 {
		t.Fatalf("synchronous=NORMAL lost nothing: the model is blind (%v acknowledged)", acked)
	}
	t.Logf("synchronous=NORMAL: %d of %d acknowledged entries lost", lost["none"]+lost["prefix"]+lost["random"], acked["none"]+acked["prefix"]+acked["random"])
}
