package static

import (
	"os"
	"os/exec"
	"testing"
)

// What is typed is put by before a page shows nothing any more: when the device
// slept past the warning, and when another tab kept the session.
func TestTypedWordsArePutByBeforeThePageIsCleared(t *testing.T) {
	runs(t, "testdata/session.mjs", "asleep: kept cleared left\nuntouched: kept cleared\n")
}

// A question that is never answered does not end the asking, and a record of which
// nobody knows whether it may be shown is not left on the screen.
func TestARecordIsNotShownWithoutAnswers(t *testing.T) {
	runs(t, "testdata/standing.mjs", "two failures: shown\nthree failures: lost cleared, 1 left\nhangs once, then closed: closed cleared\nin a hurry: shown\n")
}

func runs(t *testing.T, script, want string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CANDOUR_NEED_POSTGRES") != "" { // where nothing may be left out
			t.Fatal("no node on this machine")
		}
		t.Skip("SKIPPED: no node on this machine")
	}
	got, err := exec.CommandContext(t.Context(), node, script).CombinedOutput()
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
}
