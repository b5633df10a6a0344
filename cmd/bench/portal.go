package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"
)

// portal is one running ./candour demo.
type portal struct {
	cmd   *exec.Cmd
	addr  string
	log   string
	ended chan error
	ready time.Duration // from the start of the process to its first page
}

var logs atomic.Int64

// startPortal starts the program on storage (--data DIR or --database URL) and
// waits until its home page comes.
func startPortal(ctx context.Context, binary, dir string, storage ...string) (*portal, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := l.Addr().String()
	l.Close()
	p := &portal{addr: addr, ended: make(chan error, 1)}
	p.log = filepath.Join(dir, fmt.Sprintf("candour-%d.log", logs.Add(1)))
	out, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	p.cmd = exec.Command(binary, append([]string{"demo", "--listen", addr, "--views-per-second", "1000000"}, storage...)...)
	p.cmd.Stdout, p.cmd.Stderr = out, out
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { p.ended <- p.cmd.Wait() }()
	if err := p.waitForPage(ctx); err != nil {
		_ = p.cmd.Process.Kill()
		return nil, err
	}
	p.ready = time.Since(began)
	return p, nil
}

func (p *portal) waitForPage(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.addr+"/", nil)
		if err != nil {
			return err
		}
		if res, err := client.Do(req); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case err := <-p.ended:
			tail, _ := os.ReadFile(p.log)
			return fmt.Errorf("candour ended before its first page: %v: %s", err, lastBytes(tail, 600))
		case <-ctx.Done():
			tail, _ := os.ReadFile(p.log)
			return fmt.Errorf("no page from candour in two minutes: %s", lastBytes(tail, 600))
		case <-time.After(2 * time.Millisecond):
		}
	}
}

func lastBytes(b []byte, n int) []byte { return b[max(0, len(b)-n):] }

func (p *portal) pid() int { return p.cmd.Process.Pid }

// stop asks the program to end and tells how long it took.
func (p *portal) stop() (time.Duration, error) {
	began := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return 0, err
	}
	select {
	case err := <-p.ended:
		return time.Since(began), err
	case <-time.After(30 * time.Second):
		_ = p.cmd.Process.Kill()
		return 0, errors.New("candour did not end within 30 s of SIGTERM")
	}
}

// kill ends it as a crash does.
func (p *portal) kill() error {
	if err := p.cmd.Process.Kill(); err != nil {
		return err
	}
	<-p.ended
	return nil
}
