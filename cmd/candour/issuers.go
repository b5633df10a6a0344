package main

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

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
		out = append(out, signin.NHSLogin(i.NHSLoginIssuer, i.NHSLoginClientID, key, i.NHSLoginKeyID))
	}
	if i.StaffIssuer != "" {
		key, err := signingKey("--staff-key", i.StaffKey)
		if err != nil {
			return nil, err
		}
		out = append(out, signin.CIS2(i.StaffIssuer, i.StaffClientID, key, i.StaffKeyID))
	}
	return out, nil
}

// signingKey reads a private key in PEM (PKCS 8 or PKCS 1).
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
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: the key cannot be read", flag), err)
	}
	return key, nil
}
