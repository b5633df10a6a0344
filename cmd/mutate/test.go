package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"candour/models/clock"
)

// Bounds of the tests that are asked: one that takes longer by itself measures or
// races, and says nothing of a rule that a quick one does not.
const (
	longest   = 6 * time.Second
	firstLook = 400 * time.Millisecond // of the quickest tests that are asked first
	patience  = 45 * time.Second       // with one change; more is noticed as a standstill
)

// tested is one test with what it reaches.
type tested struct {
	name    string
	took    time.Duration
	reaches map[int]bool
}

// examine builds a package and judges each of its changes.
func examine(ctx context.Context, s subject, folder string, workers int) ([]mutant, error) {
	p, err := build(ctx, s, folder)
	if err != nil {
		return nil, err
	}
	tests, err := p.survey(ctx, folder)
	if err != nil {
		return nil, err
	}
	work := make(chan *mutant)
	var done sync.WaitGroup
	for range workers {
		done.Go(func() {
			for m := range work {
				m.verdict = p.judge(ctx, m.id, tests)
			}
		})
	}
	for i := range p.muts {
		work <- &p.muts[i]
	}
	close(work)
	done.Wait()
	return p.muts, ctx.Err()
}

// survey runs every test by itself, unchanged, and learns what it reaches.
func (p *program) survey(ctx context.Context, folder string) ([]tested, error) {
	listed, err := p.run(ctx, nil, "-test.list", ".")
	if err != nil {
		return nil, fmt.Errorf("the tests cannot be listed: %w\n%s", err, listed)
	}
	var all []tested
	for _, name := range strings.Fields(listed) {
		if !strings.HasPrefix(name, "Test") {
			continue
		}
		file := filepath.Join(folder, "reached")
		_ = os.Remove(file) // it is there from the second on
		took := clock.Stopwatch()
		said, err := p.run(ctx, []string{"MUTANT_REACHED=" + file}, "-test.short", "-test.timeout", patience.String(), "-test.run", "^"+name+"$")
		if err != nil {
			return nil, fmt.Errorf("%s fails without any change: %w\n%s", name, err, said)
		}
		t := tested{name, took(), map[int]bool{}}
		text, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		for _, line := range strings.Fields(string(text)) {
			if id, err := strconv.Atoi(line); err == nil {
				t.reaches[id] = true
			}
		}
		if t.took <= longest {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b tested) int { return int(a.took - b.took) })
	return all, nil
}

// judge asks the tests that reach a change, the quickest first.
func (p *program) judge(ctx context.Context, id int, tests []tested) string {
	var groups [2][]string
	var sum time.Duration
	for _, t := range tests {
		if !t.reaches[id] && !t.reaches[-id] && !p.reachedAs(id, t) {
			continue
		}
		at := 0
		if sum += t.took; sum > firstLook && len(groups[0]) > 0 {
			at = 1
		}
		groups[at] = append(groups[at], t.name)
	}
	for _, names := range groups {
		if len(names) == 0 {
			continue
		}
		said, err := p.run(ctx, []string{"MUTANT=" + strconv.Itoa(id)}, "-test.short", "-test.failfast", "-test.timeout", patience.String(), "-test.run", "^("+strings.Join(names, "|")+")$")
		if err != nil {
			return why(said)
		}
	}
	return ""
}

// reachedAs is for the changes that share a place: always, never and inverted are
// noted under the last of the three.
func (p *program) reachedAs(id int, t tested) bool {
	place := p.muts[id-1].place
	for next := id; next < len(p.muts) && next < id+2 && p.muts[next].place == place; next++ {
		if t.reaches[next+1] {
			return true
		}
	}
	return false
}

// why is the first line that says what went wrong.
func why(said string) string {
	for line := range strings.Lines(said) {
		switch line = strings.TrimSpace(line); {
		case strings.HasPrefix(line, "--- FAIL: "):
			name, _, _ := strings.Cut(strings.TrimPrefix(line, "--- FAIL: "), " ")
			return name
		case strings.HasPrefix(line, "panic: test timed out"):
			return "standstill"
		case strings.HasPrefix(line, "panic: "):
			return "panic"
		}
	}
	return "failed"
}

func (p *program) run(ctx context.Context, env []string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, p.binary, args...)
	cmd.Dir = p.dir
	cmd.Env = append(cmd.Environ(), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}
