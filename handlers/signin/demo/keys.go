package demo

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// signingKey is made on the side, and only once the portal has been up for a moment,
// because drawing an RSA key takes longer than starting the rest: whoever comes first
// is mostly logged in already and would share the processors with it.
type signingKey struct {
	id  string
	alg jose.SignatureAlgorithm
	get func() (*rsa.PrivateKey, error)
}

// quiet is how long after the start a key is drawn, unless somebody needs it before.
const quiet = 2 * time.Second

func newSigningKey(name string, alg jose.SignatureAlgorithm) *signingKey {
	k := &signingKey{id: "demo-" + name, alg: alg, get: sync.OnceValues(func() (*rsa.PrivateKey, error) {
		return rsa.GenerateKey(rand.Reader, 2048)
	})}
	time.AfterFunc(quiet, func() { _, _ = k.get() }) // a failure comes back to the first caller of get
	return k
}

func (k *signingKey) sign(claims any) (string, error) { return k.signAs("JWT", claims) }

func (k *signingKey) signAs(kind jose.ContentType, claims any) (string, error) {
	key, err := k.get()
	if err != nil {
		return "", err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: k.alg, Key: jose.JSONWebKey{Key: key, KeyID: k.id}},
		(&jose.SignerOptions{}).WithType(kind))
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(body)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

func (i *issuer) jwks(w http.ResponseWriter, _ *http.Request) {
	key, err := i.keys.get()
	if err != nil {
		writeJSON(w, http.StatusInternalServerError, map[string]string{"error": "server_error"})
		return
	}
	writeJSON(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{
		Key: key.Public(), KeyID: i.keys.id, Algorithm: string(i.alg), Use: "sig"}}})
}
