package ingest

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"candour/models/db/dbtest"
)

// peak watches the memory that the process holds while fn runs, in MiB.
func peak(fn func()) float64 {
	debug.FreeOSMemory() // what the tests before this one used is not its own
	var top atomic.Uint64
	stop := make(chan struct{})
	go func() {
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			top.Store(max(top.Load(), m.Sys-m.HeapReleased))
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	fn()
	close(stop)
	return float64(top.Load()) / (1 << 20)
}

// TestBundleOf60MB takes a bundle of 25,000 entries with long notes in, in one
// transaction, within 512 MB.
func TestBundleOf60MB(t *testing.T) {
	if testing.Short() {
		t.Skip("long")
	}
	h := newHouse(t, dbtest.SQLite(t))
	note := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("A long note about the visit. ", 800)))
	var b strings.Builder
	b.WriteString(`{"resourceType":"Bundle","type":"collection","entry":[{"resource":` + aPatient("1", nhs(1), "1970-01-01", "Smith") + `}`)
	for i := range 24_999 {
		b.WriteString(`,{"resource":`)
		if i%12 == 0 {
			fmt.Fprintf(&b, `{"resourceType":"DocumentReference","id":"d%d","status":"current","subject":{"reference":"Patient/1"},"content":[{"attachment":{"contentType":"text/plain","data":%q}}]}`, i, note[:20_000])
		} else {
			b.WriteString(anObservation(fmt.Sprint("o", i), "1", "27113001", "70", `"note":[{"text":"`+strings.Repeat("n", 500)+`"}],`))
		}
		b.WriteString(`}`)
	}
	b.WriteString("]}")
	path := filepath.Join(t.TempDir(), "big.json")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	size := b.Len()
	b.Reset()
	var r Receipt
	mib := peak(func() { r = h.takeFile("gp", path) })
	t.Logf("%d MB, %d entries: %.0f MiB", size>>20, r.Total().Read, mib)
	if r.Total().Stored != 25_000 {
		t.Fatalf("%+v %q", r.Total(), r.Refused)
	}
	if mib > 512 {
		t.Fatalf("%.0f MiB", mib)
	}
}

// TestAStreamIsNotHeld takes many lines in and looks at memory meanwhile: it must
// not grow with the length of the stream. CANDOUR_BENCH_RESOURCES sets the length.
func TestAStreamIsNotHeld(t *testing.T) {
	if testing.Short() {
		t.Skip("long")
	}
	h := newHouse(t, dbtest.SQLite(t))
	n := resources()
	var r Receipt
	var err error
	mib := peak(func() {
		r, err = h.Take(context.Background(), "gp", io.Reader(&feed{source: "gp", people: n / 501, items: 500, first: 1}), "gp.ndjson", Options{})
	})
	if err != nil || r.Verdict() != AllIn {
		t.Fatal(err, r.Verdict())
	}
	t.Logf("%d resources: %.0f MiB", r.Total().Stored, mib)
	if mib > 250 {
		t.Fatalf("%.0f MiB for %d resources", mib, r.Total().Stored)
	}
}
