package letter

// Names of the templates.
const (
	ObjectionReceived  Name = "objection_received"  // it was sent, who decides and by when
	ObjectionOpened    Name = "objection_opened"    // somebody has it
	ContactWanted      Name = "contact_wanted"      // they want to talk about it
	MessageWaiting     Name = "message_waiting"     // a message in a case
	ObjectionConfirmed Name = "objection_confirmed" // nothing is viewable from now on
	ObjectionCoded     Name = "objection_coded"     // it stands in the clinical system
	ObjectionEffective Name = "objection_effective" // that was tried, and proven
	ObjectionRecorded  Name = "objection_recorded"  // entered by the practice, without a request here
	ObjectionRefused   Name = "objection_refused"
	ObjectionDisputed  Name = "objection_disputed" // the holders of parental responsibility do not agree
	ObjectionWithdrawn Name = "objection_withdrawn"
	ReversalReceived   Name = "reversal_received"
	ReversalConfirmed  Name = "reversal_confirmed"
	ReversalTakenBack  Name = "reversal_taken_back" // the objection goes on
	VisibleAgain       Name = "visible_again"
	MoreTime           Name = "more_time"           // the period is extended
	ReviewAhead        Name = "review_ahead"        // a birthday is coming
	YoungPersonAsked   Name = "young_person_asked"  // at 16 and at 18: it stands until you answer
	AuthorityEnding    Name = "authority_ending"    // to act for somebody
	AuthoritySuspended Name = "authority_suspended" // to act for somebody
	AccessUnusual      Name = "access_unusual"      // an organisation looked for the first time
)

// Grounds on which a provider may refuse, and why more time may be taken. What they
// mean stands in locales.
var (
	grounds = []string{"identity_not_proven", "not_entitled", "child_disagrees", "serious_harm", "compelling"}
	delays  = []string{"complexity", "number_of_requests"}
	reviews = []string{"11", "13", "16", "18"}
	endings = []string{"age_16", "age_18", "revoked", "expired", "order_ended", "dispute", "person_died"}
)

var (
	everybody  = []Role{Self, Parent, Attorney, Deputy, Other}
	caseRef    = Field{Name: "reference", Type: Reference, Outside: true}
	organised  = Field{Name: "organisation", Type: Organisation, Optional: true} // who holds the case
	telephone  = Field{Name: "telephone", Type: Telephone, Optional: true}
	dueOn      = Field{Name: "due", Type: Date, Optional: true}                // not while the clock stands still
	professing = Field{Name: "decided_by", Type: Professional, Optional: true} // no decision fails for a name that cannot be written
)

func on(name string) Field { return Field{Name: name, Type: Date} }

// templates are all versions. A version that was ever sent is never changed nor
// removed: a change is a new version below it.
var templates = []Template{
	{Name: ObjectionReceived, Version: 1, Kind: Progress, Must: true, To: everybody, Fields: []Field{caseRef, organised, dueOn, telephone}},
	{Name: ObjectionOpened, Version: 1, Kind: Progress, To: everybody, Fields: []Field{caseRef, organised}},
	{Name: ContactWanted, Version: 1, Kind: Progress, Must: true, To: everybody, Fields: []Field{caseRef, organised, telephone}},
	{Name: MessageWaiting, Version: 1, Kind: Progress, Must: true, To: everybody, Fields: []Field{caseRef}},
	{Name: ObjectionConfirmed, Version: 1, Kind: Progress, Must: true, To: everybody, Fields: []Field{caseRef, organised, on("from")}},
	{Name: ObjectionCoded, Version: 1, Kind: Progress, To: everybody, Fields: []Field{caseRef, organised, on("on")}},
	{Name: ObjectionEffective, Version: 1, Kind: Progress, To: everybody, Fields: []Field{caseRef, on("from")}},
	{Name: ObjectionRecorded, Version: 1, Kind: Progress, Must: true, To: everybody, Fields: []Field{organised, on("from")}},
	{Name: ObjectionRefused, Version: 1, Kind: Progress, Must: true, Paper: true, To: everybody,
		Fields: []Field{caseRef, organised, professing, {Name: "ground", Type: Choice, Of: grounds}, {Name: "complaints", Type: Organisation, Optional: true}, telephone}},
	{Name: ObjectionDisputed, Version: 1, Kind: Progress, Must: true, To: []Role{Self, Parent}, Fields: []Field{caseRef, organised, telephone}},
	{Name: ObjectionWithdrawn, Version: 1, Kind: Progress, To: everybody, Fields: []Field{caseRef, on("on")}},
	{Name: ReversalReceived, Version: 1, Kind: Progress, Must: true, To: everybody, Fields: []Field{caseRef, organised, dueOn, telephone}},
	{Name: ReversalConfirmed, Version: 1, Kind: Progress, Must: true, To: everybody, Fields: []Field{caseRef, organised, on("on")}},
	{Name: ReversalTakenBack, Version: 1, Kind: Progress, To: everybody, Fields: []Field{caseRef, on("on")}},
	{Name: VisibleAgain, Version: 1, Kind: Progress, Must: true, To: everybody, Fields: []Field{caseRef, on("from")}},
	{Name: MoreTime, Version: 1, Kind: Progress, Must: true, To: everybody,
		Fields: []Field{caseRef, organised, dueOn, {Name: "why", Type: Choice, Of: delays}}},
	{Name: ReviewAhead, Version: 1, Kind: Review, To: []Role{Self, Parent}, Fields: []Field{on("on"), {Name: "age", Type: Choice, Of: reviews}, organised}},
	{Name: YoungPersonAsked, Version: 1, Kind: Review, Must: true, To: []Role{Self}, Fields: []Field{{Name: "age", Type: Choice, Of: []string{"16", "18"}}, organised}},
	{Name: AuthorityEnding, Version: 1, Kind: Review, Must: true, To: []Role{Self, Parent, Attorney, Deputy}, Fields: []Field{on("on"), {Name: "why", Type: Choice, Of: endings}}},
	{Name: AuthoritySuspended, Version: 1, Kind: Review, Must: true, To: []Role{Self, Parent, Attorney, Deputy}, Fields: []Field{on("on"), {Name: "why", Type: Choice, Of: endings}}},
	{Name: AccessUnusual, Version: 1, Kind: Access, To: []Role{Self}, Fields: []Field{organised, on("on")}},
}
