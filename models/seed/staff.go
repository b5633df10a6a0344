package seed

import (
	"fmt"
	"strings"
	"time"

	"candour/models/account"
)

// Activity is a national activity with its code.
type Activity struct{ Code, Name string }

// Role is a national role at an organisation, as a sign-in carries it.
type Role struct {
	OrgCode    string
	OrgName    string
	RoleCode   string
	RoleName   string
	Activities []Activity
}

var (
	viewRecords  = Activity{"B0360", "View Detailed Health Records"}
	viewPersonal = Activity{"B0820", "View Demographics"}
	amend        = Activity{"B0825", "Amend Demographics"}
	localSystem  = Activity{"B0062", "Local System Administration"}
)

// duty is what somebody does, before it is known where.
type duty struct {
	code, name string
	activities []Activity
}

var (
	asGP         = duty{"S8000:G8000:R0260", "General Medical Practitioner", []Activity{viewRecords, amend}}
	asDoctor     = duty{"S8000:G8000:R8000", "Clinical Practitioner", []Activity{viewRecords, viewPersonal}}
	asNurse      = duty{"S8000:G8000:R8001", "Nurse", []Activity{viewRecords, viewPersonal}}
	asProfession = duty{"S8000:G8000:R8003", "Health Professional", []Activity{viewRecords, viewPersonal}}
	asSocial     = duty{"S8000:G8001:R1330", "Social Worker", []Activity{viewRecords, viewPersonal}}
	asClerk      = duty{"S8000:G8003:R1720", "Clerical", []Activity{viewPersonal}}
	asManager    = duty{"S8000:G8003:R8008", "Admin/Clinical Support Administration", []Activity{localSystem, amend}}
	asPrivacy    = duty{"S8001:G8005:R0001", "Privacy Officer", []Activity{viewPersonal}}
	asGuardian   = duty{"S8001:G8005:R5105", "Caldicott Guardian", []Activity{viewPersonal}}
)

// post is one duty at one organisation.
type post struct {
	org string
	duty
}

// member is a member of staff of the demo world.
type member struct {
	key     string // persona key, or "" for those who only work here
	group   string
	name    string
	posts   []post
	expired bool   // training ran out
	home    string // organisation of somebody without a post
	subject string
	given   string
	family  string
}

// crew are the personas of staff; the keys are stable.
func crew() []member {
	return []member{
		{key: "gp", group: "care", name: "Dr Amara Nwosu", posts: []post{{riverside, asGP}}},
		{key: "hospital-doctor", group: "care", name: "Dr Tomasz Zieliński", posts: []post{{general, asDoctor}}},
		{key: "nurse", group: "care", name: "Siobhán Keane", posts: []post{{eastern, asNurse}}},
		{key: "social-worker", group: "care", name: "Marcus Bello", posts: []post{{council, asSocial}}},
		{key: "out-of-area-doctor", group: "care", name: "Dr Ingrid Halvorsen", posts: []post{{tidewater, asDoctor}}},
		{key: "receptionist", group: "office", name: "Janet Purkiss", posts: []post{{riverside, asClerk}}},
		{key: "practice-manager", group: "office", name: "Devinder Gill", posts: []post{{riverside, asManager}}},
		{key: "privacy-officer", group: "governance", name: "Louise Tremaine", posts: []post{{general, asPrivacy}}},
		{key: "caldicott-guardian", group: "governance", name: "Professor Hugh Lacey", posts: []post{{board, asGuardian}}},
		{key: "no-role", group: "stopped", name: "Terry Nightingale", home: general},
		{key: "expired-training", group: "stopped", name: "Chloe Addison", posts: []post{{general, asNurse}}, expired: true},
		{key: "two-roles", group: "care", name: "Dr Ruth Feldman", posts: []post{{castle, asGP}, {general, asDoctor}}},
	}
}

// colleagues work at each organisation; they fill the year's log and record in
// the feeds, but are nobody to sign in as.
var colleagues = []struct {
	org   string
	duty  duty
	names []string
}{
	{riverside, asGP, []string{"Dr Neil Braithwaite", "Dr Sana Qureshi"}}, {riverside, asNurse, []string{"Paula Winstone"}},
	{castle, asGP, []string{"Dr Owen Prothero", "Dr Lucy Hargreave"}}, {castle, asNurse, []string{"Grace Mensah"}},
	{limeTree, asGP, []string{"Dr Fiona Strachan", "Dr Ravi Menon"}}, {limeTree, asNurse, []string{"Helen Borrow"}},
	{northfield, asGP, []string{"Dr Peter Vance", "Dr Ngozi Eze"}}, {northfield, asNurse, []string{"Karen Tidy"}},
	{canalside, asGP, []string{"Dr Elaine Corrigan", "Dr Yusuf Demir"}}, {canalside, asNurse, []string{"Bev Larkin"}},
	{oldMill, asGP, []string{"Dr Hector Munro", "Dr Alice Penrose"}},
	{general, asDoctor, []string{"Dr Clare Whitfield", "Mr Anil Deshpande", "Dr Ben Achterberg"}}, {general, asNurse, []string{"Folake Ojo", "Ryan Hirst"}},
	{university, asDoctor, []string{"Dr Magda Nowicka", "Dr Simon Loft"}}, {university, asNurse, []string{"Ellie Garside"}},
	{ouseValley, asNurse, []string{"Wendy Pask", "Joyce Amoah"}},
	{eastern, asNurse, []string{"Tom Ferris", "Adaeze Obi"}}, {eastern, asProfession, []string{"Rowan Pell"}},
	{mental, asNurse, []string{"Kofi Antwi"}}, {mental, asDoctor, []string{"Dr Esther Blum"}},
	{council, asSocial, []string{"Sally Rook", "Imran Sheikh"}},
	{ambulance, asProfession, []string{"Jodie Marsh-Lane", "Lee Cutler"}},
}

// workforce is everybody who signs in as staff during the year, by organisation.
func (y *year) workforce() []member {
	all := crew()
	for _, c := range colleagues {
		for _, name := range c.names {
			all = append(all, member{name: name, posts: []post{{c.org, c.duty}}})
		}
	}
	for n := range all {
		all[n].subject = fmt.Sprintf("5550000%05d", n+1)
		all[n].given, all[n].family = split(all[n].name)
	}
	return all
}

// roles are a member's posts as a sign-in carries them.
func (m member) roles(y *year) []Role {
	var out []Role
	for _, p := range m.posts {
		o := y.partners[p.org]
		out = append(out, Role{OrgCode: o.ODSCode, OrgName: o.Name, RoleCode: p.code, RoleName: p.name, Activities: p.activities})
	}
	return out
}

// belongs is where somebody without a post is known.
func (m member) belongs(y *year) []account.Organisation {
	if m.home == "" {
		return nil
	}
	return []account.Organisation{{Code: y.partners[m.home].ODSCode, Name: y.partners[m.home].Name}}
}

// claims are what the demo's identity provider would say of a member, with the
// post that they work in.
func (m member) claims(y *year, issuer string, n int) account.Claims {
	r := m.roles(y)[n]
	role := account.Role{OrgCode: r.OrgCode, OrgName: r.OrgName, RoleCode: r.RoleCode, RoleName: r.RoleName}
	for _, a := range r.Activities {
		role.Activities = append(role.Activities, a.Code)
	}
	return account.Claims{Issuer: issuer, Subject: m.subject, Name: m.name, IDAssurance: 3, AuthAssurance: 3, Roles: []account.Role{role}}
}

// staffTheFeeds puts the people who record into each source's feed.
func (y *year) staffTheFeeds() {
	names := map[string][]string{}
	for _, m := range y.workforce() {
		for _, p := range m.posts {
			if p.duty.code != asClerk.code && p.duty.code != asManager.code && p.duty.code != asPrivacy.code && !m.expired {
				names[p.org] = append(names[p.org], m.name)
			}
		}
	}
	for _, id := range y.order {
		if f := y.feeds[id]; f != nil {
			f.staffed(y.start.Add(-2*time.Hour), names[id]...)
		}
	}
}

// split takes a name apart for the claims: titles belong to neither part.
func split(name string) (given, family string) {
	for _, title := range []string{"Dr ", "Mr ", "Professor "} {
		name = strings.TrimPrefix(name, title)
	}
	given, family, _ = strings.Cut(name, " ")
	return given, family
}
