package main

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/BurntSushi/toml"

	"candour/handlers/signin"
)

// providers are the real identity providers that are configured.
func (i Issuers) providers() ([]signin.Provider, error) {
	var out []signin.Provider
	if i.NHSLoginIssuer != "" {
		key, err := signingKey("--nhs-login-key", i.NHSLoginKey)
		if err != nil {
			return nil, err
		}
		p := signin.NHSLogin(i.NHSLoginIssuer, i.NHSLoginClientID, key, i.NHSLoginKeyID)
		p.Lowest, p.Settings = i.NHSLoginLowest, i.NHSLoginSettings
		out = append(out, p)
	}
	if i.StaffIssuer != "" {
		key, secret, err := proof("--staff-key", i.StaffKey, "--staff-secret-file", i.StaffSecret)
		if err != nil {
			return nil, err
		}
		p := signin.CIS2(i.StaffIssuer, i.StaffClientID, key, i.StaffKeyID)
		p.Secret, p.RoleThere = secret, i.StaffRoleThere
		out = append(out, p)
	}
	for _, path := range i.FurtherIssuers {
		p, err := furtherIssuer(path)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// further is the file of a further staff identity provider: where it is, how the
// portal proves itself there, and what was agreed about its people.
type further struct {
	Name         string   `toml:"name"`  // in the portal's addresses
	Title        string   `toml:"title"` // on the button
	Issuer       string   `toml:"issuer"`
	ClientID     string   `toml:"client_id"`
	Key          string   `toml:"key"`
	KeyID        string   `toml:"key_id"`
	Secret       string   `toml:"secret_file"`
	Algorithms   []string `toml:"algorithms"`
	Scopes       []string `toml:"scopes"`
	Organisation string   `toml:"organisation"` // ODS code
	RoleClaim    string   `toml:"role_claim"`
	IDAssurance  int      `toml:"identity_assurance"`
	Factors      []string `toml:"second_factor_amr"`
	Classes      []string `toml:"second_factor_acr"`
	Roles        []struct {
		Value      string   `toml:"value"`
		Code       string   `toml:"code"`
		Name       string   `toml:"name"`
		Activities []string `toml:"activities"`
	} `toml:"role"`
}

func furtherIssuer(path string) (signin.Provider, error) {
	var f further
	read, err := toml.DecodeFile(path, &f)
	if err != nil {
		return signin.Provider{}, fmt.Errorf("--further-issuer %s: %w", path, err)
	}
	if unknown := read.Undecoded(); len(unknown) > 0 {
		return signin.Provider{}, fmt.Errorf("--further-issuer %s: unknown key %q", path, unknown[0].String())
	}
	key, secret, err := proof("key", f.Key, "secret_file", f.Secret)
	if err != nil {
		return signin.Provider{}, fmt.Errorf("--further-issuer %s: %w", path, err)
	}
	terms := signin.Terms{Organisation: f.Organisation, RoleClaim: f.RoleClaim, IDAssurance: f.IDAssurance, Factors: f.Factors, Classes: f.Classes}
	for _, r := range f.Roles {
		terms.Roles = append(terms.Roles, signin.TermsRole{Value: r.Value, Code: r.Code, Name: r.Name, Activities: r.Activities})
	}
	p := signin.Council(f.Name, f.Title, f.Issuer, f.ClientID, key, f.KeyID, terms)
	p.Secret = secret
	if len(f.Algorithms) > 0 {
		p.Algorithms = f.Algorithms
	}
	if len(f.Scopes) > 0 {
		p.Scopes = f.Scopes
	}
	return p, nil
}

// proof is how the portal proves itself: a key to sign with, or a secret in a file.
func proof(keyFlag, keyPath, secretFlag, secretPath string) (crypto.Signer, signin.Secret, error) {
	if secretPath == "" || keyPath != "" {
		key, err := signingKey(keyFlag, keyPath)
		return key, "", err
	}
	text, err := os.ReadFile(secretPath)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", secretFlag, err)
	}
	secret := strings.TrimSpace(string(text))
	if len(secret) < 16 {
		return nil, "", fmt.Errorf("%s: %s holds no secret worth the name (16 characters at least)", secretFlag, secretPath)
	}
	return nil, signin.Secret(secret), nil
}

// signingKey reads a private key in PEM (PKCS 8, PKCS 1 or SEC 1).
func signingKey(flag, path string) (crypto.Signer, error) {
	if path == "" {
		return nil, fmt.Errorf("%s is missing: the private key that signs client assertions", flag)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s: %s is not a PEM file", flag, path)
	}
	if key, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		if signer, ok := key.(crypto.Signer); ok {
			return signer, nil
		}
		return nil, fmt.Errorf("%s: this key cannot sign", flag)
	}
	if key, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: the key cannot be read", flag), err)
	}
	return key, nil
}
