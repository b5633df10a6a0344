package post

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"candour/models/clock"
	"candour/models/letter"
	"candour/models/opaque"
)

var (
	monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	words  = Words{PublicURL: "https://portal.example/", Clock: clock.Fixed(monday)}
)

func email() letter.Message {
	return letter.Message{ID: opaque.Of("letter"), Channel: letter.Email, To: letter.Address{Email: "pat@example.org"}, Language: "en",
		Template: letter.ObjectionRefused, Version: 1, Fields: letter.Fields{"reference": "K7M3-Q2P9"}}
}

func (m *mailbox) sender() *SMTP {
	return &SMTP{Address: m.listener.Addr().String(), From: mail.Address{Name: "Candour", Address: "no-reply@portal.example"}, User: "u", Password: "p",
		TLS: &tls.Config{RootCAs: m.roots}, Limit: 5 * time.Second, words: words}
}

func TestAnEmailSaysThatThereIsALetterAndNoMore(t *testing.T) {
	m := newMailbox(t)
	receipt, err := m.sender().Send(context.Background(), email())
	if err != nil {
		t.Fatal(err)
	}
	again, err := m.sender().Send(context.Background(), email())
	all := m.taken()
	if err != nil || len(all) != 2 || all[0] != all[1] || again != receipt {
		t.Fatalf("sent again: %v %d %+v %+v", err, len(all), receipt, again)
	}
	to, rest, _ := strings.Cut(all[0], "\r\n")
	if digest([]byte(rest)) != receipt.Digest {
		t.Error("the digest is not that of what was taken")
	}
	message, err := mail.ReadMessage(strings.NewReader(rest))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(message.Body))
	if err != nil {
		t.Fatal(err)
	}
	id := "<" + string(opaque.Of("letter")) + "@portal.example>"
	if to != "RCPT TO:<pat@example.org>" || message.Header.Get("Message-ID") != id || receipt.Reference != id || message.Header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("%s %v", to, message.Header)
	}
	for _, part := range []string{"https://portal.example/my/messages", "K7M3-Q2P9", "new message"} {
		if !strings.Contains(string(body), part) {
			t.Errorf("it does not say %q: %s", part, body)
		}
	}
	for _, word := range []string{"object", "record", "refus", "agreed"} {
		if strings.Contains(strings.ToLower(all[0]), word) {
			t.Errorf("it says %q: %s", word, all[0])
		}
	}
	if before, _, _ := strings.Cut(m.commands(), "STARTTLS"); strings.Contains(before, "AUTH") || strings.Contains(before, "RCPT") {
		t.Errorf("before the way was encrypted: %s", m.commands())
	}
}

func TestFaultsOfAMailServer(t *testing.T) {
	for name, c := range map[string]struct {
		change  func(m *mailbox, s *SMTP)
		code    string // stored of it
		bounced bool
	}{
		"no STARTTLS":                         {func(m *mailbox, _ *SMTP) { m.noTLS = true }, "smtp_no_tls", false},
		"a stranger's server":                 {func(_ *mailbox, s *SMTP) { s.TLS = nil }, "smtp_no_tls", false},
		"nobody there":                        {func(m *mailbox, _ *SMTP) { m.say["RCPT"] = "550 5.1.1 no such user" }, "", true},
		"mailbox full":                        {func(m *mailbox, _ *SMTP) { m.say["RCPT"] = "452 4.2.2 full" }, "smtp_later", false},
		"refused for content":                 {func(m *mailbox, _ *SMTP) { m.say["DATA"] = "554 5.7.1 no" }, "smtp_refused", false},
		"busy":                                {func(m *mailbox, _ *SMTP) { m.say["MAIL"] = "421 4.3.2 later" }, "smtp_later", false},
		"another password":                    {func(m *mailbox, _ *SMTP) { m.say["AUTH"] = "535 5.7.8 no" }, "smtp_login", false},
		"says nothing":                        {func(m *mailbox, s *SMTP) { m.hang, s.Limit = true, 50*time.Millisecond }, "smtp_broken", false},
		"is not there":                        {func(m *mailbox, _ *SMTP) { _ = m.listener.Close() }, "smtp_unreachable", false},
		"TLS from the first byte, and is not": {func(m *mailbox, s *SMTP) { s.Implicit, s.Limit = true, time.Second }, "smtp_broken", false},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMailbox(t)
			s := m.sender()
			c.change(m, s)
			_, err := s.Send(context.Background(), email())
			if errors.Is(err, letter.ErrBounced) != c.bounced || err == nil {
				t.Fatalf("%v", err)
			}
			if got := codeOf(err); got != c.code {
				t.Errorf("stored as %q, want %q (%v)", got, c.code, err)
			}
			if len(m.taken()) != 0 {
				t.Error("something was taken")
			}
			if name == "no STARTTLS" && strings.Contains(m.commands(), "AUTH") {
				t.Errorf("the password went over an open line: %s", m.commands())
			}
		})
	}
}

func TestNoAddressAndNoHeaderOfSomebodyElses(t *testing.T) {
	m := newMailbox(t)
	for _, to := range []string{"", "pat", "pat@example.org\r\nBcc: all@example.org", "Pat <pat@example.org>", "a@b, c@d", "pat@example.org>"} {
		e := email()
		e.To.Email = to
		if _, err := m.sender().Send(context.Background(), e); !errors.Is(err, letter.ErrBounced) {
			t.Errorf("%q: %v", to, err)
		}
	}
	if len(m.taken()) != 0 || m.commands() != "" {
		t.Errorf("it was tried: %s", m.commands())
	}
	e := email()
	e.Language = "en\r\nBcc: all@example.org"
	if _, err := m.sender().Send(context.Background(), e); err == nil {
		t.Error("a header of two lines was written")
	}
}
