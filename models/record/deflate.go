package record

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"github.com/klauspost/compress/gzip"
	"hash/crc32"
	"io"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/flate"
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

// deflated compresses a page body into blocks that end on a byte boundary and are
// not the last of a stream, so that a head and a tail can be put around them.
func deflated(body []byte) (Ready, error) {
	var out bytes.Buffer
	out.Grow(len(body)/6 + 64)
	w := writers.Get().(*flate.Writer)
	defer writers.Put(w)
	w.Reset(&out)
	if _, err := w.Write(body); err != nil {
		return Ready{}, fmt.Errorf("record: deflate: %w", err)
	}
	if err := w.Flush(); err != nil {
		return Ready{}, fmt.Errorf("record: deflate: %w", err)
	}
	return Ready{Deflated: out.Bytes(), CRC: crc32.ChecksumIEEE(body), Length: uint32(len(body))}, nil
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

func packSheet(s *Sheet) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err == nil {
		err = json.MarshalWrite(w, s)
	}
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
