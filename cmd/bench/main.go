// Command bench measures the built program ./candour as its users and operators
// meet it, over HTTP and the command line, and prints each figure of the
// project's performance targets beside its reference line from the same run:
// ratios, because the speed of a machine's disk swings. It starts a durable
// PostgreSQL of its own, makes a population, and removes both at the end.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// options are what the command line says.
type options struct {
	binary string
	json   string
	only   string
	quick  bool
	keep   bool
	size   size
}

// size is how much is made and how long is measured.
type size struct {
	people  int           // of the population
	long    int           // of them with a long record
	cold    int           // of those, kept unviewed for the first-view figure
	million int           // resources of the memory figure
	rounds  int           // of the figures that are medians of rounds
	window  time.Duration // of one measurement
	crowd   time.Duration // of the run with 32 clients
	history int           // accesses of the long access history
	kills   int           // of the crash proof
}

var (
	full  = size{people: 20000, long: 250, cold: 40, million: 1000000, rounds: 3, window: 10 * time.Second, crowd: time.Minute, history: 100000, kills: 5}
	small = size{people: 600, long: 60, cold: 20, million: 100000, rounds: 1, window: 3 * time.Second, crowd: 10 * time.Second, history: 10000, kills: 2}
)

func main() {
	var o options
	flag.StringVar(&o.binary, "binary", "./candour", "the program to measure")
	flag.StringVar(&o.json, "json", "", "also write the report as JSON to this `file`")
	flag.StringVar(&o.only, "only", "", "only these stages, with commas: "+strings.Join(stageNames(), ", "))
	flag.BoolVar(&o.quick, "quick", false, "a small population and short measurements: to see that all works, not for the record")
	flag.BoolVar(&o.keep, "keep", false, "keep the folder with extracts, logs and the SQLite database")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o.size = full
	if o.quick {
		o.size = small
	}
	r := newReport(os.Stdout)
	err := measure(ctx, r, o)
	r.markdown(os.Stdout)
	if o.json != "" {
		if e := r.save(o.json); e != nil && err == nil {
			err = e
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	if n := r.missed(); n > 0 {
		fmt.Fprintf(os.Stderr, "bench: %d of %d figures miss their bar\n", n, len(r.Figures))
		os.Exit(1)
	}
}

// measure prepares the run and goes through its stages.
func measure(ctx context.Context, r *Report, o options) error {
	binary, err := filepath.Abs(o.binary)
	if err != nil {
		return err
	}
	if _, err := os.Stat(binary); err != nil {
		return fmt.Errorf("%s is not there: `make build` makes it", o.binary)
	}
	dir, err := os.MkdirTemp("", "candour-bench-")
	if err != nil {
		return err
	}
	if o.keep {
		fmt.Fprintln(os.Stderr, "bench: keeps", dir)
	} else {
		defer os.RemoveAll(dir)
	}
	o.binary = binary
	b := &bench{Report: r, options: o, dir: dir}
	defer b.end()
	return b.run(ctx)
}
