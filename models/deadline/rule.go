// Package deadline computes by when something must be done: statutory periods and
// the operator's own, in days of London. It is the only place that adds months or
// working days, and it is pure: the calendar and the day are given.
//
// A Rule says how long a period is, in what it is counted, where day zero is, what
// happens at a weekend and where that is written. A Term is one period that runs
// for one matter: the rule as it was when it began, the day it began, and the days
// on which the clock stood still. Due says when it ends. One matter may have several
// terms at once (a request for a copy that is a complaint as well), so terms are
// kept as rows beside a case, not as a column in it.
package deadline

// Unit is what a period is counted in.
type Unit string

const (
	Months      Unit = "months"       // calendar months, to the corresponding date
	Days        Unit = "days"         // calendar days
	WorkingDays Unit = "working_days" // days that are no weekend and no bank holiday
)

// Zero says which number the day of receipt has.
type Zero string

const (
	ReceiptIsZero Zero = "receipt_is_zero" // counting begins on the day after
	ReceiptIsOne  Zero = "receipt_is_one"  // the day of receipt counts: one day less
)

// Rule is one kind of period.
type Rule struct {
	Name      string `json:"name"`
	Version   int    `json:"version"`
	Length    int    `json:"length"`
	Unit      Unit   `json:"unit"`
	Zero      Zero   `json:"zero"`
	Roll      bool   `json:"roll"`      // an end on a weekend or bank holiday moves to the next working day
	Stops     bool   `json:"stops"`     // the clock may stand still while an answer is awaited
	Extended  int    `json:"extended"`  // the length from the same start once extended; 0: it cannot be
	Provision string `json:"provision"` // where it is written
}

// The rules that are known, as of this version of the program. What is marked as
// read from memory is for an operator to check.
var (
	// Objection: art 12(3) UK GDPR, for a request under art 21. Day zero is the day of
	// receipt, working day or not; the end is the corresponding date.
	Objection = Rule{Name: "objection", Version: 1, Length: 1, Unit: Months, Zero: ReceiptIsZero, Roll: true, Stops: true, Extended: 3,
		Provision: "UK GDPR art 12(3) and 12A with art 21; DPA 2018 s.54; ICO, time limits for responding"}

	// SubjectAccess: the same period for a copy under art 15; day zero is the latest of
	// receipt, proof of identity and fee (Relevant). The clock stands still from the day
	// clarification is asked for through the day it arrives: s.54(3C), in force since
	// 5 February 2026.
	SubjectAccess = Rule{Name: "subject_access", Version: 1, Length: 1, Unit: Months, Zero: ReceiptIsZero, Roll: true, Stops: true, Extended: 3,
		Provision: "UK GDPR art 12(3), 12A and 15; DPA 2018 s.54(3A) to (3C); ICO, right of access"}

	// ComplaintAcknowledged: a data-protection complaint is acknowledged within 30 days.
	// The ICO counts from the day after receipt and rolls to a working day.
	ComplaintAcknowledged = Rule{Name: "complaint_acknowledged", Version: 1, Length: 30, Unit: Days, Zero: ReceiptIsZero, Roll: true,
		Provision: "DPA 2018 s.164A, since 19 June 2026; ICO's reading"}

	// ComplaintAcknowledgedStrict is the other reading of the same words: the day of
	// receipt counts, and nothing rolls. The earlier of the two is the one to aim at.
	ComplaintAcknowledgedStrict = Rule{Name: "complaint_acknowledged_strict", Version: 1, Length: 30, Unit: Days, Zero: ReceiptIsOne,
		Provision: "DPA 2018 s.164A, since 19 June 2026; the strict reading"}

	// CareComplaintAcknowledged: a complaint about the NHS or social services, within 3
	// working days after the day on which it was received.
	CareComplaintAcknowledged = Rule{Name: "care_complaint_acknowledged", Version: 1, Length: 3, Unit: WorkingDays, Zero: ReceiptIsZero,
		Provision: "Local Authority Social Services and National Health Service Complaints (England) Regulations 2009 (SI 2009/309) reg 13"}

	// CareComplaintExplained: with no response in six months the complainant is told why.
	CareComplaintExplained = Rule{Name: "care_complaint_explained", Version: 1, Length: 6, Unit: Months, Zero: ReceiptIsZero,
		Provision: "SI 2009/309 reg 14 (from memory)"}

	// RecordOfTheDead: 40 days under the Act, 21 when the record was touched in the last
	// 40; both from memory.
	RecordOfTheDead       = Rule{Name: "record_of_the_dead", Version: 1, Length: 40, Unit: Days, Zero: ReceiptIsZero, Provision: "Access to Health Records Act 1990 s.3 (from memory)"}
	RecordOfTheDeadRecent = Rule{Name: "record_of_the_dead_recent", Version: 1, Length: 21, Unit: Days, Zero: ReceiptIsZero, Provision: "Access to Health Records Act 1990 s.3 (from memory)"}
)

// Rules lists the rules that the program knows, for pages and for words.
func Rules() []Rule {
	return []Rule{Objection, SubjectAccess, ComplaintAcknowledged, ComplaintAcknowledgedStrict,
		CareComplaintAcknowledged, CareComplaintExplained, RecordOfTheDead, RecordOfTheDeadRecent}
}

// Own is a period that no law sets but the operator: when a case should first be
// looked at, when a break-glass access is reviewed.
func Own(name string, length int, unit Unit) Rule {
	return Rule{Name: name, Version: 1, Length: length, Unit: unit, Zero: ReceiptIsZero, Roll: unit != WorkingDays, Provision: "operator's setting"}
}

// Relevant is the day on which a request counts as received: the latest of receipt,
// of the proof of identity that was asked for, and of the fee (DPA 2018 s.54(2)).
func Relevant(receipt Day, others ...Day) Day {
	for _, d := range others {
		receipt = max(receipt, d)
	}
	return receipt
}
