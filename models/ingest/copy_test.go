package ingest

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"candour/models/db"
	"candour/models/db/dbtest"
)

// Many items of one delivery are stored as the same items one by one: new ones, ones
// that were there, one deleted and sent again, one sent twice, one that moves.
func TestManyAtOnceAreStoredAsOneByOne(t *testing.T) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			lines := func(first, n, day int, patient string) (out []string) {
				for i := first; i < first+n; i++ {
					out = append(out, anObservation(fmt.Sprintf("o%d", i), patient, "27113001", fmt.Sprint(day), at(fmt.Sprintf("2024-03-%02dT10:00:00Z", day)), `"note":[{"text":"größer \u0000 \\ \n 🩺"}],`))
				}
				return out
			}
			people := []string{aPatient("1", nhs(1), "1970-01-01", "Smith"), aPatient("2", nhs(2), "1980-01-01", "Jones")}
			deliveries := [][]string{append(people, lines(0, 3*manyNew, 1, "1")...),
				append(append(lines(2*manyNew, 3*manyNew, 2, "1"), lines(4*manyNew, 5, 3, "1")...), lines(0, 3, 4, "2")...)}
			many, single := newHouse(t, open(t)), newHouse(t, open(t))
			for _, d := range deliveries {
				if r := many.take("gp", strings.Join(d, "\n")); r.Verdict() != AllIn {
					t.Fatal(r)
				}
				for _, line := range d {
					single.take("gp", line)
				}
			}
			again := aBundle("transaction", "2024-03-05T10:00:00Z", lines(6*manyNew, 2*manyNew, 5, "2")...)
			gone := `{"resourceType":"Bundle","type":"transaction","timestamp":"2024-03-05T09:00:00Z","entry":[{"request":{"method":"DELETE","url":"Observation/o7"}},{"resource":` +
				lines(7, 1, 5, "1")[0] + `}]}`
			for _, h := range []*house{many, single} {
				h.take("gp", gone)
				h.take("gp", again)
			}
			if many.state() != single.state() {
				t.Errorf("together:\n%s\none by one:\n%s", many.state(), single.state())
			}
			if n := many.count("SELECT count(*) FROM items"); n != 5*manyNew+2*manyNew {
				t.Errorf("%d items", n)
			}
		})
	}
}

// The binary format is the same however small the pieces are in which it is read.
func TestCopiedRowsComeWhole(t *testing.T) {
	rows := [][]any{{"a\x00b", int64(-2), true, []byte{1, 0}}, {"", int64(1) << 40, false, []byte{}}}
	whole, err := io.ReadAll(newCopyRows(rows))
	if err != nil {
		t.Fatal(err)
	}
	want := "PGCOPY\n\xff\r\n\x00" + strings.Repeat("\x00", 8) +
		"\x00\x04" + "\x00\x00\x00\x02ab" + "\x00\x00\x00\x08\xff\xff\xff\xff\xff\xff\xff\xfe" + "\x00\x00\x00\x01\x01" + "\x00\x00\x00\x02\x01\x00" +
		"\x00\x04" + "\x00\x00\x00\x00" + "\x00\x00\x00\x08\x00\x00\x01\x00\x00\x00\x00\x00" + "\x00\x00\x00\x01\x00" + "\x00\x00\x00\x00" + "\xff\xff"
	if string(whole) != want {
		t.Errorf("%q", whole)
	}
	var slow bytes.Buffer
	c := newCopyRows(rows)
	for piece := make([]byte, 3); ; {
		n, err := c.Read(piece)
		slow.Write(piece[:n])
		if err == io.EOF {
			break
		}
	}
	if slow.String() != want {
		t.Errorf("in small pieces: %q", slow.String())
	}
}
