package signin

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"candour/models/clock"
	"candour/models/fault"
)

// A scene of the tour chooses somebody at the demonstration's provider only: with a
// real one nobody is ever named in an address.
func TestScenesAskNoRealProvider(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	real := NHSLogin("https://auth.login.example", "client", key, "kid")
	real.KeyAlg = "ES256"
	registry, err := NewRegistry("https://record.example", clock.Fixed(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)), real)
	if err != nil {
		t.Fatal(err)
	}
	origin, err := url.Parse("https://record.example")
	if err != nil {
		t.Fatal(err)
	}
	d := &Desk{Registry: registry, Origin: origin}
	var got error
	app := fiber.New()
	app.Get("/", func(c *fiber.Ctx) error {
		got = d.BeginAs(c, PatientsAt, "/my", "many-sources")
		return nil
	})
	if _, err := app.Test(httptest.NewRequest("GET", "/", nil), -1); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(got, fault.NotFound) {
		t.Errorf("a real provider was asked for somebody: %v", got)
	}
}
