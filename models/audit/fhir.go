package audit

import (
	"strconv"
	"strings"
)

// The shape is that of IHE BALP's PatientRead and PatientQuery, which say of
// successful accesses only; a refusal has the same form without the claim. Where
// BALP has one data entity, an access to a merged record has many items: the
// record is that entity, and each item is one more of our own type, with its
// version.
const (
	balp         = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
	balpEntity   = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType"
	terminology  = "http://terminology.hl7.org/CodeSystem/"
	dicom        = "http://dicom.nema.org/resources/ontology/DCM"
	ownEntity    = "urn:candour:audit-entity"
	odsRole      = "https://fhir.nhs.uk/CodeSystem/NHSDigital-SDS-JobRoleCode"
	fhirInstants = "2006-01-02T15:04:05.000Z07:00"
)

type coding struct {
	System  string `json:"system,omitzero"`
	Code    string `json:"code,omitzero"`
	Display string `json:"display,omitzero"`
}

type concept struct {
	Coding []coding `json:"coding,omitempty"`
	Text   string   `json:"text,omitzero"`
}

type identifier struct {
	System string `json:"system,omitzero"`
	Value  string `json:"value"`
}

type reference struct {
	Reference  string      `json:"reference,omitzero"`
	Type       string      `json:"type,omitzero"`
	Identifier *identifier `json:"identifier,omitzero"`
	Display    string      `json:"display,omitzero"`
}

type agent struct {
	Type         *concept   `json:"type,omitzero"`
	Role         []concept  `json:"role,omitempty"`
	Who          *reference `json:"who,omitzero"`
	Requestor    bool       `json:"requestor"`
	Policy       []string   `json:"policy,omitempty"`
	PurposeOfUse []concept  `json:"purposeOfUse,omitempty"`
}

type entityDetail struct {
	Type  string `json:"type"`
	Value string `json:"valueString"`
}

type entity struct {
	What   *reference     `json:"what,omitzero"`
	Type   coding         `json:"type"`
	Role   *coding        `json:"role,omitzero"`
	Name   string         `json:"name,omitzero"`
	Detail []entityDetail `json:"detail,omitempty"`
}

type meta struct {
	Profile []string `json:"profile"`
}

type eventSource struct {
	Observer reference `json:"observer"`
	Type     []coding  `json:"type"`
}

type event struct {
	ResourceType   string      `json:"resourceType"`
	ID             string      `json:"id"`
	Meta           *meta       `json:"meta,omitzero"`
	Type           coding      `json:"type"`
	Subtype        []coding    `json:"subtype,omitempty"`
	Action         string      `json:"action"`
	Recorded       string      `json:"recorded"`
	Outcome        string      `json:"outcome"`
	OutcomeDesc    string      `json:"outcomeDesc,omitzero"`
	PurposeOfEvent []concept   `json:"purposeOfEvent,omitempty"`
	Agent          []agent     `json:"agent"`
	Source         eventSource `json:"source"`
	Entity         []entity    `json:"entity"`
}

// nature is what sort of event an entry is, in FHIR's and DICOM's words. profile is
// BALP's, where it has one.
type nature struct {
	kind, sub       coding
	action, profile string
}

const restful = "http://hl7.org/fhir/restful-interaction"

func natureOf(line Line) nature {
	rest := coding{terminology + "audit-event-type", "rest", "Restful Operation"}
	switch line.Kind {
	case KindSearch:
		return nature{rest, coding{restful, "search", "search"}, "E", "Query"}
	case KindClaim:
		return nature{rest, coding{restful, "create", "create"}, "C", ""}
	case KindCase:
		return nature{rest, coding{restful, "operation", "operation"}, "E", ""}
	case KindExport:
		return nature{coding{dicom, "110106", "Export"}, coding{}, "R", ""}
	case KindSignIn:
		sub := coding{dicom, "110122", "Login"}
		if line.Reason == "signed_out" || line.Reason == "ended_by_provider" || strings.HasPrefix(line.Reason, "session_ended") {
			sub = coding{dicom, "110123", "Logout"}
		}
		return nature{coding{dicom, "110114", "User Authentication"}, sub, "E", ""}
	}
	return nature{rest, coding{restful, "read", "read"}, "R", "Read"}
}

// auditEvent puts one entry into FHIR.
func auditEvent(line Line, items []ItemRef, leaf string) event {
	n := natureOf(line)
	e := event{ResourceType: "AuditEvent", ID: "entry-" + strconv.FormatInt(line.Seq, 10), Type: n.kind, Action: n.action,
		Recorded: line.At.UTC().Format(fhirInstants), Outcome: "0", OutcomeDesc: line.Reason,
		Source: eventSource{Observer: reference{Display: "Candour"}, Type: []coding{{terminology + "security-source-type", "4", "Application Server"}}}}
	if n.sub.Code != "" {
		e.Subtype = []coding{n.sub}
	}
	switch line.Outcome {
	case Refused:
		e.Outcome = "4"
	case Shown:
		if n.profile != "" && line.Person != "" {
			n.profile = "Patient" + n.profile
		}
		if n.profile != "" {
			e.Meta = &meta{[]string{balp + n.profile}}
		}
	}
	if line.Purpose != "" {
		e.PurposeOfEvent = []concept{{Coding: []coding{{terminology + "v3-ActReason", line.Purpose, ""}}}}
	}
	e.Agent = agents(line, line.Kind == KindSearch, e.PurposeOfEvent)
	e.Entity = entities(line, items, leaf)
	return e
}

// agents are who looked, for which organisation, through what, and from where.
// BALP calls the client of a query its source and of a read its destination.
func agents(line Line, search bool, purpose []concept) []agent {
	client, server := coding{dicom, "110152", "Destination Role ID"}, coding{dicom, "110153", "Source Role ID"}
	if search {
		client, server = server, client
	}
	v := line.Viewer
	user := agent{Type: &concept{Coding: []coding{{terminology + "v3-ParticipationType", "IRCP", "information recipient"}}},
		Who: &reference{Identifier: &identifier{"urn:candour:" + v.Kind, v.ID}, Display: v.Name}, Requestor: true, PurposeOfUse: purpose}
	if v.Role != "" || v.RoleName != "" {
		user.Role = []concept{{Coding: []coding{{odsRole, v.Role, v.RoleName}}, Text: v.RoleName}}
	}
	if line.Policy != "" {
		user.Policy = []string{"urn:candour:policy:" + line.Policy}
	}
	from := reference{Display: "Command line"}
	if v.Session != "" {
		from.Display = "Browser session " + v.Session
	}
	all := []agent{
		{Type: &concept{Coding: []coding{client}}, Who: &from},
		{Type: &concept{Coding: []coding{server}}, Who: &reference{Display: "Candour"}},
		user,
	}
	if v.Organisation != "" {
		all = append(all, agent{Type: &concept{Coding: []coding{{terminology + "v3-RoleClass", "PROV", "healthcare provider"}}},
			Who: &reference{Type: "Organization", Identifier: &identifier{"urn:candour:organisation", v.Organisation}, Display: v.OrganisationName}})
	}
	return all
}

func entities(line Line, items []ItemRef, leaf string) []entity {
	var all []entity
	if line.Person != "" {
		all = append(all, entity{What: &reference{Reference: "Patient/" + string(line.Person)},
			Type: coding{terminology + "audit-entity-type", "1", "Person"}, Role: &coding{terminology + "object-role", "1", "Patient"}})
	}
	data := entity{What: &reference{Identifier: &identifier{"urn:candour:" + string(line.Kind), string(line.Person)}},
		Type: coding{terminology + "audit-entity-type", "2", "System Object"}, Role: &coding{terminology + "object-role", "4", "Domain Resource"}}
	if line.Kind == KindSearch {
		data.What, data.Role = nil, &coding{terminology + "object-role", "24", "Query"}
	}
	all = append(all, data)
	for _, it := range items {
		all = append(all, entity{What: &reference{Identifier: &identifier{"urn:candour:item", string(it.ID)}},
			Type: coding{ownEntity, "item", "Item of the record"}, Detail: []entityDetail{{"version", strconv.Itoa(it.Version)}}})
	}
	if line.RequestID != "" {
		all = append(all, entity{What: &reference{Identifier: &identifier{"", line.RequestID}}, Type: coding{balpEntity, "XrequestId", ""}})
	}
	all = append(all, place(line, leaf))
	if r := relationship(line); len(r.Detail) > 0 {
		all = append(all, r)
	}
	return all
}

// place is where the entry stands in the log, and on which page it arose.
func place(line Line, leaf string) entity {
	return entity{Type: coding{ownEntity, "entry", "Entry of the access log"}, Detail: details(
		"kind", string(line.Kind), "outcome", string(line.Outcome), "reason", line.Reason, "route", line.Route, "shape", line.Shape,
		"sections", strings.Join(line.Sections, " "), "sequence", strconv.FormatInt(line.Seq, 10), "leaf", leaf)}
}

// relationship is why the viewer may look.
func relationship(line Line) entity {
	r := line.Relation
	return entity{Type: coding{ownEntity, "relationship", "Relationship"}, Detail: details(
		"kind", r.Kind, "basis", r.Basis, "evidence", string(r.Evidence), "reason", r.Reason, "note", r.Note)}
}

func details(pairs ...string) []entityDetail {
	var all []entityDetail
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			all = append(all, entityDetail{pairs[i], pairs[i+1]})
		}
	}
	return all
}
