package signin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// flows are whole ways of behaving badly, where each single message is in order.
// Each gives the browser in which somebody might now be signed in.
var flows = []struct {
	name string
	run  func(p *portal) *browser
}{
	{"an answer that nobody asked for", func(p *portal) *browser {
		b := p.browser()
		b.get("/sign-in/nhs-login/callback?code=a&state=b")
		return b
	}},
	{"somebody else's answer put into another browser", func(p *portal) *browser {
		thief := p.browser()
		thief.get(p.browser().toCallback("/sign-in/nhs-login"))
		return thief
	}},
	{"the attacker's answer put into a browser that has begun", func(p *portal) *browser {
		victim := p.browser()
		victim.toCallback("/sign-in/nhs-login")
		victim.get(p.browser().toCallback("/sign-in/nhs-login"))
		return victim
	}},
	{"the same answer again, after logging out", func(p *portal) *browser {
		b := p.browser()
		callback := b.toCallback("/sign-in/nhs-login")
		b.get(callback)
		b.post("/sign-out", b.get("/sign-in").body, url.Values{})
		b.get(callback)
		return b
	}},
	{"the right answer after a wrong one", func(p *portal) *browser {
		b := p.browser()
		callback := b.toCallback("/sign-in/nhs-login")
		b.get(strings.Replace(callback, "iss=", "iss=x", 1))
		b.get(callback)
		return b
	}},
	{"a code of one provider at the other's callback", func(p *portal) *browser {
		b := p.browser()
		callback := b.toCallback("/sign-in/nhs-login")
		b.get("/sign-in/staff")
		b.get(strings.Replace(callback, "/nhs-login/", "/staff/", 1))
		return b
	}},
	{"a staff code at the patients' callback", func(p *portal) *browser {
		b := p.browser()
		callback := b.toCallback("/sign-in/staff")
		b.get("/sign-in/nhs-login")
		b.get(strings.Replace(callback, "/staff/", "/nhs-login/", 1))
		return b
	}},
	{"an answer of 31 minutes ago", func(p *portal) *browser {
		b := p.browser()
		callback := b.toCallback("/sign-in/nhs-login")
		p.on(31 * time.Minute)
		b.get(callback)
		return b
	}},
	{"two codes in one answer", func(p *portal) *browser {
		b := p.browser()
		b.get(b.toCallback("/sign-in/nhs-login") + "&code=second")
		return b
	}},
	{"a state of the address's own", func(p *portal) *browser {
		b := p.browser()
		b.get("/sign-in/nhs-login?state=fixed&nonce=fixed")
		b.get(strings.Replace(p.browser().toCallback("/sign-in/nhs-login"), "state=", "state=fixed&x=", 1))
		return b
	}},
	{"the oldest of four attempts of one browser", func(p *portal) *browser {
		b := p.browser()
		callback := b.toCallback("/sign-in/nhs-login")
		for range 3 {
			b.get("/sign-in/nhs-login")
		}
		b.get(callback)
		return b
	}},
	{"the answer by POST", func(p *portal) *browser {
		b := p.browser()
		u, err := url.Parse(b.toCallback("/sign-in/nhs-login"))
		if err != nil {
			p.t.Fatal(err)
		}
		b.ask(http.MethodPost, u.Path, u.Query())
		return b
	}},
	{"a code without the browser that proves the challenge", func(p *portal) *browser {
		u, err := url.Parse(p.browser().toCallback("/sign-in/nhs-login"))
		if err != nil {
			p.t.Fatal(err)
		}
		b := p.browser()
		mine, err := url.Parse(b.toCallback("/sign-in/nhs-login"))
		if err != nil {
			p.t.Fatal(err)
		}
		q := mine.Query()
		q.Set("code", u.Query().Get("code")) // stolen, put beside our own state
		mine.RawQuery = q.Encode()
		b.get(mine.String())
		return b
	}},
	{"a role that was not chosen", func(p *portal) *browser {
		p.cis.claims = samClaims(role("Z9A01", "R8000", "Clinician", "B0360"), role("Z9B01", "R8006", "Medical Secretary", "B0820"))
		b := p.browser()
		b.signIn("/sign-in/staff")
		b.post("/sign-in/role", b.get("/sign-in/role").body, url.Values{"role": {"7"}})
		return b
	}},
	{"a choice of role without having proven anything", func(p *portal) *browser {
		b := p.browser()
		b.ask(http.MethodPost, "/sign-in/role", url.Values{"role": {"0"}})
		return b
	}},
	{"the second call of a step-up by another person, in a browser of nobody", func(p *portal) *browser {
		p.nhs.vot = func(asked string) string { return asked[2:10] }
		b := p.browser()
		first := b.signIn("/sign-in/nhs-login")
		p.nhs.claims = adaClaims()
		p.nhs.claims["sub"] = "eve-1"
		b.follow(first)
		return b
	}},
}

// T02, T03, T04, T06, T08: nobody is signed in by any of them.
func TestHostileFlowsSignNobodyIn(t *testing.T) {
	var table strings.Builder
	for n, f := range flows {
		p := open(t, nil)
		mark := "refused"
		if who := f.run(p).who(); !strings.HasPrefix(who, nobody) {
			mark = "SIGNED IN"
			t.Errorf("%s: signed in as %s", f.name, who)
		}
		fmt.Fprintf(&table, "%3d  %-75s  %s\n", n+1, f.name, mark)
	}
	t.Logf("hostile flows: %d\n%s", len(flows), table.String())
}
