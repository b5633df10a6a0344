package post

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"candour/models/job"
	"candour/models/letter"
)

// SMTP is a mail server. The way to it is encrypted or nothing is sent.
type SMTP struct {
	Address  string // host:port
	From     mail.Address
	User     string
	Password string
	Implicit bool          // TLS from the first byte (port 465), not by STARTTLS
	TLS      *tls.Config   // nil: as the system trusts
	Limit    time.Duration // for the whole of it; 30 seconds when 0
	words    Words
}

// Send sends one e-mail.
func (s *SMTP) Send(ctx context.Context, m letter.Message) (letter.Receipt, error) {
	to, err := mail.ParseAddress(m.To.Email)
	if err != nil || to.Address != m.To.Email || strings.ContainsAny(m.To.Email, "\r\n<> ") {
		return letter.Receipt{}, letter.ErrBounced // no address at all
	}
	subject, text := s.words.outside(ctx, m)
	id := "<" + string(m.ID) + "@" + domain(s.From.Address) + ">"
	content, err := s.compose(m, to.Address, id, subject, text)
	if err != nil {
		return letter.Receipt{}, fmt.Errorf("post: smtp: %w", err)
	}
	if err := s.deliver(ctx, to.Address, content); err != nil {
		return letter.Receipt{}, err
	}
	return letter.Receipt{Reference: id, Digest: digest(content)}, nil
}

// compose writes the message: one part, plain text.
func (s *SMTP) compose(m letter.Message, to, id, subject, text string) ([]byte, error) {
	var b bytes.Buffer
	for _, h := range [][2]string{
		{"Date", s.words.Clock().UTC().Format(time.RFC1123Z)},
		{"Message-ID", id}, {"From", s.From.String()}, {"To", "<" + to + ">"}, {"Subject", mime.QEncoding.Encode("utf-8", subject)},
		{"MIME-Version", "1.0"}, {"Content-Type", "text/plain; charset=utf-8"}, {"Content-Transfer-Encoding", "quoted-printable"},
		{"Content-Language", m.Language}, {"Auto-Submitted", "auto-generated"}, {"X-Auto-Response-Suppress", "All"},
	} {
		if strings.ContainsAny(h[1], "\r\n") {
			return nil, fmt.Errorf("header %s of more than one line", h[0])
		}
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	b.WriteString("\r\n")
	q := quotedprintable.NewWriter(&b)
	if _, err := q.Write([]byte(strings.ReplaceAll(text, "\n", "\r\n"))); err != nil {
		return nil, err
	}
	return b.Bytes(), q.Close()
}

func (s *SMTP) deliver(ctx context.Context, to string, content []byte) error {
	limit := s.Limit
	if limit <= 0 {
		limit = 30 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	host, _, err := net.SplitHostPort(s.Address)
	if err != nil {
		return job.Never(job.Because("smtp_address", err))
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.Address)
	if err != nil {
		return job.Because("smtp_unreachable", fmt.Errorf("post: smtp: %w", err))
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) }) // ends whatever is waited for
	defer stop()
	config := s.config(host)
	if s.Implicit {
		conn = tls.Client(conn, config)
	}
	return explain(s.converse(conn, host, config, to, content))
}

func (s *SMTP) config(host string) *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.TLS != nil {
		config = s.TLS.Clone()
	}
	config.ServerName = host
	return config
}

var errNoTLS = errors.New("the server offers no STARTTLS")

func (s *SMTP) converse(conn net.Conn, host string, config *tls.Config, to string, content []byte) error {
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Hello(domain(s.From.Address)); err != nil {
		return err
	}
	if !s.Implicit {
		if ok, _ := c.Extension("STARTTLS"); !ok {
			return errNoTLS
		}
		if err := c.StartTLS(config); err != nil {
			return err
		}
	}
	if s.User != "" {
		if err := c.Auth(smtp.PlainAuth("", s.User, s.Password, host, false)); err != nil {
			return &authError{err}
		}
	}
	if err := c.Mail("<" + s.From.Address + ">"); err != nil {
		return err
	}
	if err := c.Rcpt("<" + to + ">"); err != nil {
		return &recipientError{err}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(content); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_ = c.Quit() // it has been taken: what the server says to good-bye changes nothing
	return nil
}

type authError struct{ error }
type recipientError struct{ error }

// explain gives what went wrong the word that is stored of it, and tells an address
// at which nobody is from a server that is busy.
func explain(err error) error {
	if err == nil {
		return nil
	}
	wrapped := fmt.Errorf("post: smtp: %w", err)
	var answer *textproto.Error
	var auth *authError
	var recipient *recipientError
	var unknown *tls.CertificateVerificationError
	code := 0
	if errors.As(inner(err), &answer) {
		code = answer.Code
	}
	switch {
	case errors.Is(err, errNoTLS) || errors.As(err, &unknown):
		return job.Because("smtp_no_tls", wrapped)
	case errors.As(err, &auth):
		return job.Because("smtp_login", wrapped)
	case errors.As(err, &recipient) && (code == 550 || code == 551 || code == 553 || code == 556):
		return letter.ErrBounced
	case code >= 500:
		return job.Because("smtp_refused", wrapped)
	case code >= 400:
		return job.Because("smtp_later", wrapped)
	}
	return job.Because("smtp_broken", wrapped)
}

// inner is the server's own answer.
func inner(err error) error {
	switch e := err.(type) {
	case *authError:
		return e.error
	case *recipientError:
		return e.error
	}
	return err
}

// domain is the part of an address behind the sign.
func domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
