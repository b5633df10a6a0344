package audit

import (
	"encoding/hex"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"candour/models/opaque"
)

// The encoding is for ever: an entry written today must verify with any later
// program. This pins it, byte by byte and hash by hash.
func TestEncodingIsPinned(t *testing.T) {
	e := Entry{At: time.UnixMilli(1795435200123).UTC(), Kind: KindRecord, Outcome: Shown, Reason: "involved", Person: "p",
		Viewer:  Viewer{ID: "v", Kind: "staff", Name: "Dr \"A\" <b>\n", Role: "R8000", RoleName: "Clinical Practitioner", Organisation: "o", OrganisationName: "Höspital", Session: "s"},
		Purpose: "TREAT", Relation: Relation{Kind: "appointment", Basis: "evidence", Evidence: "e"}, Route: "/patients/:ref/record", Shape: "page",
		RequestID: "r", Policy: "2026-1", Sections: []string{"allergies", "medicines"}}
	packed, id, n := packSet([]ItemRef{{"b", 2}, {"a", 10}, {"a", 9}, {"b", 2}})
	if string(packed) != "a.9\na.10\nb.2\n" || n != 3 {
		t.Fatalf("%q %d", packed, n)
	}
	got := string(appendBody(nil, &e, id, n))
	want := `{"v":1,"at":1795435200123,"person":"p","viewer":"v","org":"o","kind":"record","outcome":"shown","reason":"involved",` +
		`"as":{"kind":"staff","name":"Dr \"A\" <b>\n","role":"R8000","role_name":"Clinical Practitioner","org_name":"Höspital","session":"s"},` +
		`"purpose":"TREAT","relation":{"kind":"appointment","basis":"evidence","evidence":"e"},"route":"/patients/:ref/record","shape":"page",` +
		`"request":"r","policy":"2026-1","sections":["allergies","medicines"],"set":"` + hex.EncodeToString(id) + `","count":3}`
	if got != want {
		t.Errorf("%s\n%s", got, want)
	}
	leaf := leafOf(make([]byte, saltSize), []byte("body"))
	if text := hex.EncodeToString(leaf[:]); text != "7dc66184f899763ec73ab780689d2a2efba5c0fa9e17986a1f9b473b0c6f596f" {
		t.Errorf("leaf %s", text)
	}
	chain := link(tlog.Hash{}, leaf)
	if text := hex.EncodeToString(chain[:]); text != "a19d7dec30d892115c3097c7af689b48250c6b35475d716b4e2bff18783f5893" {
		t.Errorf("chain %s", text)
	}
}

// Whatever is written comes back as it was, and the drawer and the set are read
// off the bytes as off the entry.
func TestEncodingComesBack(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"", "a", `"`, `\`, `","set":"`, `"as":{"kind":"patient"`, "\n\x00\x1f", "日本", "<&>", "\u2028", "another_person", `"reason":"another_person"`}
	text := func() string {
		var b strings.Builder
		for range dice.IntN(3) {
			b.WriteString(pieces[dice.IntN(len(pieces))])
		}
		return b.String()
	}
	for range 5000 {
		e := Entry{At: time.UnixMilli(dice.Int64N(4e12)).UTC(), Kind: Kind(text()), Outcome: Outcome(text()), Reason: text(), Person: opaque.ID(text()),
			Viewer:  Viewer{text(), []string{"staff", "patient", "system", "nobody"}[dice.IntN(4)], text(), text(), text(), text(), text(), text()},
			Purpose: text(), Relation: Relation{text(), text(), opaque.ID(text()), text(), text()}, Route: text(), Shape: text(), RequestID: text(), Policy: text(), Count: dice.IntN(3)}
		for range dice.IntN(3) {
			e.Sections = append(e.Sections, text())
		}
		if dice.IntN(2) == 0 {
			_, e.Set, e.Count = packSet([]ItemRef{{"x", dice.IntN(9)}})
		}
		body := appendBody(nil, &e, e.Set, e.Count)
		got, err := decodeBody(body)
		if err != nil || !reflect.DeepEqual(got, e) {
			t.Fatalf("%v\n%+v\n%+v", err, got, e)
		}
		v := &verifier{sets: map[[32]byte]int{}}
		if e.Set != nil {
			v.sets[[32]byte(e.Set)] = 1
		}
		c := chunk{v: v, body: body}
		c.text = appendColumns(nil, e.At.UnixMilli(), string(e.Person), e.Viewer.ID, e.Viewer.Organisation, string(e.Kind), string(e.Outcome))
		if foldOfBody(body) != foldOf(&e) {
			t.Fatalf("drawer %s instead of %s: %s", foldOfBody(body), foldOf(&e), body)
		}
		if f := c.checkSet(); f != nil {
			t.Fatalf("%+v: %s", f, body)
		}
	}
	whole := appendBody(nil, &Entry{At: time.UnixMilli(5), Person: "p", Viewer: Viewer{Kind: "staff", Name: `a"b\`}, Relation: Relation{Note: `\"`}, Sections: []string{"s", "t"}, Route: "r"}, []byte{1}, 2)
	for i := range whole { // no cut or spoilt body is read as something else, and none makes it fall over
		if _, err := decodeBody(whole[:i]); err == nil {
			t.Fatalf("read: %s", whole[:i])
		}
		for _, b := range []byte{'"', '\\', '}', 0} {
			spoilt := append([]byte{}, whole...)
			spoilt[i] = b
			if e, err := decodeBody(spoilt); err == nil && string(appendBody(nil, &e, e.Set, e.Count)) == string(whole) && string(spoilt) != string(whole) {
				t.Fatalf("read as the whole: %s", spoilt)
			}
		}
	}
	bad := Entry{Viewer: Viewer{Name: "\xff"}, At: time.UnixMilli(0)}
	if got, err := decodeBody(appendBody(nil, &bad, nil, 0)); err != nil || got.Viewer.Name != "\uFFFD" {
		t.Errorf("%v %q", err, got.Viewer.Name)
	}
}
