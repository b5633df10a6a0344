package record

import "testing"

// A resource that a layout falls over is told to whoever asked, on their own goroutine,
// where a request recovers; it does not end the program.
func TestAPanicWhileItemsArriveBelongsToWhoeverAsked(t *testing.T) {
	was := layouts["Condition"]
	layouts["Condition"] = func(*maker, *entry) { panic("over") }
	defer func() { layouts["Condition"] = was }()
	var a arrivals
	for range 2*together + 1 {
		a.add(Item{Type: "Condition", Raw: []byte(`{"resourceType":"Condition","id":"a"}`)})
	}
	defer func() {
		if recover() == nil {
			t.Error("nobody was told")
		}
	}()
	a.into(&Input{})
}
