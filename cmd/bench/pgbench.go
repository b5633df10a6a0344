package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// The reference lines of performance.md: what PostgreSQL alone does on this
// machine in this run. blobRows pages of blobSize bytes are read by key; each
// reading inserts one log row with two indexes, in one transaction.
const (
	blobRows  = 20000
	blobSize  = 8192
	blobTable = `CREATE TABLE bench_blob (id BIGINT PRIMARY KEY, body BYTEA NOT NULL);
ALTER TABLE bench_blob ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE TABLE bench_log (id BIGSERIAL PRIMARY KEY, patient BIGINT NOT NULL, at TIMESTAMPTZ NOT NULL, viewer TEXT NOT NULL, why TEXT NOT NULL, what TEXT NOT NULL);
CREATE INDEX bench_log_by_patient ON bench_log (patient, at);`
	blobScript = `\set id random(1, 20000)
BEGIN;
SELECT body FROM bench_blob WHERE id = :id;
INSERT INTO bench_log (patient, at, viewer, why, what) VALUES (:id, now(), 'staff-0123456789abcdef', 'direct care, evidence confirmed', 'record page, 520 items, set 0123456789abcdef0123456789abcdef');
COMMIT;
`
)

// reference is the database of the reference lines, beside the product's.
type reference struct {
	url    string
	bin    string
	script string
	server int // postmaster
}

func newReference(ctx context.Context, d *database, dir string) (*reference, error) {
	bin, err := findPgbench()
	if err != nil {
		return nil, err
	}
	url, err := d.create(ctx, "reference")
	if err != nil {
		return nil, err
	}
	ref := &reference{url: url, bin: bin, script: filepath.Join(dir, "w1_blob.sql")}
	if ref.server, err = d.pid(); err != nil {
		return nil, err
	}
	if err := os.WriteFile(ref.script, []byte(blobScript), 0o644); err != nil {
		return nil, err
	}
	if err := d.exec(ctx, "reference", blobTable); err != nil {
		return nil, err
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	random := rand.NewChaCha8([32]byte{1})
	i := 0
	_, err = conn.CopyFrom(ctx, pgx.Identifier{"bench_blob"}, []string{"id", "body"}, pgx.CopyFromFunc(func() ([]any, error) {
		if i == blobRows {
			return nil, nil
		}
		i++
		body := make([]byte, blobSize)
		random.Read(body)
		return []any{i, body}, nil
	}))
	if err != nil {
		return nil, err
	}
	return ref, d.settle(ctx, "reference")
}

func findPgbench() (string, error) {
	if p, err := exec.LookPath("pgbench"); err == nil {
		return p, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if len(found) == 0 {
		return "", fmt.Errorf("no pgbench on this machine; `make test-tools` installs it with PostgreSQL")
	}
	sort.Strings(found)
	return found[len(found)-1], nil
}

var tpsLine = regexp.MustCompile(`(?m)^tps = ([0-9.]+)`)

// w1blob runs the line for d with c clients and gives transactions a second, and
// the database's processor milliseconds of each.
func (ref *reference) w1blob(c int, d time.Duration) (tps, cpu float64, err error) {
	before := cpuOfFamily(ref.server)
	seconds := strconv.Itoa(max(1, int(d.Seconds())))
	out, err := exec.Command(ref.bin, "-n", "-M", "prepared", "-f", ref.script, "-c", strconv.Itoa(c),
		"-j", strconv.Itoa(min(c, 2)), "-T", seconds, ref.url).CombinedOutput()
	if err != nil {
		return 0, 0, fmt.Errorf("pgbench: %w: %s", err, out)
	}
	m := tpsLine.FindSubmatch(out)
	if m == nil {
		return 0, 0, fmt.Errorf("pgbench printed no tps: %s", out)
	}
	if tps, err = strconv.ParseFloat(string(m[1]), 64); err != nil || tps <= 0 {
		return 0, 0, fmt.Errorf("pgbench's tps %q: %w", m[1], err)
	}
	return tps, (cpuOfFamily(ref.server) - before).Seconds() * 1000 / (tps * d.Seconds()), nil
}

// copyJSONB loads the lines of the files (at most limit of each) as jsonb, one
// resource a row under a key, and gives rows a second.
func (ref *reference) copyJSONB(ctx context.Context, files []string, limit int) (float64, error) {
	conn, err := pgx.Connect(ctx, ref.url)
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "DROP TABLE IF EXISTS bench_jsonb"); err != nil {
		return 0, err
	}
	if _, err := conn.Exec(ctx, "CREATE TABLE bench_jsonb (id TEXT PRIMARY KEY, resource JSONB NOT NULL)"); err != nil {
		return 0, err
	}
	in, out := io.Pipe()
	go func() { out.CloseWithError(copyLines(out, files, limit)) }()
	began := time.Now()
	tag, err := conn.PgConn().CopyFrom(ctx, in, "COPY bench_jsonb FROM STDIN")
	if err != nil {
		return 0, err
	}
	return float64(tag.RowsAffected()) / time.Since(began).Seconds(), nil
}

// copyLines writes NDJSON as COPY text: a backslash is doubled, nothing else in
// a line of JSON needs it.
func copyLines(w io.Writer, files []string, limit int) error {
	buffered := bufio.NewWriterSize(w, 1<<16)
	id := 0
	for _, path := range files {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(make([]byte, 1<<20), 1<<20)
		for n := 0; n < limit && lines.Scan(); n++ {
			id++
			buffered.WriteString(strconv.Itoa(id))
			buffered.WriteByte('\t')
			for _, b := range lines.Bytes() {
				if b == '\\' {
					buffered.WriteByte('\\')
				}
				buffered.WriteByte(b)
			}
			buffered.WriteByte('\n')
		}
		f.Close()
		if err := lines.Err(); err != nil {
			return err
		}
	}
	return buffered.Flush()
}
