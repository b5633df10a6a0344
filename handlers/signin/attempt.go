package signin

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/markbates/goth"
	"golang.org/x/oauth2"
)

const (
	attemptLife = 30 * time.Minute // an account is made, or a face compared to a document meanwhile
	mostAtOnce  = 3                // attempts in the tabs of one browser
	skew        = 2 * time.Minute  // between our clock and the provider's
	answerLimit = 256 << 10
)

// attempt is one sign-in under way: a goth.Session. Everything in it stays in the
// server-side session; the browser carries state and nonce only.
type attempt struct {
	Provider string
	Issuer   string
	State    string
	Nonce    string
	Verifier string
	Started  time.Time
	Return   string   // own path to go to afterwards
	Vectors  []string // of trust, that were asked for
	Step     bool     // NHS login's second call, for P9
	Account  string   // who must come back from it
	Again    bool     // the second try, with a login demanded

	address string
	claims  claims
}

var _ goth.Session = (*attempt)(nil)

// Refusals that have a page of their own; everything else is "it did not work".
var (
	errCancelled = errors.New("signin: the person did not go through with it")
	errExpired   = errors.New("signin: it took too long, or was done before")
	errProvider  = errors.New("signin: the provider cannot be reached or says that it cannot")
	errLogin     = errors.New("signin: the provider wants the person to log in")
	errStale     = errors.New("signin: the person proved themselves too long ago")
	errAnother   = errors.New("signin: another person came back than was sent")
	errState     = errors.New("signin: state is of no attempt")
	errYoung     = errors.New("signin: the person is younger than the provider's own limit")
)

// GetAuthURL is where the browser goes.
func (a *attempt) GetAuthURL() (string, error) {
	if a.address == "" {
		return "", errors.New(goth.NoAuthUrlErrorMessage)
	}
	return a.address, nil
}

// Marshal puts the attempt into words for the session.
func (a *attempt) Marshal() string {
	text, err := json.Marshal(a)
	if err != nil {
		return "" // strings and a time always marshal; an empty attempt is refused when read
	}
	return string(text)
}

func readAttempt(text string) (*attempt, error) {
	a := &attempt{}
	if text == "" {
		return nil, errExpired
	}
	if err := json.Unmarshal([]byte(text), a); err != nil || a.State == "" || a.Nonce == "" || a.Verifier == "" {
		return nil, errExpired
	}
	return a, nil
}

// attempts reads those that a browser has under way; of one that cannot be read
// nothing is left.
func attempts(text string) (out []*attempt) {
	var all []json.RawMessage
	if json.Unmarshal([]byte(text), &all) != nil {
		return nil
	}
	for _, one := range all {
		if a, err := readAttempt(string(one)); err == nil {
			out = append(out, a)
		}
	}
	return out
}

func marshalAttempts(all []*attempt) string {
	text, err := json.Marshal(all)
	if err != nil {
		return "" // strings and times always marshal
	}
	return string(text)
}

// Authorize takes the callback: it checks that the answer belongs to this
// attempt, changes the code for tokens and checks those. It returns the access
// token, as goth has it; the claims stay in the attempt.
func (a *attempt) Authorize(provider goth.Provider, params goth.Params) (string, error) {
	p, ok := provider.(*party)
	if !ok || p.Provider.Name != a.Provider || p.Issuer != a.Issuer {
		return "", errors.New("signin: the attempt was begun with another provider")
	}
	d, err := p.discover()
	if err != nil {
		return "", fmt.Errorf("%w: %w", errProvider, err)
	}
	if err := a.answers(p, d, params); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(p.background(), 15*time.Second)
	defer cancel()
	options := []oauth2.AuthCodeOption{oauth2.VerifierOption(a.Verifier)}
	if p.Key != nil {
		assertion, err := p.assertion(d.Endpoint().TokenURL)
		if err != nil {
			return "", err
		}
		options = append(options, oauth2.SetAuthURLParam("client_assertion_type", assertionType), oauth2.SetAuthURLParam("client_assertion", assertion))
	}
	token, err := p.oauth(d).Exchange(ctx, params.Get("code"), options...)
	if err != nil {
		return "", exchangeError(err)
	}
	if a.claims, err = p.checked(ctx, d, a, token); err != nil {
		a.claims = nil
		return "", err
	}
	return token.AccessToken, nil
}

// answers checks the callback's parameters against the attempt.
func (a *attempt) answers(p *party, d *discovered, params goth.Params) error {
	if subtle.ConstantTimeCompare([]byte(params.Get("state")), []byte(a.State)) != 1 {
		return errState
	}
	if age := p.clock().Sub(a.Started); age > attemptLife || age < -skew {
		return errExpired
	}
	// RFC 9207: which provider answers. Without it a code of one could be used at
	// another's callback (trust.md T02).
	if is := params.Get("iss"); is != p.Issuer && (d.sendsIs || is != "") {
		return errors.New("signin: the answer comes from another issuer")
	}
	switch problem := params.Get("error"); problem {
	case "":
	case "access_denied", "consent_required":
		return errCancelled
	case "login_required", "sso_login_required", "interaction_required", "account_selection_required":
		return errLogin
	case "temporarily_unavailable", "server_error":
		return fmt.Errorf("%w: %s", errProvider, problem)
	default:
		return errors.New("signin: the provider answered with an error")
	}
	if params.Get("code") == "" {
		return errors.New("signin: no code")
	}
	return nil
}

// exchangeError drops the provider's text, which may repeat what was sent.
func exchangeError(err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		if refused.Response != nil && refused.Response.StatusCode >= 500 {
			return fmt.Errorf("%w: token endpoint answers %d", errProvider, refused.Response.StatusCode)
		}
		return fmt.Errorf("signin: the code was not accepted (%.40s)", refused.ErrorCode)
	}
	return fmt.Errorf("%w: token endpoint: %w", errProvider, err)
}
