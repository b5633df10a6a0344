package patient

import (
	"bytes"
	"context"
	"testing"
	"time"

	"candour/models/access"
	"candour/views/layout"
)

// BenchmarkHistoryPage draws a full page of 25 visits; the database is not in it.
func BenchmarkHistoryPage(b *testing.B) {
	h := newHouse(b)
	for day := range 30 {
		for i := range 4 {
			h.looked(noon.AddDate(0, 0, -30+day).Add(time.Duration(i)*time.Minute), nil)
		}
	}
	page := h.page(access.HistoryFilter{}, false)
	ctx := layout.WithShell(context.Background(), shell)
	var out bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		if err := AccessHistoryPage(page).Render(ctx, &out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(out.Len()), "bytes/page")
}
