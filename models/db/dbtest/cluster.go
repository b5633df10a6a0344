package dbtest

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Cluster is a PostgreSQL of our own on a unix socket and a loopback port.
type Cluster struct {
	Dir  string
	Port int
	bin  string
	who  *syscall.Credential
	hold io.Closer
}

// StartCluster makes and starts a cluster in a temporary folder. With durable
// it keeps fsync and full_page_writes on; without, it is for tests that crash
// nothing. It ends when this process ends, however that happens.
func StartCluster(durable bool) (*Cluster, error) {
	bin, err := findPostgres()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "candour-pg-")
	if err != nil {
		return nil, err
	}
	c := &Cluster{Dir: dir, bin: bin}
	if os.Geteuid() == 0 { // initdb refuses root
		if c.who, err = anotherUser(); err != nil {
			return nil, err
		}
		if err := os.Chown(dir, int(c.who.Uid), int(c.who.Gid)); err != nil {
			return nil, err
		}
	}
	if out, err := c.run("initdb", "--no-sync", "-U", "candour", "-A", "trust", "-E", "UTF8", "--locale=C", "-D", c.data()); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	if c.Port, err = freePort(); err != nil {
		return nil, err
	}
	if err := c.Start(durable); err != nil {
		return nil, err
	}
	return c, c.endWithUs()
}

// Start starts the server on the cluster's data, for instance after Kill.
func (c *Cluster) Start(durable bool) error {
	opts := fmt.Sprintf("-c listen_addresses=127.0.0.1 -p %d -k %s -c max_connections=200", c.Port, c.Dir)
	if !durable {
		opts += " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
	}
	if out, err := c.run("pg_ctl", "-w", "-t", "60", "-D", c.data(), "-l", filepath.Join(c.Dir, "log"), "-o", opts, "start"); err != nil {
		return fmt.Errorf("pg_ctl start: %w: %s", err, out)
	}
	return nil
}

// Kill ends the server at once, as a crash does: no checkpoint, recovery at the next start.
func (c *Cluster) Kill() error {
	pid, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(strings.SplitN(string(pid), "\n", 2)[0])
	if err != nil {
		return err
	}
	if err := syscall.Kill(n, syscall.SIGQUIT); err != nil {
		return err
	}
	for i := 0; i < 200; i++ {
		if syscall.Kill(n, 0) != nil {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("postmaster %d did not end", n)
}

// Stop ends the cluster and removes it.
func (c *Cluster) Stop() { _ = c.hold.Close() }

// URL is the address of one of its databases.
func (c *Cluster) URL(database string) string {
	return fmt.Sprintf("postgres://candour@127.0.0.1:%d/%s?sslmode=disable", c.Port, database)
}

func (c *Cluster) data() string { return filepath.Join(c.Dir, "data") }

func (c *Cluster) run(name string, args ...string) (string, error) {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir = c.Dir
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	if c.who != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.who}
	}
	log, err := os.CreateTemp("", "candour-pg-out-") // not a pipe: the server would hold it open
	if err != nil {
		return "", err
	}
	defer os.Remove(log.Name())
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	err = cmd.Run()
	out, _ := os.ReadFile(log.Name())
	return string(out), err
}

// endWithUs leaves a shell waiting on a pipe that closes when this process ends.
func (c *Cluster) endWithUs() error {
	script := fmt.Sprintf("trap '' INT TERM; cat >/dev/null; %s -D %s -m immediate stop >/dev/null 2>&1; rm -rf %s",
		filepath.Join(c.bin, "pg_ctl"), c.data(), c.Dir)
	cmd := exec.Command("sh", "-c", script)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: c.who}
	hold, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	c.hold = hold
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }()
	return nil
}

func findPostgres() (string, error) {
	if p, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(p), nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", fmt.Errorf("no PostgreSQL server on this machine (initdb is not in PATH nor in /usr/lib/postgresql); `make test-tools` installs it from Debian's packages")
	}
	sort.Strings(found)
	return filepath.Dir(found[len(found)-1]), nil
}

func anotherUser() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, fmt.Errorf("PostgreSQL does not run as root, and there is no user postgres or nobody")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
