package static

import (
	"os"
	"os/exec"
	"testing"
)

// What is typed is put by before a page shows nothing any more: when the device
// slept past the warning, and when another tab kept the session.
func TestTypedWordsArePutByBeforeThePageIsCleared(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CANDOUR_NEED_POSTGRES") != "" { // where nothing may be left out
			t.Fatal("no node on this machine")
		}
		t.Skip("SKIPPED: no node on this machine")
	}
	got, err := exec.CommandContext(t.Context(), node, "testdata/session.mjs").CombinedOutput()
	if want := "asleep: kept cleared left\nuntouched: kept cleared\n"; err != nil || string(got) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
}
