package main

import (
	"context"
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// The proofs that no page is shown without its entry (P8), and that stopping
// loses nothing (P23).

const lockTime = 2 * time.Second

// lockedLog holds the table of the access log and asks for pages: none may come
// while it is held.
func (b *bench) lockedLog(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, b.pg.dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	since, err := b.pg.lastEntry(ctx)
	if err != nil {
		return err
	}
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if _, err := tx.Exec(ctx, "LOCK TABLE audit_entries IN ACCESS EXCLUSIVE MODE"); err != nil {
		return err
	}
	asked := b.views.warm[:8]
	came := make([]time.Time, len(asked)) // when a whole page came; zero if none did
	var all sync.WaitGroup
	for i, t := range asked {
		all.Go(func() {
			w, err := dial(b.views.portal.addr)
			if err != nil {
				return
			}
			defer w.close()
			if r, err := w.exchange(pageRequest(b.views.portal.addr, t.path, b.views.cookie), false); err == nil && r.status == 200 {
				came[i] = time.Now()
			}
		})
	}
	time.Sleep(lockTime)
	released := time.Now()
	if err := tx.Rollback(ctx); err != nil {
		return err
	}
	all.Wait()
	early, late := 0, 0
	for _, at := range came {
		switch {
		case at.IsZero():
		case at.Before(released):
			early++
		default:
			late++
		}
	}
	_, logged, err := b.pg.pagesLogged(ctx, since)
	if err != nil {
		return err
	}
	if logged < early+late {
		return fmt.Errorf("%d pages came and %d are in the log", early+late, logged)
	}
	b.atMost("P8", "pages while the log was locked for 2 s", float64(early), 0, "",
		fmt.Sprintf("%d asked for; %d came after the lock was released, each with its entry", len(asked), late))
	return nil
}

// killUnderLoad ends the program, then the database, as a crash does.
func (b *bench) killUnderLoad(ctx context.Context) error {
	if err := b.kills(ctx, b.views); err != nil {
		return err
	}
	pages, missing, err := b.crash(ctx, b.views, b.database.crash)
	if err != nil {
		return err
	}
	b.atMost("P8", "pages without an entry after a crash of PostgreSQL", float64(missing), 0, "", fmt.Sprintf("%d pages arrived whole", pages))
	return nil
}

// kills is SIGKILL of the program under load, some times over.
func (b *bench) kills(ctx context.Context, v *views) error {
	pages, missing := 0, 0
	for range b.size.kills {
		n, lost, err := b.crash(ctx, v, func() error {
			if err := v.portal.kill(); err != nil {
				return err
			}
			var err error
			v.portal, err = startPortal(ctx, b.binary, b.dir, v.store.args...)
			return err
		})
		if err != nil {
			return err
		}
		pages, missing = pages+n, missing+lost
	}
	b.atMost("P8", "pages without an entry after SIGKILL under load, "+v.store.name, float64(missing), 0, "",
		fmt.Sprintf("%d kills, %d pages arrived whole", b.size.kills, pages))
	return nil
}

// crash loads the portal with 8 clients for a second, lets crash happen, and
// counts the pages that arrived whole and have no entry.
func (b *bench) crash(ctx context.Context, v *views, crash func() error) (pages, missing int, err error) {
	since, err := v.store.lastEntry(ctx)
	if err != nil {
		return 0, 0, err
	}
	stop, got := make(chan struct{}), make(chan *tally, 1)
	l := load{addr: v.portal.addr, requests: v.requests(), clients: 8, stop: stop}
	go func() {
		t, err := l.run()
		if err != nil {
			t = &tally{}
		}
		got <- t
	}()
	time.Sleep(time.Second)
	err = crash()
	close(stop)
	t := <-got
	if err != nil {
		return 0, 0, err
	}
	if t.pages == 0 {
		return 0, 0, fmt.Errorf("no page came before the crash (%v)", t.other)
	}
	logged, err := b.loggedAfterCrash(ctx, v.store, since)
	if err != nil {
		return 0, 0, err
	}
	return t.pages, lost(v.warm, t, logged), nil
}

// loggedAfterCrash asks until this program's own connections have found the
// database again.
func (b *bench) loggedAfterCrash(ctx context.Context, s *store, since int64) (map[string]int, error) {
	var last error
	for range 50 {
		logged, _, err := s.pagesLogged(ctx, since)
		if err == nil {
			return logged, nil
		}
		last = err
		time.Sleep(100 * time.Millisecond)
	}
	return nil, last
}

// stopUnderLoad sends SIGTERM while 8 clients ask for pages: requests sent before
// it must be answered, every page must have its entry, and the program must go.
func (b *bench) stopUnderLoad(ctx context.Context) error {
	v := b.views
	since, err := v.store.lastEntry(ctx)
	if err != nil {
		return err
	}
	stop, got := make(chan struct{}), make(chan *tally, 1)
	l := load{addr: v.portal.addr, requests: v.requests(), clients: 8, stop: stop}
	go func() {
		t, err := l.run()
		if err != nil {
			t = &tally{}
		}
		got <- t
	}()
	time.Sleep(time.Second)
	asked := time.Now()
	if err := v.portal.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	var took time.Duration
	select {
	case <-v.portal.ended:
		took = time.Since(asked)
	case <-time.After(30 * time.Second):
		_ = v.portal.cmd.Process.Kill()
		took = 30 * time.Second
	}
	close(stop)
	t := <-got
	unanswered, later := 0, 0
	for _, o := range t.open {
		if o.started || o.sent.Before(asked) {
			unanswered++
		} else {
			later++
		}
	}
	logged, _, err := v.store.pagesLogged(ctx, since)
	if err != nil {
		return err
	}
	detail := fmt.Sprintf("%d pages before it; %d requests were sent after the signal and not taken", t.pages, later)
	b.atMost("P23", "SIGTERM under load to gone", took.Seconds(), 5, "s", detail)
	b.atMost("P23", "open requests left without a whole answer", float64(unanswered), 0, "", "")
	b.atMost("P23", "pages without an entry after it", float64(lost(v.warm, t, logged)), 0, "", "")
	if v.portal, err = startPortal(ctx, b.binary, b.dir, v.store.args...); err != nil {
		return err
	}
	return b.firstViews(v, v.cold[b.size.cold/2:], "after a restart")
}
