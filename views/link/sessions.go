package link

// The session itself: how long it goes on, going on with it, and where one lands
// when it is over.

func SessionState() string { return "/session/state" }
func SessionStay() string  { return "/session/stay" }

// SessionEnded is where a page goes when its session is over; back is the page.
func SessionEnded(back string) string {
	if back == "" {
		return "/session/ended"
	}
	return query("/session/ended", map[string][]string{"return": {back}})
}

// Where somebody is signed in, and ending that.

func MySessions() string       { return "/my/sessions" }
func MySessionsEnd() string    { return "/my/sessions/end" }
func StaffSessions() string    { return "/staff/sessions" }
func StaffSessionsEnd() string { return "/staff/sessions/end" }

// ColleagueSessions is for those who administer an organisation.
func ColleagueSessions() string    { return "/staff/sessions/organisation" }
func ColleagueSessionsEnd() string { return "/staff/sessions/organisation/end" }

// Sessions is the list of one audience, "patient" or "staff".
func Sessions(audience string) string {
	if audience == "staff" {
		return StaffSessions()
	}
	return MySessions()
}
