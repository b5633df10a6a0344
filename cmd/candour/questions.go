package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"text/tabwriter"
	"time"

	"candour/models/clock"
	"candour/models/db"
	"candour/models/faq"
)

// QuestionsCmd is `candour questions`: when each answer was last checked, and how
// many found it useful.
type QuestionsCmd struct {
	Due  bool `help:"Only answers that are due to be checked again."`
	JSON bool `help:"As JSON."`
	Storage
}

// judged is one line of the list.
type judged struct {
	Slug    string `json:"slug"`
	Checked string `json:"checked"`
	Due     string `json:"due"`
	Overdue bool   `json:"overdue"`
	Yes     int64  `json:"yes"`
	No      int64  `json:"no"`
}

// Run prints the list.
func (c QuestionsCmd) Run(ctx context.Context, cli *CLI) error {
	d, err := db.Open(ctx, c.DSN("data"), cli.logger())
	if err != nil {
		return err
	}
	defer d.Close()
	counts, err := faq.NewStore(d).Judgements(ctx)
	if err != nil {
		return fmt.Errorf("%w (a new database needs `candour migrate up` first)", err)
	}
	list := judgedList(counts, clock.System(), c.Due)
	if c.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(list)
	}
	return printJudged(os.Stdout, list)
}

func judgedList(counts map[string]faq.Usefulness, now time.Time, due bool) []judged {
	today := now.Format(time.DateOnly)
	list := []judged{}
	for _, q := range faq.Questions() {
		j := judged{q.Slug, q.Checked, q.Due(), q.Due() < today, counts[q.Slug].Yes, counts[q.Slug].No}
		if j.Overdue || !due {
			list = append(list, j)
		}
	}
	return list
}

func printJudged(w io.Writer, list []judged) error {
	t := tabwriter.NewWriter(w, 2, 4, 2, ' ', 0)
	fmt.Fprintln(t, "ANSWER\tCHECKED\tNEXT CHECK\tUSEFUL\tNOT\t")
	for _, j := range list {
		overdue := ""
		if j.Overdue {
			overdue = "overdue"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", j.Slug, j.Checked, j.Due, strconv.FormatInt(j.Yes, 10), strconv.FormatInt(j.No, 10), overdue)
	}
	return t.Flush()
}
