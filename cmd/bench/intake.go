package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"candour/models/db"
)

// loaded is one run of `candour ingest`.
type loaded struct {
	took time.Duration
	peak float64 // memory, MiB
}

// ingest runs the command on a file, or on what feed writes to its standard
// input.
func (b *bench) ingest(s *store, source, path string, write func(io.Writer) error) (loaded, error) {
	args := append([]string{"ingest", "--source", source, "--json"}, s.args...)
	cmd := exec.Command(b.binary, append(args, path)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	var in io.WriteCloser
	if write != nil {
		var err error
		if in, err = cmd.StdinPipe(); err != nil {
			return loaded{}, err
		}
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return loaded{}, err
	}
	wrote := make(chan error, 1)
	go func() {
		if write == nil {
			wrote <- nil
			return
		}
		err := write(in)
		in.Close()
		wrote <- err
	}()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	peak := watchPeak(cmd.Process.Pid, ended)
	err := <-ended
	l := loaded{took: time.Since(began), peak: peak}
	if err != nil {
		return l, fmt.Errorf("ingest --source %s: %w: %s", source, err, lastBytes(out.Bytes(), 800))
	}
	return l, <-wrote
}

// watchPeak reads the high-water mark of a process's memory until it ends. (The
// kernel's own maximum for a waited child counts what this program had in memory
// when it started the child.)
func watchPeak(pid int, ended chan error) float64 {
	peak := 0.0
	for {
		peak = max(peak, memory(pid, "VmHWM"))
		select {
		case err := <-ended:
			ended <- err
			return peak
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// findFeeds picks one connected source of each kind from the demo world.
func findFeeds(ctx context.Context, d *db.DB) ([]feed, error) {
	rows, err := d.Query(ctx, `SELECT o.kind, s.id, o.ods_code FROM sources s JOIN organisations o ON o.id = s.organisation_id
		WHERE s.state = 'connected' AND o.state = 'connected' AND o.in_region ORDER BY s.id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	first, practice := map[string]feed{}, ""
	for rows.Next() {
		var kind, source, ods string
		if err := rows.Scan(&kind, &source, &ods); err != nil {
			return nil, err
		}
		if _, ok := first[kind]; !ok {
			first[kind] = feed{kind: kind, source: source}
		}
		if kind == "practice" && practice == "" {
			practice = ods
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	var feeds []feed
	for _, kind := range feedKinds {
		f, ok := first[kind]
		if !ok {
			return nil, fmt.Errorf("the demo world has no connected source of kind %s", kind)
		}
		f.practice = practice
		feeds = append(feeds, f)
	}
	return feeds, nil
}

// ingestPostgres takes the population in and compares the rate with COPY of the
// same lines as jsonb, measured before and after.
func (b *bench) ingestPostgres(ctx context.Context) (err error) {
	if b.feeds, err = findFeeds(ctx, b.pg.DB); err != nil {
		return err
	}
	b.pop = newPopulation(0, b.size.people, b.size.long, time.Now())
	if b.extracts, err = b.pop.writeExtracts(b.dir, b.feeds); err != nil {
		return err
	}
	var paths []string
	total, bytes := 0, int64(0)
	for _, e := range b.extracts {
		paths = append(paths, e.path)
		total += e.resources
		if info, err := os.Stat(e.path); err == nil {
			bytes += info.Size()
		}
	}
	b.machine("Population: %s people, %d of them with %d items of five sources; %s resources, %d bytes each",
		number(float64(b.size.people)), b.size.long, b.pop.people[0].expected(), number(float64(total)), bytes/int64(total))
	before, err := b.ref.copyJSONB(ctx, paths, 20000)
	if err != nil {
		return err
	}
	rate, err := b.takeIn(b.pg, total)
	if err != nil {
		return err
	}
	after, err := b.ref.copyJSONB(ctx, paths, 20000)
	if err != nil {
		return err
	}
	line := median([]float64{before, after})
	b.atLeast("P12", "ingest against COPY jsonb", rate/line, 0.25, "",
		fmt.Sprintf("%s resources/s against %s rows/s; fhirbase's copy mode is 0.31 of COPY, 0.8 of that is 0.25", number(rate), number(line)))
	if err := b.database.settle(ctx, "reference"); err != nil {
		return err
	}
	return b.database.settle(ctx, "candour")
}

// takeIn loads the five extracts, one command each, and gives resources a second.
func (b *bench) takeIn(s *store, total int) (float64, error) {
	took, peak := time.Duration(0), 0.0
	var each []string
	for _, e := range b.extracts {
		l, err := b.ingest(s, e.source, e.path, nil)
		if err != nil {
			return 0, err
		}
		took += l.took
		peak = max(peak, l.peak)
		each = append(each, fmt.Sprintf("%s %s/s", e.kind, number(float64(e.resources)/l.took.Seconds())))
	}
	b.note("ingest on %s: %.1f s, peak memory %s MiB; %s", s.name, took.Seconds(), number(peak), strings.Join(each, ", "))
	return float64(total) / took.Seconds(), nil
}

// million streams many resources of one source through standard input, in the
// order of a bulk export (all patients, then all of each type), and watches the
// memory.
func (b *bench) million(ctx context.Context) error {
	f := b.feeds[0]
	perPerson := 1
	for _, pl := range plans[f.kind] {
		perPerson += pl.small
	}
	pop := newPopulation(b.size.people, b.size.million/perPerson+1, 0, time.Now())
	n := 0
	l, err := b.ingest(b.pg, f.source, "-", func(w io.Writer) (err error) {
		n, err = pop.writeByType(w, f, b.size.million)
		return err
	})
	if err != nil {
		return err
	}
	b.atMost("P15", fmt.Sprintf("memory while loading %s resources", number(float64(n))), l.peak, 250, "MiB",
		fmt.Sprintf("one stream by type, %s resources/s", number(float64(n)/l.took.Seconds())))
	return nil
}
