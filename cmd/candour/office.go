package main

import (
	"fmt"
	"log/slog"
	"net/url"
	"strings"

	"candour/views/public"
)

// Office is who answers for the service, as the privacy notice, the accessibility
// statement and security.txt say it.
type Office struct {
	Operator            string `env:"CANDOUR_OPERATOR" help:"Organisation that runs the service, as the privacy notice names it." placeholder:"NAME"`
	OperatorEmail       string `env:"CANDOUR_OPERATOR_EMAIL" help:"Where the public may write about the service and its accessibility." placeholder:"ADDRESS"`
	OperatorPhone       string `env:"CANDOUR_OPERATOR_PHONE" help:"Where the public may ring about the service." placeholder:"NUMBER"`
	OperatorPost        string `env:"CANDOUR_OPERATOR_POST" help:"Postal address of the operator, on one line." placeholder:"ADDRESS"`
	DataProtectionEmail string `env:"CANDOUR_DATA_PROTECTION_EMAIL" help:"Where the data protection officer of the operator reads." placeholder:"ADDRESS"`
	SecurityContact     string `env:"CANDOUR_SECURITY_CONTACT" help:"Where faults in security are reported: an https address, or mailto: and an address. Without it there is no security.txt." placeholder:"URI"`
}

// shown is the office as pages show it.
func (o Office) shown() (public.Office, error) {
	if o.SecurityContact != "" {
		u, err := url.Parse(o.SecurityContact)
		if err != nil || u.Scheme != "https" && u.Scheme != "mailto" && u.Scheme != "tel" || strings.ContainsAny(o.SecurityContact, " \r\n") {
			return public.Office{}, fmt.Errorf("--security-contact %q: an https:, mailto: or tel: address is wanted (RFC 9116)", o.SecurityContact)
		}
	}
	return public.Office{Operator: o.Operator, Email: o.OperatorEmail, Phone: o.OperatorPhone, Post: o.OperatorPost,
		DataProtection: o.DataProtectionEmail, Security: o.SecurityContact}, nil
}

// advise says what the public will miss.
func (o Office) advise(log *slog.Logger) {
	if o.SecurityContact == "" {
		log.Warn("no --security-contact: there is no security.txt, and who finds a fault knows nobody to tell")
	}
	if o.Operator == "" || o.OperatorEmail == "" && o.OperatorPhone == "" && o.OperatorPost == "" {
		log.Warn("no --operator, or no way to reach it: the privacy notice and the accessibility statement send people to their GP surgery")
	}
}

// demoOffice answers for a region that does not exist.
var demoOffice = public.Office{Operator: "Harrowmere and Northfield Integrated Care Board", Email: "shared-record@care-board.example", Phone: "01632 960601",
	Post: "1 Bridge Street, Harrowmere", DataProtection: "data-protection@care-board.example", Security: "mailto:security@care-board.example"}
