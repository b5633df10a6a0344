package gallery

import (
	"candour/views/component"
	"candour/views/component/nhsuk"
)

func (s *shelf) lists() {
	rows := func(actions bool) []nhsuk.SummaryRow {
		out := []nhsuk.SummaryRow{
			{Key: nhsuk.Words{Text: s.say("name")}, Value: nhsuk.Words{Text: s.say("name_typed")}},
			{Key: nhsuk.Words{Text: s.say("born")}, Value: nhsuk.Words{Part: component.Digits("31 3 1980")}},
			{Key: nhsuk.Words{Text: s.say("status")}, Value: nhsuk.Words{Part: nhsuk.Tag{Text: s.say("status_todo"), Colour: "blue"}}},
		}
		if actions {
			out[0].Actions = []nhsuk.Action{{Text: s.say("change"), Href: here, VisuallyHiddenText: s.say("name")}}
			out[1].Actions = []nhsuk.Action{{Text: s.say("change"), Href: here, VisuallyHiddenText: s.say("born")}, {Text: s.say("delete"), Type: "button"}}
		}
		return out
	}
	s.add("summary", "plain", nhsuk.SummaryList{Rows: rows(false)})
	s.add("summary", "actions", nhsuk.SummaryList{Rows: rows(true)})
	s.add("summary", "no_border", nhsuk.SummaryList{Rows: rows(false), Border: nhsuk.No})
	s.add("summary", "as_card", nhsuk.SummaryList{Rows: rows(true), Card: nhsuk.Card{Heading: nhsuk.Heading{Text: s.say("title"), Level: 3, Size: "m"}}})
	s.add("tasks", "plain", nhsuk.TaskList{Items: []nhsuk.Task{
		{Heading: nhsuk.Heading{Text: s.say("task_identity")}, Href: here, Status: nhsuk.TaskStatus{Text: s.say("status_done")}},
		{Heading: nhsuk.Heading{Text: s.say("task_reasons")}, Href: here, Hint: nhsuk.Words{Text: s.say("inset")}, Status: nhsuk.TaskStatus{Tag: nhsuk.Tag{Text: s.say("status_todo"), Colour: "blue"}}},
		{Heading: nhsuk.Heading{Text: s.say("file")}, Href: here, Status: nhsuk.TaskStatus{Tag: nhsuk.Tag{Text: s.say("status_wrong"), Colour: "red"}}},
		{Heading: nhsuk.Heading{Text: s.say("task_check")}, Status: nhsuk.TaskStatus{Text: s.say("status_later"), Classes: "nhsuk-task-list__status--cannot-start-yet"}},
	}})
}

func (s *shelf) tables() {
	heads := []string{s.say("column_when"), s.say("column_where"), s.say("column_count")}
	body := [][]string{{s.say("day_one"), s.say("hospital"), "3"}, {s.say("day_two"), s.say("surgery"), "12"}}
	head := []nhsuk.Cell{{Text: heads[0]}, {Text: heads[2], Format: "numeric"}}
	var rows [][]nhsuk.Cell
	for _, row := range body {
		rows = append(rows, []nhsuk.Cell{{Text: row[0]}, {Text: row[2]}})
	}
	caption := nhsuk.Heading{Text: s.say("caption"), Size: "m"}
	s.add("table", "plain", nhsuk.Table{Caption: caption, Head: head, Rows: rows, FirstCellIsHeader: true})
	s.add("table", "responsive", nhsuk.Table{Caption: caption, Head: []nhsuk.Cell{head[0], {Text: heads[1]}, head[1]}, Responsive: true, Body: sampleRows(body, heads)})
	s.add("table", "compact", nhsuk.Table{Caption: caption, Head: head, Rows: rows, Compact: true, Striped: true})
	sorted := []nhsuk.Cell{{Text: heads[0], Sort: "descending", Href: here}, {Text: heads[2], Format: "numeric", Sort: "none", Href: here}}
	s.add("table", "sorted", nhsuk.Table{Caption: caption, Head: sorted, Rows: rows})
	wide, long := []nhsuk.Cell{}, []nhsuk.Cell{}
	for _, row := range append(body, body...) {
		for i, text := range row[:2] {
			wide, long = append(wide, nhsuk.Cell{Text: heads[i]}), append(long, nhsuk.Cell{Text: text})
		}
	}
	s.add("table", "scroll", nhsuk.Table{Caption: caption, Head: wide, Rows: [][]nhsuk.Cell{long}, Scroll: true, Focusable: true, ID: "table-wide"})
	s.add("table", "as_card", nhsuk.Table{Caption: caption, Head: head, Rows: rows, Card: nhsuk.Card{Variant: "feature", Heading: nhsuk.Heading{Text: s.say("title"), Level: 3, Size: "m"}}})
	s.add("scroll", "plain", nhsuk.Scroll{Text: s.say("longer"), LabelledBy: "story-scroll-plain", Focusable: true})
}
