package post

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// mailbox is a mail server that can be told to misbehave. It knows one user.
type mailbox struct {
	t        *testing.T
	listener net.Listener
	tls      *tls.Config
	roots    *x509.CertPool

	noTLS bool
	hang  bool
	say   map[string]string // what to answer to the beginning of a command

	mu   sync.Mutex
	mail []string // what was taken, with its recipient in the first line
	seen []string // commands
}

func newMailbox(t *testing.T) *mailbox {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail"}, NotBefore: time.Unix(0, 0), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	m := &mailbox{t: t, roots: x509.NewCertPool(), say: map[string]string{},
		tls: &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}}
	m.roots.AddCert(cert)
	if m.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.listener.Close() })
	go func() {
		for {
			conn, err := m.listener.Accept()
			if err != nil {
				return
			}
			go m.serve(conn)
		}
	}()
	return m
}

func (m *mailbox) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	if m.hang {
		_, _ = bufio.NewReader(conn).ReadString('\n') // until the other side gives up
		return
	}
	in, to, secure := bufio.NewReader(conn), "", false
	reply := func(text string) { _, _ = conn.Write([]byte(text + "\r\n")) }
	reply("220 mail ESMTP")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		word := strings.ToUpper(strings.Fields(line + " -")[0])
		m.mu.Lock()
		m.seen = append(m.seen, word)
		answer := m.say[word]
		m.mu.Unlock()
		switch {
		case answer != "":
			reply(answer)
		case word == "EHLO" && (m.noTLS || secure):
			reply("250-mail\r\n250 AUTH PLAIN")
		case word == "EHLO":
			reply("250-mail\r\n250 STARTTLS")
		case word == "STARTTLS":
			reply("220 go on")
			conn = tls.Server(conn, m.tls)
			in, secure = bufio.NewReader(conn), true
		case word == "AUTH":
			reply("235 welcome")
		case word == "RCPT":
			to = line
			reply("250 ok")
		case word == "DATA":
			reply("354 go on")
			m.take(in, to)
			reply("250 taken")
		case word == "QUIT":
			reply("221 bye")
			return
		default:
			reply("250 ok")
		}
	}
}

func (m *mailbox) take(in *bufio.Reader, to string) {
	var b strings.Builder
	b.WriteString(to + "\r\n")
	for {
		line, err := in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			break
		}
		b.WriteString(line)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mail = append(m.mail, b.String())
}

func (m *mailbox) taken() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.mail...)
}

func (m *mailbox) commands() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.Join(m.seen, " ")
}
