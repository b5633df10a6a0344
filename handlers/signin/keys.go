package signin

import (
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

// keyPatience is how long after asking for a provider's keys a logout token with
// an unknown key does not make us ask again: anybody can send one, and must not
// be able to make us knock at the provider's door with each.
const keyPatience = 5 * time.Minute

// failedPatience is how long nobody knocks again at a door where nobody opened.
const failedPatience = 10 * time.Second

// leastModulus is the shortest RSA key that is believed, in bits.
const leastModulus = 2048

// keyring holds a provider's public keys.
type keyring struct {
	party *party

	mu   sync.Mutex
	url  string
	keys []jose.JSONWebKey
	at   time.Time // when they were asked for, with or without success
	down error     // why that failed
}

// ringView is the keyring as one kind of token may use it.
type ringView struct {
	*keyring
	wait  time.Duration
	types []string // of token, that may stand in the header
	err   error    // the keys could not be had; go-oidc tells only that in words
}

var _ oidc.KeySet = (*ringView)(nil)

// publishedAt is where the provider says that its keys are.
func (k *keyring) publishedAt(url string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.url = url
}

// forLogin asks again at once when a key is unknown: the token came from the
// provider itself, over a connection of ours, and keys change.
func (k *keyring) forLogin() *ringView { return &ringView{keyring: k, types: []string{"", "jwt"}} }

// forLogout asks again at most every five minutes, and soon when that failed.
func (k *keyring) forLogout() *ringView {
	return &ringView{keyring: k, wait: keyPatience, types: []string{"", "jwt", "logout+jwt"}}
}

// VerifySignature finds the key that a token names and checks its signature.
// go-oidc has checked the algorithm against the provider's list before.
func (v *ringView) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	signed, err := jose.ParseSignedCompact(token, signatures(v.party.Algorithms))
	if err != nil || len(signed.Signatures) != 1 {
		return nil, errors.New("signin: not a signed token")
	}
	if kind, _ := signed.Signatures[0].Header.ExtraHeaders[jose.HeaderType].(string); !slices.Contains(v.types, strings.ToLower(kind)) {
		return nil, errors.New("signin: a token of another type")
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.party.clock()
	if age := now.Sub(v.at); !v.at.IsZero() && (age >= refresh || age < 0 || v.down != nil && age >= failedPatience) {
		// A key that the provider withdrew must not count for ever; when it does not
		// answer, those that are known do.
		v.down = v.ask(ctx, now)
	}
	if payload, ok := v.try(signed); ok {
		return payload, nil
	}
	if !v.at.IsZero() && !now.Before(v.at) && now.Sub(v.at) < v.wait {
		v.err = v.down
		return nil, errors.New("signin: signed by a key that is not known")
	}
	if v.down = v.ask(ctx, now); v.down != nil {
		v.err = v.down
		return nil, v.down
	}
	if payload, ok := v.try(signed); ok {
		return payload, nil
	}
	return nil, errors.New("signin: signed by a key that is not the provider's")
}

func (k *keyring) try(signed *jose.JSONWebSignature) ([]byte, bool) {
	header := signed.Signatures[0].Header
	for i := range k.keys {
		key := &k.keys[i]
		if header.KeyID != "" && key.KeyID != header.KeyID || !usable(key, header.Algorithm) {
			continue
		}
		if payload, err := signed.Verify(key); err == nil {
			return payload, true
		}
	}
	return nil, false
}

// usable: a public key for signatures, of the token's own algorithm, and not a
// short one.
func usable(key *jose.JSONWebKey, alg string) bool {
	if key.Use != "" && key.Use != "sig" || key.Algorithm != "" && key.Algorithm != alg || !key.Valid() {
		return false
	}
	switch public := key.Key.(type) {
	case *rsa.PublicKey:
		return public.N.BitLen() >= leastModulus
	case *ecdsa.PublicKey:
		return true
	}
	return false
}

// ask reads the keys that the provider publishes. When that fails, those that are
// known stay.
func (k *keyring) ask(ctx context.Context, now time.Time) error {
	k.at = now
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, k.url, nil)
	if err != nil {
		return fmt.Errorf("signin: keys: %w", err)
	}
	response, err := k.party.client.Do(request)
	if err != nil {
		return fmt.Errorf("%w: keys: %w", errProvider, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: keys: answers %d", errProvider, response.StatusCode)
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return fmt.Errorf("%w: keys are not JSON", errProvider)
	}
	var keys []jose.JSONWebKey
	for _, raw := range set.Keys {
		var key jose.JSONWebKey
		if json.Unmarshal(raw, &key) == nil { // of a kind unknown to us: not for us
			keys = append(keys, key)
		}
	}
	k.keys = keys
	return nil
}

func signatures(names []string) []jose.SignatureAlgorithm {
	out := make([]jose.SignatureAlgorithm, len(names))
	for i, name := range names {
		out[i] = jose.SignatureAlgorithm(name)
	}
	return out
}
