package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestOfficeRefusesAContactThatIsNoAddress(t *testing.T) {
	for contact, fine := range map[string]bool{"": true, "mailto:a@b.example": true, "https://b.example/report": true, "tel:+441632960000": true,
		"a@b.example": false, "http://b.example": false, "mailto:a@b.example\nExpires: never": false, "javascript:alert(1)": false} {
		if _, err := (Office{SecurityContact: contact}).shown(); (err == nil) != fine {
			t.Errorf("%q: %v", contact, err)
		}
	}
	var out bytes.Buffer
	Office{}.advise(slog.New(slog.NewTextHandler(&out, nil)))
	if n := strings.Count(out.String(), "level=WARN"); n != 2 {
		t.Errorf("%d warnings: %s", n, out.String())
	}
	out.Reset()
	Office{SecurityContact: "mailto:a@b.example", Operator: "The board", OperatorPhone: "01632 960000"}.advise(slog.New(slog.NewTextHandler(&out, nil)))
	if out.Len() != 0 {
		t.Errorf("a warning without need: %s", out.String())
	}
}
