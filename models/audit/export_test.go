package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"candour/models/audit"
	"candour/models/clock"
	"candour/models/db"
	"candour/models/db/dbtest"
	"candour/models/opaque"
)

// at finds every value at a path of a decoded resource; lists are walked through.
func at(v any, path ...string) (all []string) {
	if list, ok := v.([]any); ok {
		for _, one := range list {
			all = append(all, at(one, path...)...)
		}
		return all
	}
	if len(path) > 0 {
		if m, ok := v.(map[string]any); ok && m[path[0]] != nil {
			return at(m[path[0]], path[1:]...)
		}
		return nil
	}
	if s, ok := v.(string); ok {
		return []string{s}
	}
	if b, ok := v.(bool); ok {
		return []string{map[bool]string{true: "true", false: "false"}[b]}
	}
	return nil
}

func TestExportIsShapedAsBALP(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := audit.New(d, clock.Fixed(noon))
		search := entry(1)
		search.Kind, search.Items = audit.KindSearch, nil
		refused := entry(1)
		refused.Outcome, refused.Reason = audit.Refused, "objected"
		must(t, d.Do(context.Background(), func(ctx context.Context) error {
			l.Append(ctx, entry(0))
			l.Append(ctx, search)
			l.Append(ctx, refused)
			l.Append(ctx, entry(4))
			return nil
		}))
		var out bytes.Buffer
		n, err := l.Export(context.Background(), &out, time.Time{}, time.Time{})
		must(t, err)
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if n != 4 || len(lines) != 4 {
			t.Fatalf("%d written, %d lines", n, len(lines))
		}
		var events []any
		for _, line := range lines {
			var v any
			must(t, json.Unmarshal([]byte(line), &v))
			events = append(events, v)
		}
		read, found, no, many := events[0], events[1], events[2], events[3]
		expect := func(v any, want string, path ...string) {
			t.Helper()
			if got := strings.Join(at(v, path...), " "); got != want {
				t.Errorf("%s: %q instead of %q", strings.Join(path, "."), got, want)
			}
		}
		expect(read, "AuditEvent", "resourceType")
		expect(read, "rest", "type", "code")
		expect(read, "read", "subtype", "code")
		expect(read, "R", "action")
		expect(read, "0", "outcome")
		expect(read, "2026-11-23T12:00:00.000Z", "recorded")
		expect(read, "TREAT", "purposeOfEvent", "coding", "code")
		expect(read, "110152 110153 IRCP PROV", "agent", "type", "coding", "code")
		expect(read, "false false true false", "agent", "requestor")
		expect(read, "R8000", "agent", "role", "coding", "code")
		expect(read, "TREAT", "agent", "purposeOfUse", "coding", "code")
		expect(read, "Patient/"+string(opaque.Of("person", "0")), "entity", "what", "reference")
		expect(read, "1 2 item XrequestId entry relationship", "entity", "type", "code")
		expect(read, "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead", "meta", "profile")
		if ids := at(read, "entity", "what", "identifier", "value"); !slices.Contains(ids, string(opaque.Of("item", "0"))) || !slices.Contains(ids, "req0") {
			t.Errorf("%v", ids)
		}
		expect(found, "search", "subtype", "code")
		expect(found, "E", "action")
		expect(no, "4", "outcome")
		expect(no, "objected", "outcomeDesc")
		expect(no, "", "meta", "profile")
		items := 0
		for _, kind := range at(many, "entity", "type", "code") {
			if kind == "item" {
				items++
			}
		}
		if items != 5 {
			t.Errorf("%d items of 5", items)
		}
		// the export itself is in the log, and a span leaves out what is not in it
		out.Reset()
		if n, err = l.Export(context.Background(), &out, noon.Add(time.Minute), noon.Add(4*time.Minute)); err != nil || n != 2 {
			t.Errorf("%d in the span, %v", n, err)
		}
		out.Reset()
		if n, err = l.Export(context.Background(), &out, time.Time{}, time.Time{}); err != nil || n != 6 || !strings.Contains(out.String(), "audit export") {
			t.Errorf("%d after two exports, %v", n, err)
		}
		r, err := l.Verify(context.Background(), nil)
		if err != nil || r.Wrong != nil {
			t.Errorf("%v %+v", err, r.Wrong)
		}
	})
}
