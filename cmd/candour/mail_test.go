package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWaysOutsideAreReadFromTheSettings(t *testing.T) {
	dir := t.TempDir()
	secret, empty := filepath.Join(dir, "secret"), filepath.Join(dir, "empty")
	for path, text := range map[string]string{secret: "hush\n", empty: " \n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if w, err := (Post{}).ways(); err != nil || w.SMTP != nil || w.Notify != nil || w.Folder != nil {
		t.Errorf("nothing is set, and yet %+v %v", w, err)
	}
	w, err := Post{SMTP: "mail.example:587", SMTPFrom: "Candour <no-reply@record.example>", SMTPUser: "u", SMTPPassword: secret, NotifyURL: "https://notify.example",
		NotifyKey: secret, NotifyText: "t", PostFolder: dir}.ways()
	if err != nil || w.SMTP.Password != "hush" || w.SMTP.From.Address != "no-reply@record.example" || w.SMTP.Implicit || w.Notify.Key != "hush" || w.Notify.TextTemplate != "t" || w.Folder.All {
		t.Errorf("%+v %v", w, err)
	}
	for why, p := range map[string]Post{
		"--smtp:":               {SMTP: "mail.example", SMTPFrom: "a@b.example"},
		"--smtp-from":           {SMTP: "mail.example:587"},
		"--smtp-password-file:": {SMTP: "mail.example:587", SMTPFrom: "a@b.example", SMTPUser: "u", SMTPPassword: filepath.Join(dir, "gone")},
		"is empty":              {NotifyURL: "https://notify.example", NotifyKey: empty, NotifyText: "t"},
		"https only":            {NotifyURL: "http://notify.example", NotifyKey: secret, NotifyText: "t"},
		"need --notify-key":     {NotifyText: "t"},
	} {
		if _, err := p.ways(); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%+v: %v, want %q", p, err, why)
		}
	}
	if demo := (DemoCmd{Storage: Storage{Data: dir}}).post(); demo.Folder.Path != filepath.Join(dir, "post") || !demo.Folder.All || demo.SMTP != nil {
		t.Errorf("%+v", demo.Folder)
	}
}
