package clinician

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/a-h/templ"

	"candour/models/record"
)

func TestLeavesEscape(t *testing.T) {
	l := lay(context.Background(), &record.Sheet{}, style{})
	for _, c := range []struct {
		leaf templ.Component
		want string
	}{
		{bdi(`<b>"&'`), "<bdi>&lt;b&gt;&#34;&amp;&#39;</bdi>"},
		{when{Sent: "<i>"}, `<bdi dir="ltr" class="app-nowrap">&lt;i&gt;</bdi>`},
		{when{Sent: "2026", End: "<i>"}, `<bdi dir="ltr"><span class="app-nowrap">2026 –</span> <span class="app-nowrap">&lt;i&gt;</span></bdi>`},
		{when{}, ""},
		{l.dated(record.When{Sent: "2026-01-02"}), `<bdi dir="ltr" class="app-nowrap">02-Jan-2026</bdi>`},
		{l.dated(record.When{}), "<span>" + l.t("record.line.no_date") + "</span>"},
	} {
		var b bytes.Buffer
		if err := c.leaf.Render(context.Background(), &b); err != nil || b.String() != c.want {
			t.Errorf("%q, want %q (%v)", b.String(), c.want, err)
		}
	}
}

// minute is written by hand because a record prints thousands; it prints what Format does.
func TestMinute(t *testing.T) {
	for at := time.Date(1899, 12, 31, 23, 59, 0, 0, time.UTC); at.Year() < 2101; at = at.Add(997*time.Hour + 13*time.Minute) {
		if got, want := minute(at), at.Format("02-Jan-2006 15:04"); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
	}
	for _, year := range []int{-1, 0, 1, 999, 9999, 10000} {
		at := time.Date(year, 3, 9, 4, 5, 0, 0, time.UTC)
		if got, want := minute(at), at.Format("02-Jan-2006 15:04"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
