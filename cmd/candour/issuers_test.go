package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candour/handlers/signin"
)

const councilFile = `
name = "ouse"
title = "Ouse Valley Council"
issuer = "https://login.ouse.example"
client_id = "candour"
key = "KEY"
key_id = "1"
organisation = "Z9S01"
role_claim = "roles"
identity_assurance = 3
second_factor_amr = ["mfa"]

[[role]]
value = "care.social-worker"
code = "S8000:G8000:R1330"
name = "Social Worker"
activities = ["B0360"]
`

// A further issuer is one file with what was agreed; a key that it does not know
// is refused, as a misspelt term would silently not hold.
func TestFurtherIssuers(t *testing.T) {
	dir := t.TempDir()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	pemFile := filepath.Join(dir, "key.pem")
	if err := os.WriteFile(pemFile, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	secret := write("secret", "  a-secret-of-some-length\n")
	good := strings.Replace(councilFile, "KEY", pemFile, 1)
	for name, c := range map[string]struct{ text, says string }{
		"as agreed":         {good, ""},
		"with a secret":     {strings.Replace(good, `key = "`+pemFile+`"`, `secret_file = "`+secret+`"`, 1), ""},
		"a misspelt key":    {strings.Replace(good, "role_claim", "roles_claim", 1), "unknown key"},
		"no second factor":  {strings.Replace(good, `second_factor_amr = ["mfa"]`, "", 1), "second factor"},
		"a role of its own": {strings.Replace(good, "S8000:G8000:R1330", "boss", 1), "no national role"},
		"no proof of us":    {strings.Replace(good, `key = "`+pemFile+`"`, "", 1), "key is missing"},
		"a short secret":    {strings.Replace(good, `key = "`+pemFile+`"`, `secret_file = "`+write("short", "hush")+`"`, 1), "no secret worth the name"},
		"http":              {strings.Replace(good, "https://login", "http://login", 1), "not an https address"},
	} {
		i := Issuers{FurtherIssuers: []string{write("council.toml", c.text)}}
		providers, err := i.providers()
		if err == nil {
			_, err = signin.NewRegistry("https://record.example", time.Now, providers...)
		}
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
	if !(Issuers{FurtherIssuers: []string{"council.toml"}}).Real() {
		t.Error("the demo would start beside a council's real issuer")
	}
}
