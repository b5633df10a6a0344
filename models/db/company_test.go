package db

import (
	"runtime"
	"testing"
)

func queueOf(n int) chan *waiting {
	queue := make(chan *waiting, groupLimit+8)
	for range n {
		queue <- &waiting{}
	}
	return queue
}

func TestWhoeverWaitsGoesTogether(t *testing.T) {
	var c company
	if all := c.gather(queueOf(4), &waiting{}, true); len(all) != 5 {
		t.Errorf("%d of 5", len(all))
	}
	if all := c.gather(queueOf(groupLimit+5), &waiting{}, false); len(all) != groupLimit {
		t.Errorf("%d members", len(all))
	}
}

// Two by two takes turns until somebody waits for those who were just answered: they
// come, and from then on the four go together.
func TestGroupsThatTakeTurnsBecomeOne(t *testing.T) {
	var c company
	c.last = 2
	queue := queueOf(1)
	go func() {
		for len(queue) > 0 { // until the two who wait are taken
			runtime.Gosched()
		}
		queue <- &waiting{}
		queue <- &waiting{}
	}()
	if all := c.gather(queue, &waiting{}, false); len(all) != 4 {
		t.Fatalf("%d of 4", len(all))
	}
	if all := c.gather(queueOf(3), &waiting{}, true); len(all) != 4 || c.alone != 0 {
		t.Errorf("%d of 4", len(all))
	}
}

func TestWaitingInVainIsNotRepeated(t *testing.T) {
	c := company{last: 3}
	if all := c.gather(queueOf(0), &waiting{}, true); len(all) != 1 || c.alone != vain {
		t.Fatalf("%d members; for %d groups it will not wait", len(all), c.alone)
	}
	c.last = 3
	for n := vain; n > 0; n-- {
		if c.alone != n {
			t.Fatalf("%d instead of %d", c.alone, n)
		}
		c.gather(queueOf(0), &waiting{}, true)
		c.last = 3
	}
	if c.gather(queueOf(0), &waiting{}, true); c.alone != vain {
		t.Error("after a while it tries again")
	}
}

// One alone waits for nobody.
func TestOneByOneNeverWaits(t *testing.T) {
	c := company{last: 1}
	for range 100 {
		if all := c.gather(queueOf(0), &waiting{}, true); len(all) != 1 || c.alone != 0 {
			t.Fatal("it waited")
		}
	}
}
