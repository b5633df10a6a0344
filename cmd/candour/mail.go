package main

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"candour/cmd/candour/post"
)

// Post is how people hear of their letters beside the portal. What is not set is not
// used: everything can always be read in the portal.
type Post struct {
	SMTP         string `name:"smtp" env:"CANDOUR_SMTP" help:"Mail server for emails, host:port. The way to it is encrypted or nothing is sent." placeholder:"ADDRESS"`
	SMTPTLS      string `name:"smtp-tls" env:"CANDOUR_SMTP_TLS" enum:"starttls,implicit" default:"starttls" help:"How the way is encrypted: starttls, or implicit (port 465)."`
	SMTPFrom     string `name:"smtp-from" env:"CANDOUR_SMTP_FROM" help:"Sender of emails, for instance Candour <no-reply@record.example>." placeholder:"ADDRESS"`
	SMTPUser     string `name:"smtp-user" env:"CANDOUR_SMTP_USER" help:"User at the mail server; none when empty."`
	SMTPPassword string `name:"smtp-password-file" env:"CANDOUR_SMTP_PASSWORD_FILE" help:"File with the password at the mail server." placeholder:"FILE"`

	NotifyURL   string `name:"notify-url" env:"CANDOUR_NOTIFY_URL" default:"https://api.notifications.service.gov.uk" help:"Address of GOV.UK Notify, or of a service like it." placeholder:"URL"`
	NotifyKey   string `name:"notify-key-file" env:"CANDOUR_NOTIFY_KEY_FILE" help:"File with the key of that service." placeholder:"FILE"`
	NotifyText  string `name:"notify-text-template" env:"CANDOUR_NOTIFY_TEXT_TEMPLATE" help:"Its template for text messages, with the place ((message))." placeholder:"ID"`
	NotifyEmail string `name:"notify-email-template" env:"CANDOUR_NOTIFY_EMAIL_TEMPLATE" help:"Its template for emails, with the places ((subject)) and ((message)); --smtp wins." placeholder:"ID"`

	PostFolder string `name:"post-folder" env:"CANDOUR_POST_FOLDER" help:"Folder into which letters on paper are put, to be printed and posted." placeholder:"DIR"`
}

// ways reads the settings, and the secrets that they name.
func (p Post) ways() (post.Ways, error) {
	var w post.Ways
	if p.PostFolder != "" {
		w.Folder = &post.Folder{Path: p.PostFolder}
	}
	if p.SMTP != "" {
		var err error
		if w.SMTP, err = p.smtp(); err != nil {
			return w, err
		}
	}
	if p.NotifyKey == "" {
		if p.NotifyText != "" || p.NotifyEmail != "" {
			return w, errors.New("--notify-text-template and --notify-email-template need --notify-key-file")
		}
		return w, nil
	}
	u, err := url.Parse(p.NotifyURL)
	if err != nil || u.Host == "" || u.Scheme != "https" && !net.ParseIP(u.Hostname()).IsLoopback() {
		return w, fmt.Errorf("--notify-url %s: people's telephone numbers travel over https only", p.NotifyURL)
	}
	key, err := secretIn("notify-key-file", p.NotifyKey)
	w.Notify = &post.Notify{URL: p.NotifyURL, Key: key, TextTemplate: p.NotifyText, EmailTemplate: p.NotifyEmail}
	return w, err
}

func (p Post) smtp() (*post.SMTP, error) {
	if _, _, err := net.SplitHostPort(p.SMTP); err != nil {
		return nil, fmt.Errorf("--smtp: %w", err)
	}
	from, err := mail.ParseAddress(p.SMTPFrom)
	if err != nil {
		return nil, fmt.Errorf("--smtp-from %q: %w", p.SMTPFrom, err)
	}
	s := &post.SMTP{Address: p.SMTP, From: *from, User: p.SMTPUser, Implicit: p.SMTPTLS == "implicit"}
	if p.SMTPUser != "" {
		s.Password, err = secretIn("smtp-password-file", p.SMTPPassword)
	}
	return s, err
}

// secretIn reads a secret from its file.
func secretIn(setting, path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("--%s: %w", setting, err)
	}
	if secret := strings.TrimSpace(string(text)); secret != "" {
		return secret, nil
	}
	return "", fmt.Errorf("--%s: %s is empty", setting, path)
}

// post puts everything that the demonstration would send into a folder: nobody is
// written to who is made up.
func (d DemoCmd) post() post.Ways {
	folder := filepath.Join(filepath.Dir(Storage{Data: d.Data}.DSN("data/demo")), "post")
	return post.Ways{Folder: &post.Folder{Path: folder, All: true}}
}
