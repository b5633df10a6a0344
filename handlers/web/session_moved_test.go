package web

import (
	"testing"
	"time"

	"candour/models/db"
	"candour/models/db/dbtest"
)

// A slow request ends after another tab has taken on another role: the session goes
// on, and the late answer does not take its cookie from the browser.
func TestALateAnswerLeavesTheNewCookie(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for path, want := range map[string]int{"/slow": 409, "/slow?only=read": 200} {
			s := raise(t, d, nil)
			b := s.signedIn("/enter")
			s.now.on(2 * time.Minute) // the late answer has a use of the session to write down
			done := make(chan answer, 1)
			go func() { done <- b.get(path) }()
			<-s.held
			b.get("/become")
			s.hold <- struct{}{}
			late := <-done
			if got := b.get("/record/abc"); late.StatusCode != want || late.Header.Get("Set-Cookie") != "" || got.StatusCode != 200 {
				t.Errorf("%s: %d, want %d, %q; then %d", path, late.StatusCode, want, late.Header.Get("Set-Cookie"), got.StatusCode)
			}
		}
	})
}
