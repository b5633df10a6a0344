package web

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/klauspost/compress/flate"
	"github.com/valyala/fasthttp"
)

// small answers are not worth packing.
const smallest = 1400

func takesGzip(c *fiber.Ctx) bool {
	for part := range strings.SplitSeq(c.Get(fiber.HeaderAcceptEncoding), ",") {
		name, quality, _ := strings.Cut(part, ";")
		if n := strings.TrimSpace(name); n == "gzip" || n == "x-gzip" {
			q := strings.TrimLeft(strings.TrimPrefix(strings.TrimSpace(quality), "q="), "0.")
			return quality == "" || q != ""
		}
	}
	return false
}

func send(c *fiber.Ctx, body []byte) {
	r := c.Response()
	r.ResetBody()
	if len(body) < smallest || !takesGzip(c) {
		r.AppendBody(body)
		return
	}
	z := newMember(responseBody{r})
	z.pack(body)
	z.end()
	if z.err != nil {
		r.ResetBody()
		r.AppendBody(body)
		return
	}
	r.Header.Set(fiber.HeaderContentEncoding, "gzip")
}

// responseBody appends to the answer's own pooled buffer.
type responseBody struct{ r *fasthttp.Response }

func (b responseBody) Write(p []byte) (int, error) {
	b.r.AppendBody(p)
	return len(p), nil
}

// member writes one gzip member (RFC 1952) out of parts, each of which ends on a
// byte boundary; one of them may have been packed long before.
type member struct {
	w    io.Writer
	crc  uint32
	size uint32
	err  error
}

// The header: magic, deflate, no flags, no time, fastest, unknown system.
var gzipHeader = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255}

func newMember(w io.Writer) *member {
	m := &member{w: w}
	m.write(gzipHeader)
	return m
}

func (m *member) write(p []byte) {
	if m.err == nil {
		_, m.err = m.w.Write(p)
	}
}

// pack adds plain bytes. They are packed without memory of what stood before, so
// that no state of a megabyte a request is needed.
func (m *member) pack(p []byte) {
	if m.err == nil {
		m.err = flate.StatelessDeflate(m.w, p, false, nil)
	}
	m.count(p)
}

// few are bytes that are not worth packing between the ready parts of an answer: finding
// a code for a kilobyte costs as much as drawing it, and saves half of it.
const few = 2000

// add adds plain bytes; a few of them as they are, in a block of their own (RFC 1951,
// 3.2.4).
func (m *member) add(p []byte) {
	switch n := uint16(len(p)); {
	case len(p) == 0:
	case len(p) > few:
		m.pack(p)
	default:
		m.write([]byte{0, byte(n), byte(n >> 8), byte(^n), byte(^n >> 8)})
		m.write(p)
		m.count(p)
	}
}

// count notes what the member unpacks to.
func (m *member) count(p []byte) {
	m.crc = crc32.Update(m.crc, crc32.IEEETable, p)
	m.size += uint32(len(p))
}

// end closes the member with an empty last block, the check sum and the length.
func (m *member) end() {
	m.write([]byte{3, 0})
	m.write(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, m.crc), m.size))
}

// splice adds blocks packed before, with the check sum and length of what they
// unpack to.
func (m *member) splice(deflated []byte, crc, size uint32) {
	m.write(deflated)
	m.crc = combine(m.crc, crc, size)
	m.size += size
}

// combine is the CRC-32 of two texts one after the other, from the CRC-32 of each
// and the length of the second: the first, moved on by that many zero bytes, that
// is multiplied by x to the power of eight times the length, plus the second, in
// polynomials over two elements, modulo the CRC's own.
func combine(first, second, length uint32) uint32 {
	power := uint32(1) << 31 // the polynomial 1, bits reversed
	for i := 0; length != 0; i++ {
		if length&1 != 0 {
			power = times(zeros[i], power)
		}
		length >>= 1
	}
	return times(power, first) ^ second
}

// zeros[i] is x to the power of 8·2^i modulo the polynomial.
var zeros = func() (table [32]uint32) {
	p := uint32(1) << (31 - 8) // x⁸
	for i := range table {
		table[i] = p
		p = times(p, p)
	}
	return table
}()

// times multiplies two polynomials modulo the CRC-32 polynomial, bits reversed.
func times(a, b uint32) uint32 {
	var product uint32
	for bit := uint32(1) << 31; bit != 0; bit >>= 1 {
		if a&bit != 0 {
			product ^= b
		}
		if b&1 != 0 {
			b = b>>1 ^ crc32.IEEE
		} else {
			b >>= 1
		}
	}
	return product
}

var errReady = errors.New("the stored page does not unpack to what it was made from")

// unpack reads blocks that end without a final one.
func unpack(deflated []byte, size, crc uint32) ([]byte, error) {
	r := flate.NewReader(bytes.NewReader(deflated))
	defer r.Close()
	out := make([]byte, size)
	if _, err := io.ReadFull(r, out); err != nil {
		return nil, err
	}
	if crc32.ChecksumIEEE(out) != crc {
		return nil, errReady
	}
	return out, nil
}
