package web

import "testing"

func TestWhileClosingEachAnswerEndsItsConnection(t *testing.T) {
	s := onSQLite(t, nil)
	b := s.browser()
	for _, path := range []string{"/", "/static/app.css", "/fault/absent"} {
		if got := b.get(path); got.Close {
			t.Errorf("%s: the connection ends though nobody stops", path)
		}
	}
	s.Closing()
	for _, path := range []string{"/", "/static/app.css", "/fault/absent"} {
		if got := b.get(path); !got.Close || got.StatusCode >= 500 {
			t.Errorf("%s while closing: %d, closes %t", path, got.StatusCode, got.Close)
		}
	}
}
