package ingest

import (
	"encoding/binary"
	"io"
	"strings"
)

// manyNew is from how many new rows on COPY is cheaper than a statement that is
// prepared already.
const manyNew = 32

// copyHead begins PostgreSQL's binary format: its signature, no flags, no extension.
const copyHead = "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// copyRows is rows in that format, made while they are being sent.
type copyRows struct {
	rows [][]any
	buf  []byte
	at   int // of buf, what has been read
	done bool
}

func newCopyRows(rows [][]any) *copyRows {
	return &copyRows{rows: rows, buf: append(make([]byte, 0, 2*headSize), copyHead...)}
}

// Read gives the next bytes.
func (c *copyRows) Read(p []byte) (int, error) {
	if c.at == len(c.buf) && c.done {
		return 0, io.EOF
	}
	c.buf = c.buf[:copy(c.buf, c.buf[c.at:])]
	for len(c.buf) < len(p) && len(c.rows) > 0 {
		c.buf = appendRow(c.buf, c.rows[0])
		c.rows = c.rows[1:]
	}
	if len(c.rows) == 0 && !c.done {
		c.buf, c.done = binary.BigEndian.AppendUint16(c.buf, 0xffff), true
	}
	c.at = copy(p, c.buf)
	return c.at, nil
}

// appendRow writes one row: how many values, and each with its length before it.
func appendRow(buf []byte, row []any) []byte {
	buf = binary.BigEndian.AppendUint16(buf, uint16(len(row)))
	for _, v := range row {
		switch v := v.(type) {
		case string:
			v = strings.ReplaceAll(v, "\x00", "")
			buf = append(binary.BigEndian.AppendUint32(buf, uint32(len(v))), v...)
		case []byte:
			buf = append(binary.BigEndian.AppendUint32(buf, uint32(len(v))), v...)
		case int64:
			buf = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(buf, 8), uint64(v))
		case bool:
			one := byte(0)
			if v {
				one = 1
			}
			buf = append(binary.BigEndian.AppendUint32(buf, 1), one)
		}
	}
	return buf
}
