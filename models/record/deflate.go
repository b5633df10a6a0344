package record

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"golang.org/x/sync/errgroup"
)

// level is the compression of a stored body: made once, sent many times.
const level = 5

var writers = sync.Pool{New: func() any {
	w, err := flate.NewWriter(io.Discard, level)
	if err != nil {
		panic(err) // the level is a constant
	}
	return w
}}

// halved is the length from which a body is worth two processors.
const halved = 64 << 10

// deflated compresses a page body into blocks that end on a byte boundary and are
// not the last of a stream, so that a head and a tail can be put around them. For
// the same reason the halves of a long one can be made at the same time.
func deflated(body []byte) (Ready, error) {
	whole := Ready{CRC: crc32.ChecksumIEEE(body), Length: uint32(len(body))}
	if len(body) < halved {
		var err error
		whole.Deflated, err = blocks(body)
		return whole, err
	}
	var first, second []byte
	var both errgroup.Group
	both.Go(func() (err error) {
		first, err = blocks(body[:len(body)/2])
		return err
	})
	second, err := blocks(body[len(body)/2:])
	if e := both.Wait(); err == nil {
		err = e
	}
	whole.Deflated = append(first, second...)
	return whole, err
}

func blocks(body []byte) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(len(body)/4 + 64)
	w := writers.Get().(*flate.Writer)
	defer writers.Put(w)
	w.Reset(&out)
	if _, err := w.Write(body); err != nil {
		return nil, fmt.Errorf("record: deflate: %w", err)
	}
	if err := w.Flush(); err != nil {
		return nil, fmt.Errorf("record: deflate: %w", err)
	}
	return out.Bytes(), nil
}

// pack puts the banner, which belongs to the shell of the page, before the body,
// so that one column holds what the unfiltered page needs.
func pack(banner Banner, body []byte) ([]byte, error) {
	head, err := json.Marshal(banner)
	if err != nil {
		return nil, fmt.Errorf("record: pack: %w", err)
	}
	out := binary.AppendUvarint(make([]byte, 0, len(head)+len(body)+4), uint64(len(head)))
	return append(append(out, head...), body...), nil
}

func unpack(stored []byte) (Banner, []byte, error) {
	n, k := binary.Uvarint(stored)
	if k <= 0 || n > uint64(len(stored)-k) {
		return Banner{}, nil, errors.New("record: a stored rendering is damaged")
	}
	var b Banner
	if err := json.Unmarshal(stored[k:k+int(n)], &b); err != nil {
		return Banner{}, nil, fmt.Errorf("record: unpack: %w", err)
	}
	return b, stored[k+int(n):], nil
}

var packers = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant
	}
	return w
}}

func packSheet(s *Sheet) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(64 << 10) // that of a long record
	w := packers.Get().(*gzip.Writer)
	defer packers.Put(w)
	w.Reset(&out)
	err := json.MarshalWrite(w, s)
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("record: store sheet: %w", err)
	}
	return out.Bytes(), nil
}

func unpackSheet(stored []byte) (*Sheet, error) {
	r, err := gzip.NewReader(bytes.NewReader(stored))
	if err != nil {
		return nil, fmt.Errorf("record: read sheet: %w", err)
	}
	s := &Sheet{}
	if err := json.UnmarshalRead(r, s); err != nil {
		return nil, fmt.Errorf("record: read sheet: %w", err)
	}
	return s, nil
}
