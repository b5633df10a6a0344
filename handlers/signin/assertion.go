package signin

import (
	"crypto/ecdsa"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// assertionType is RFC 7523's; NHS login takes no other client authentication.
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

const assertionLife = 5 * time.Minute

// assertion is the signed proof of who we are, good once, for one token endpoint.
func (p *party) assertion(tokenURL string) (string, error) {
	alg := jose.SignatureAlgorithm(p.KeyAlg)
	if _, curve := p.Key.Public().(*ecdsa.PublicKey); alg == "" && curve {
		alg = jose.ES256
	} else if alg == "" {
		alg = jose.RS512
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: p.Key, KeyID: p.KeyID}}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", fmt.Errorf("signin: client assertion: %w", err)
	}
	now := p.clock()
	payload, err := json.Marshal(map[string]any{
		"iss": p.ClientID, "sub": p.ClientID, "aud": tokenURL, "jti": secret(),
		"iat": now.Unix(), "exp": now.Add(assertionLife).Unix(),
	})
	if err != nil {
		return "", fmt.Errorf("signin: client assertion: %w", err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("signin: client assertion: %w", err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		return "", fmt.Errorf("signin: client assertion: %w", err)
	}
	return text, nil
}
