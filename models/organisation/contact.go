package organisation

// Purpose is what somebody asks a partner for.
type Purpose string

const (
	Copies     Purpose = "copies"     // a copy of what the partner holds (subject access)
	Complaints Purpose = "complaints" // something went wrong there
	Objections Purpose = "objections" // not to be viewed through the shared record
)

// Purposes lists every purpose, so that words can be checked for each.
func Purposes() []Purpose { return []Purpose{Copies, Complaints, Objections} }

// Contact is whom to ask at a partner for one purpose. Page is the address of the
// partner's own procedure; any part may be missing.
type Contact struct {
	Purpose Purpose
	Phone   string
	Email   string
	Page    string
}

// Name is what an organisation is or was called, and since which day (YYYY-MM-DD;
// "" from the beginning).
type Name struct{ From, Text string }
