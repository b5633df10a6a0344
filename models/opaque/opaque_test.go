package opaque_test

import (
	"testing"

	"candour/models/opaque"
)

func TestParse(t *testing.T) {
	id := opaque.New()
	if got, ok := opaque.Parse(string(id)); !ok || got != id {
		t.Fatalf("Parse(%q) = %q, %v", id, got, ok)
	}
	for _, bad := range []string{"", "a", string(id) + "a", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", string(id[:25]) + "%", "../../../../etc/passwd0000", string(id[:25]) + "1"} {
		if _, ok := opaque.Parse(bad); ok {
			t.Errorf("Parse(%q) accepted", bad)
		}
	}
}

func TestOf(t *testing.T) {
	if opaque.Of("ab", "c") == opaque.Of("a", "bc") {
		t.Fatal("parts run into each other")
	}
	if a, b := opaque.Of("s", "t", "1"), opaque.Of("s", "t", "1"); a != b {
		t.Fatal("the same key gave two ids")
	}
}
