package record_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"candour/models/audit"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/fault"
	"candour/models/opaque"
	"candour/models/record"
)

func TestDocument(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newClinic(t, d)
		shared := `INSERT INTO shared_resources (source_id, type, local_id, hash, updated_at, withheld, raw) VALUES (?, ?, ?, ?, 0, ?, ?)`
		c.exec(t, shared, "gp", "Practitioner", "p1", []byte{1}, "", []byte(`{"resourceType":"Practitioner","name":[{"prefix":["Dr"],"given":["Sandra"],"family":"Gose"}]}`))
		c.exec(t, shared, "gp", "PractitionerRole", "r1", []byte{1}, "", []byte(`{"resourceType":"PractitionerRole","practitioner":{"reference":"Practitioner/p1"},"code":[{"text":"Consultant"}]}`))
		c.exec(t, shared, "gp", "Binary", "b1", []byte{1}, "", []byte(`{"resourceType":"Binary","contentType":"text/plain","data":"dGhlIGxldHRlcg=="}`))
		c.exec(t, shared, "acute", "Binary", "b2", []byte{1}, "", []byte(`{"resourceType":"Binary","contentType":"text/plain","data":"b3RoZXI="}`))
		doc := func(source, local, content string) audit.ItemRef {
			return c.put(t, source, "DocumentReference", local, `{"resourceType":"DocumentReference","status":"current","type":{"text":"Letter"},"author":[{"reference":"PractitionerRole/r1"}],"content":[{"attachment":`+content+`}]}`, "", false)
		}
		cases := map[string]struct {
			ref  audit.ItemRef
			want string
		}{
			"inline":                    {doc("gp", "1", `{"contentType":"text/plain; charset=utf-8","data":"aGVsbG8="}`), "hello"},
			"binary":                    {doc("gp", "2", `{"url":"Binary/b1"}`), "the letter"},
			"binary of another feed":    {doc("gp", "3", `{"url":"Binary/b2","contentType":"text/plain"}`), ""},
			"html":                      {doc("gp", "4", `{"contentType":"text/html","data":"PGgxPkhpPC9oMT48c2NyaXB0PmV2aWwoKTwvc2NyaXB0PjxwPnlvdSZhbXA7bWU8L3A+"}`), "Hi\n\nyou&me"},
			"something not text":        {doc("gp", "5", `{"contentType":"application/pdf","data":"aGVsbG8="}`), ""},
			"sections of a composition": {c.put(t, "gp", "Composition", "6", `{"resourceType":"Composition","status":"final","title":"Summary","section":[{"title":"Plan","text":{"div":"<div>Rest &lt;b&gt;</div>"}}]}`, "", false), "Rest <b>"},
		}
		for name, x := range cases {
			l, err := c.records.Document(context.Background(), c.doctor, c.person, x.ref.ID, record.Request{Route: "/d", Shape: "page"})
			must(t, err)
			if len(l.Parts()) != 1 || l.Parts()[0].Text != x.want {
				t.Errorf("%s: %q, want %q", name, l.Parts(), x.want)
			}
			if got := c.entry(t, l.Pass()); !reflect.DeepEqual(got, names([]audit.ItemRef{x.ref})) || !reflect.DeepEqual(l.Items(), []audit.ItemRef{x.ref}) {
				t.Errorf("%s: logged %v", name, got)
			}
			if name == "inline" && l.Line().Recorder != "Dr Sandra Gose, Consultant" {
				t.Errorf("author: %q", l.Line().Recorder)
			}
		}
		other := c.put(t, "gp", "AllergyIntolerance", "1", allergy("1", "First", "active"), "", false)
		gone := c.put(t, "gp", "DocumentReference", "7", `{"resourceType":"DocumentReference","description":"CANARY"}`, "fertility", false)
		for _, id := range []opaque.ID{other.ID, gone.ID, opaque.Of("none")} {
			if _, err := c.records.Document(context.Background(), c.doctor, c.person, id, record.Request{Route: "/d", Shape: "page"}); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", id, err)
			}
		}
	})
}
