package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// wire is one keep-alive HTTP/1.1 connection that does as little as can be done:
// the measured program shares two cores with it.
type wire struct {
	conn net.Conn
	in   *bufio.Reader
}

func dial(addr string) (*wire, error) {
	c, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		return nil, err
	}
	return &wire{conn: c, in: bufio.NewReaderSize(c, 64<<10)}, nil
}

func (w *wire) close() { _ = w.conn.Close() }

// reply is one response; the body is kept only when asked for.
type reply struct {
	status int
	gzip   bool
	length int
	body   []byte
	last   bool // the server closes after it
}

// errNoByte says that the connection ended before the first byte of an answer.
var errNoByte = errors.New("connection closed without an answer")

// exchange sends one request and reads the whole response.
func (w *wire) exchange(request []byte, keep bool) (reply, error) {
	if _, err := w.conn.Write(request); err != nil {
		return reply{}, fmt.Errorf("%w: %w", errNoByte, err)
	}
	if _, err := w.in.Peek(1); err != nil {
		return reply{}, fmt.Errorf("%w: %w", errNoByte, err)
	}
	return w.read(keep)
}

func (w *wire) read(keep bool) (reply, error) {
	var r reply
	first, err := w.in.ReadSlice('\n')
	if err != nil {
		return r, err
	}
	if len(first) < 12 || !bytes.HasPrefix(first, []byte("HTTP/1.1 ")) {
		return r, fmt.Errorf("not an HTTP response: %q", first)
	}
	if r.status, err = strconv.Atoi(string(first[9:12])); err != nil {
		return r, err
	}
	chunked := false
	for {
		h, err := w.in.ReadSlice('\n')
		if err != nil {
			return r, err
		}
		h = bytes.TrimRight(h, "\r\n")
		if len(h) == 0 {
			break
		}
		name, value, _ := bytes.Cut(h, []byte(": "))
		switch {
		case is(name, "content-length"):
			if r.length, err = strconv.Atoi(string(value)); err != nil {
				return r, err
			}
		case is(name, "content-encoding"):
			r.gzip = string(value) == "gzip"
		case is(name, "transfer-encoding"):
			chunked = true
		case is(name, "connection"):
			r.last = bytes.EqualFold(value, []byte("close"))
		}
	}
	if chunked {
		return r, w.chunks(&r, keep)
	}
	return r, w.take(&r, r.length, keep)
}

func is(name []byte, want string) bool {
	return len(name) == len(want) && bytes.EqualFold(name, []byte(want))
}

func (w *wire) take(r *reply, n int, keep bool) error {
	if !keep {
		_, err := w.in.Discard(n)
		return err
	}
	at := len(r.body)
	r.body = append(r.body, make([]byte, n)...)
	_, err := io.ReadFull(w.in, r.body[at:])
	return err
}

func (w *wire) chunks(r *reply, keep bool) error {
	for {
		line, err := w.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return err
		}
		if err := w.take(r, int(n), keep); err != nil {
			return err
		}
		r.length += int(n)
		if _, err := w.in.Discard(2); err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
	}
}

// pageRequest is the GET of a page as a browser with this session sends it.
func pageRequest(addr, path, cookie string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: " + addr + "\r\nCookie: " + cookie +
		"\r\nUser-Agent: candour-bench\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n\r\n")
}
