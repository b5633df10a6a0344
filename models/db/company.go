package db

import "time"

// company decides who goes together. Whoever waits does. Where several come again and
// again, a group costs them little more than one alone, so that the first of them had
// better wait a moment for the others than make them wait for a whole group: two by two
// they would take turns. It never waits for longer than patience, and after waiting in
// vain not at all for a while.
type company struct {
	last  int  // members of the last group, who may be on their way back
	alone int  // groups for which it does not wait
	never bool // it only takes who waits
}

const (
	patience = 800 * time.Microsecond // less than a group takes
	vain     = 16                     // groups
)

// gather makes a group of the first, those who wait as well, and those who come within a
// moment. With idle, nobody was waiting when the last group was done.
func (c *company) gather(queue <-chan *waiting, first *waiting, idle bool) []*waiting {
	all := waitingNow(queue, []*waiting{first})
	want := c.last
	if !idle {
		want += len(all) // who waited meanwhile are others
	}
	if c.alone > 0 {
		c.alone--
	} else if c.never {
		want = 0
	} else if want = min(want, groupLimit); len(all) < want {
		all = c.wait(queue, all, want)
	}
	c.last = len(all)
	return all
}

// wait until as many are there as were lately, or patience ends.
func (c *company) wait(queue <-chan *waiting, all []*waiting, want int) []*waiting {
	enough := time.NewTimer(patience)
	defer enough.Stop()
	had := len(all)
	for len(all) < want {
		select {
		case w := <-queue:
			all = append(all, w)
		case <-enough.C:
			if len(all) == had {
				c.alone = vain
			}
			return all
		}
	}
	return all
}

func waitingNow(queue <-chan *waiting, all []*waiting) []*waiting {
	for len(all) < groupLimit {
		select {
		case w := <-queue:
			all = append(all, w)
		default:
			return all
		}
	}
	return all
}
