package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"candour/models/faq"
)

func TestQuestionsAreListed(t *testing.T) {
	dir := t.TempDir()
	if got := command(t, dir, nil, "questions", "--data", "d"); got.code != 1 || !strings.Contains(got.err, "candour migrate up") {
		t.Errorf("a new database: %d %s", got.code, got.err)
	}
	command(t, dir, nil, "migrate", "up", "--data", "d")
	got := command(t, dir, nil, "questions", "--data", "d")
	if got.code != 0 || !strings.Contains(got.out, "copy-of-record") || strings.Count(got.out, "\n") != len(faq.Questions())+1 {
		t.Errorf("%d %s%s", got.code, got.out, got.err)
	}
	got = command(t, dir, nil, "questions", "--data", "d", "--json")
	var rows []judged
	if err := json.Unmarshal([]byte(got.out), &rows); err != nil || len(rows) != len(faq.Questions()) || rows[0].Checked == "" {
		t.Errorf("%v %v", rows, err)
	}
}

func TestAnswersFallDue(t *testing.T) {
	q := faq.Questions()[0]
	due, err := time.Parse(time.DateOnly, q.Due())
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]faq.Usefulness{q.Slug: {Yes: 3, No: 1}}
	if list := judgedList(counts, due, true); len(list) != 0 {
		t.Errorf("on the day itself: %v", list)
	}
	list := judgedList(counts, due.AddDate(0, 0, 1), true)
	if len(list) == 0 || list[0].Slug != q.Slug || list[0].Yes != 3 || list[0].No != 1 {
		t.Errorf("a day later: %v", list)
	}
	var out strings.Builder
	if err := printJudged(&out, list); err != nil || !strings.Contains(out.String(), "overdue") {
		t.Errorf("%s %v", out.String(), err)
	}
}
