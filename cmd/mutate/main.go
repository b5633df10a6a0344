// Command mutate asks whether the tests of the policy would notice if the policy
// were another: it changes one condition or one decision at a time (removes it,
// inverts it, returns the other), runs the tests that reach it, and counts how many
// changes were noticed. What was not is listed with its place.
//
// All changes of a package are compiled into one test program, by an overlay that
// leaves the sources alone; a variable of the environment says which of them holds.
// Before that each test runs once by itself to learn which changes it reaches, so
// that a change costs the time of the tests that could notice it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"

	"candour/models/clock"
)

// subject is a package of the policy with the files that hold its rules. Functions
// that take a context reach out to the database: they carry the rules out, and are
// left alone.
type subject struct {
	pkg   string
	files []string
}

var subjects = []subject{
	{"./models/access", []string{"decide.go", "work.go", "viewer.go", "claim.go", "suppose.go"}},
	{"./models/patient", []string{"sharing.go", "inclusion.go", "representative.go"}},
	{"./models/objection", []string{"rules.go", "transitions.go", "objection.go", "reconcile.go", "reverse.go", "review.go", "decide.go", "codes.go", "answers.go"}},
	{"./models/policy", []string{"policy.go", "service.go"}},
}

// options are what the command line says.
type options struct {
	only      string
	workers   int
	threshold float64
	list      bool
}

func main() {
	var o options
	flag.StringVar(&o.only, "only", "", "only packages whose path contains this `text`")
	flag.IntVar(&o.workers, "workers", max(1, runtime.NumCPU()/2), "how many test programs run at once")
	flag.Float64Var(&o.threshold, "threshold", 95, "`percent` that must be noticed; less ends in failure")
	flag.BoolVar(&o.list, "list", false, "list every change, not only those that nobody noticed")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	score, err := run(ctx, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(2)
	}
	if score < o.threshold {
		fmt.Printf("less than %.0f %%\n", o.threshold)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (float64, error) {
	took := clock.Stopwatch()
	folder, err := os.MkdirTemp("", "candour-mutate-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	var all, killed int
	fmt.Printf("%-22s %8s %8s %8s %8s\n", "package", "changes", "noticed", "missed", "percent")
	var survivors []mutant
	for _, s := range subjects {
		if !strings.Contains(s.pkg, o.only) {
			continue
		}
		muts, err := examine(ctx, s, folder, o.workers)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", s.pkg, err)
		}
		noticed := 0
		for _, m := range muts {
			if m.verdict == "" {
				survivors = append(survivors, m)
			} else {
				noticed++
			}
			if o.list {
				fmt.Printf("  %s\n", m)
			}
		}
		all, killed = all+len(muts), killed+noticed
		fmt.Printf("%-22s %8d %8d %8d %7.1f%%\n", strings.TrimPrefix(s.pkg, "./"), len(muts), noticed, len(muts)-noticed, percent(noticed, len(muts)))
	}
	fmt.Printf("%-22s %8d %8d %8d %7.1f%%   %s\n", "all", all, killed, all-killed, percent(killed, all), took().Round(1e9))
	for _, m := range survivors {
		fmt.Printf("nobody noticed: %s\n", m)
	}
	return percent(killed, all), nil
}

func percent(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of)
}
