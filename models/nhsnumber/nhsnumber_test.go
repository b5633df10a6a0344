package nhsnumber_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"candour/models/nhsnumber"
)

func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"9434765919": "943 476 5919", "4010232137": "401 023 2137", "9000000009": "900 000 0009",
		"999 999 9999": "999 999 9999", "987-654-3210": "987 654 3210", "9990000018": "999 000 0018",
	} {
		n, err := nhsnumber.Parse(in)
		if err != nil || n.Spaced() != want {
			t.Errorf("Parse(%q) = %q, %v; want %q", in, n.Spaced(), err, want)
		}
	}
	for _, in := range []string{"9876544321", "9111111124", "9222222228", "9990000000", "8527685222", "4447685222",
		"", "123", "99900000180", "99900000l8", "QQ123456C", "0000000000", "1234567890"} {
		if n, err := nhsnumber.Parse(in); err == nil {
			t.Errorf("Parse(%q) accepted as %s", in, n.Spaced())
		}
	}
}

func TestNeverPrintsItself(t *testing.T) {
	n, _ := nhsnumber.Parse("9434765919")
	var out strings.Builder
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "n", n)
	js, _ := json.Marshal(map[string]any{"n": n})
	out.Write(js)
	fmt.Fprintf(&out, "%s %v %+v %#v %q %d %x", n, n, n, n, n, n, n)
	if strings.Contains(out.String(), "943") {
		t.Fatalf("the number came out: %s", out.String())
	}
}
