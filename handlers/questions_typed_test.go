package handlers

// What people type, and the answer they are looking for. The list was written before
// the search was: it is not to be bent to what the search finds.
var typed = []struct{ query, want string }{
	// The four that were asked for.
	{"opt out", "object"},
	{"who has seen my notes", "who-has-looked"},
	{"copy of records", "copy-of-record"},
	{"stop sharing my child's data", "object-for-child"},

	// Objecting, in people's own words.
	{"how do i opt out of this", "object"},
	{"stop people looking at my record", "object"},
	{"i dont want my information shared", "object"},
	{"say no to sharing", "object"},
	{"a&e after opting out", "what-objecting-stops"},
	{"what happens if ive said no and i have an accident", "what-objecting-stops"},
	{"can i change my mind", "change-my-mind"},
	{"opt back in", "change-my-mind"},

	// Who sees it.
	{"who can see my records", "who-can-see"},
	{"can the receptionist read my notes", "who-can-see"},
	{"can my ex look me up", "who-can-see"},
	{"who looked me up", "who-has-looked"},
	{"audit trail", "who-has-looked"},
	{"staff training", "staff-rules"},
	{"does my employer see this", "sold-or-public"},
	{"insurance company", "sold-or-public"},
	{"are you selling my data", "sold-or-public"},
	{"drug companies research", "sold-or-public"},
	{"hackers", "is-it-safe"},
	{"where is my data stored", "is-it-safe"},

	// What is in it and what is not.
	{"what medicines can they see", "what-is-in-it"},
	{"blood test results", "what-is-in-it"},
	{"abortion", "what-is-left-out"},
	{"std clinic", "what-is-left-out"},
	{"ivf", "what-is-left-out"},
	{"sex change", "what-is-left-out"},
	{"depression", "mental-health"},
	{"what can a social worker see", "social-care"},
	{"council care package", "social-care"},
	{"hide one thing from my record", "hide-one-part"},

	// Am I in it, and where.
	{"am i in it", "who-is-included"},
	{"do i need to sign up", "who-is-included"},
	{"im 17", "children"},
	{"are kids on it", "children"},
	{"my gp is in london", "outside-the-area"},
	{"ill on holiday", "away-from-home"},
	{"which hospitals", "who-is-connected"},
	{"is my dentist on it", "who-is-connected"},
	{"whats new", "what-is-next"},

	// Other opt-outs.
	{"summary care record", "summary-care-record"},
	{"SCR difference", "summary-care-record"},
	{"type 1 opt out", "national-data-opt-out"},
	{"national data optout", "national-data-opt-out"},
	{"i already opted out at my gp", "other-choices"},

	// Rights.
	{"subject access request", "copy-of-record"},
	{"SAR", "copy-of-record"},
	{"gdpr request medical records", "copy-of-record"},
	{"see my own record online", "see-own-record"},
	{"nhs app", "see-own-record"},
	{"wrong medication listed", "correct-a-mistake"},
	{"mistake in my notes", "correct-a-mistake"},
	{"power of attorney", "act-for-adult"},
	{"my mum has dementia", "act-for-adult"},
	{"how to complain", "complain"},
	{"someone snooped on me", "complain"},
	{"i dont know this person who looked", "not-recognise"},

	// As thumbs type.
	{"medecines", "what-is-in-it"},
	{"sumary care recrod", "summary-care-record"},
	{"objecton", "object"},
	{"fertilty treatment", "what-is-left-out"},
	{"complane", "complain"},
	{"childrens recods", "children"},
}
