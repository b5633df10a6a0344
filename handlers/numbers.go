package handlers

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"candour/handlers/web"
	"candour/models/access"
	"candour/models/probe"
	"candour/views/public"
)

// showNumbers tells everybody how long objections took to have effect.
func (s *Server) showNumbers(c *fiber.Ctx, _ access.Viewer) error {
	n, err := s.Probes.Numbers(web.Context(c))
	if err != nil {
		return err
	}
	return web.Render(c, public.NumbersPage(public.Numbers{Numbers: n}))
}

// takeNumbers is the same as a file: an empty field is a number that is not told.
func (s *Server) takeNumbers(c *fiber.Ctx, _ access.Viewer) error {
	n, err := s.Probes.Numbers(web.Context(c))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"measure", "period", "count", "median_seconds", "lower_quartile_seconds", "upper_quartile_seconds", "nine_in_ten_seconds"},
		spreadRow("confirmed_to_refused", n.From+"/"+n.To, n.Refusal), spreadRow("confirmed_to_effective", n.From+"/"+n.To, n.Effective)}
	for _, m := range n.Months {
		rows = append(rows, spreadRow("confirmed_to_effective", m.Month, m.Spread))
	}
	rows = append(rows, []string{"requests", n.From + "/" + n.To, number(n.Requests), "", "", "", ""})
	for _, g := range probe.Groups() {
		rows = append(rows, []string{"requests_" + string(g), n.From + "/" + n.To, number(n.Became[g]), "", "", "", ""})
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	return web.Attach(c, "objections.csv", "text/csv; charset=utf-8", b.Bytes())
}

func spreadRow(measure, period string, s probe.Spread) []string {
	row := []string{measure, period, number(s.Count)}
	for _, d := range []time.Duration{s.Median, s.Lower, s.Upper, s.Slow} {
		if s.Hidden {
			row = append(row, "")
		} else {
			row = append(row, strconv.FormatInt(int64(d.Round(time.Second)/time.Second), 10))
		}
	}
	return row
}

func number(c probe.Count) string {
	if c.Hidden {
		return ""
	}
	return strconv.Itoa(c.N)
}

// The numbers for machines. Names and order of the fields are kept; null is a number
// that is not told.
type numbersJSON struct {
	From      string               `json:"from"`
	To        string               `json:"to"`
	Refused   spreadJSON           `json:"confirmed_to_refused"`
	Effective spreadJSON           `json:"confirmed_to_effective"`
	Months    []monthJSON          `json:"months"`
	Requests  *int                 `json:"requests"`
	Became    map[probe.Group]*int `json:"became"`
}

type spreadJSON struct {
	Count  *int   `json:"count"`
	Median *int64 `json:"median_seconds"`
	Lower  *int64 `json:"lower_quartile_seconds"`
	Upper  *int64 `json:"upper_quartile_seconds"`
	Slow   *int64 `json:"nine_in_ten_seconds"`
}

type monthJSON struct {
	Month string `json:"month"`
	spreadJSON
}

func (s *Server) showNumbersJSON(c *fiber.Ctx, _ access.Viewer) error {
	n, err := s.Probes.Numbers(web.Context(c))
	if err != nil {
		return err
	}
	out := numbersJSON{From: n.From, To: n.To, Refused: spreadOf(n.Refusal), Effective: spreadOf(n.Effective), Months: []monthJSON{}, Requests: told(n.Requests), Became: map[probe.Group]*int{}}
	for _, m := range n.Months {
		out.Months = append(out.Months, monthJSON{m.Month, spreadOf(m.Spread)})
	}
	for _, g := range probe.Groups() {
		out.Became[g] = told(n.Became[g])
	}
	return c.JSON(out)
}

func told(c probe.Count) *int {
	if c.Hidden {
		return nil
	}
	return &c.N
}

func spreadOf(s probe.Spread) spreadJSON {
	if s.Hidden {
		return spreadJSON{}
	}
	seconds := func(d time.Duration) *int64 {
		n := int64(d.Round(time.Second) / time.Second)
		return &n
	}
	return spreadJSON{Count: told(s.Count), Median: seconds(s.Median), Lower: seconds(s.Lower), Upper: seconds(s.Upper), Slow: seconds(s.Slow)}
}
