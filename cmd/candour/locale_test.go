package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"candour/locales/lint"
)

func TestLocaleCheckTellsWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	if got := command(t, dir, nil, "locale", "check"); got.code != 0 || !strings.Contains(got.out, "patient.toml") {
		t.Errorf("the words built in: %d %s%s", got.code, got.out, got.err)
	}
	for _, lang := range []string{"en", "pl"} {
		if err := os.MkdirAll(filepath.Join(dir, "words", lang), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write(t, dir, "words/en/a.toml", "[a]\ntext = \"You can sign in here\"\nmore = \"Read {what}\"\n")
	write(t, dir, "words/pl/a.toml", "[a]\ntext = \"Zaloguj się tutaj\"\nmore = \"Czytaj\"\n")
	got := command(t, dir, nil, "locale", "check", "words", "--json")
	var report lint.Report
	if err := json.Unmarshal([]byte(got.out), &report); err != nil || got.code != 2 || len(report.Findings) != 2 || len(report.Languages) != 2 {
		t.Errorf("%v %d %+v %s", err, got.code, report, got.err)
	}
	if got := command(t, dir, nil, "locale", "check", "words"); got.code != 2 || !strings.Contains(got.out, "say log in") || !strings.Contains(got.out, "lost {what}") || !strings.Contains(got.err, "2 findings") {
		t.Errorf("%d %s%s", got.code, got.out, got.err)
	}
	write(t, dir, "words/en/a.toml", "[a")
	if got := command(t, dir, nil, "locale", "check", "words"); got.code != 1 {
		t.Errorf("words that cannot be read: %d", got.code)
	}
}
