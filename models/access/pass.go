package access

import (
	"time"

	"candour/models/audit"
)

// Pass is proof that the gate let a request through and that its entry is
// durable. Only the gate makes one.
type Pass struct {
	ask      Ask
	decision Decision
	facts    Facts
	receipt  *audit.Receipt
}

// Ask is what was asked.
func (p Pass) Ask() Ask { return p.ask }

// Decision is why it was let through.
func (p Pass) Decision() Decision { return p.decision }

// Claim is the confirmed or declared relationship, or nil.
func (p Pass) Claim() *Claim { return p.facts.Claim }

// Evidence is what the feeds hold about the viewer's organisation and this person.
func (p Pass) Evidence() []Evidence { return p.facts.Evidence }

// At is when it was decided.
func (p Pass) At() time.Time { return p.facts.Now }

// Entry is the sequence number of the log entry.
func (p Pass) Entry() int64 {
	if p.receipt == nil {
		return 0
	}
	return p.receipt.Seq
}

// May tells whether this pass lets an item of a category through; the record asks
// it of each item that is not ordinary.
func (p Pass) May(c Category) bool {
	return p.ask.Person != "" && Decide(p.ask.By, p.ask.What, c, p.facts).Verdict == Allow
}

// Would tells how the same viewer's asking for something else of this person would
// end, on the same facts: a page that leads to the record asks before it shows the way.
func (p Pass) Would(what What) Decision { return Decide(p.ask.By, what, Ordinary, p.facts) }

// Facts is what it was decided on: for pages that explain a decision.
func (p Pass) Facts() Facts { return p.facts }
