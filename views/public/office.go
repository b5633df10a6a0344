package public

// Office is who answers for the service; whatever was not given is left out of the
// pages.
type Office struct {
	Operator       string
	Email          string
	Phone          string
	Post           string
	DataProtection string // address of the data protection officer
	Security       string // URI for faults in security
}

// Reachable tells whether there is any way to write or ring.
func (o Office) Reachable() bool { return o.Email != "" || o.Phone != "" || o.Post != "" }
