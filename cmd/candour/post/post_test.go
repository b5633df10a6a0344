package post

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candour/models/db/dbtest"
	"candour/models/job"
	"candour/models/letter"
	"candour/models/opaque"
	"candour/models/organisation"
)

// codeOf is the word that the queue would store of an error.
func codeOf(err error) string { return job.Code(err) }

const (
	service = "11111111-2222-3333-4444-555555555555"
	secret  = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
)

func textMessage() letter.Message {
	m := email()
	m.Channel, m.To = letter.Notify, letter.Address{Mobile: "07700 900001"}
	return m
}

// notified is a service that answers as told, and what it was asked.
func notified(t *testing.T, status int, answer string) (*Notify, *[]*http.Request, *[]map[string]any) {
	t.Helper()
	var asked []*http.Request
	var bodies []map[string]any
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		var body map[string]any
		if err := json.Unmarshal(text, &body); err != nil {
			t.Errorf("%v: %s", err, text)
		}
		asked, bodies = append(asked, r), append(bodies, body)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(s.Close)
	n := &Notify{URL: s.URL, Key: "portal-" + service + "-" + secret, TextTemplate: "template-text", EmailTemplate: "template-email", Limit: 5 * time.Second}
	(Ways{Notify: n}).Senders(words)
	return n, &asked, &bodies
}

func TestATextMessageThroughTheService(t *testing.T) {
	n, asked, bodies := notified(t, http.StatusCreated, `{"id":"n-1"}`)
	receipt, err := n.Send(context.Background(), textMessage())
	if err != nil || receipt.Reference != "n-1" || receipt.Digest == "" {
		t.Fatalf("%+v %v", receipt, err)
	}
	if _, err := n.Send(context.Background(), email()); err != nil {
		t.Fatal(err)
	}
	first, second := (*bodies)[0], (*bodies)[1]
	if first["template_id"] != "template-text" || first["phone_number"] != "07700 900001" || first["reference"] != string(opaque.Of("letter")) ||
		second["template_id"] != "template-email" || second["email_address"] != "pat@example.org" || (*asked)[1].URL.Path != "/v2/notifications/email" {
		t.Errorf("%v %v", first, second)
	}
	text := first["personalisation"].(map[string]any)["message"].(string)
	if !strings.Contains(text, "https://portal.example/my/messages") || strings.Contains(text, "object") {
		t.Error(text)
	}
	token := strings.Split(strings.TrimPrefix((*asked)[0].Header.Get("Authorization"), "Bearer "), ".")
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(token[0] + "." + token[1]))
	claims, _ := base64.RawURLEncoding.DecodeString(token[1])
	if base64.RawURLEncoding.EncodeToString(mac.Sum(nil)) != token[2] || !strings.Contains(string(claims), `"iss":"`+service+`"`) {
		t.Errorf("the token does not fit: %v %s", token, claims)
	}
}

func TestFaultsOfTheService(t *testing.T) {
	for _, c := range []struct {
		status  int
		answer  string
		code    string
		bounced bool
	}{
		{429, `{"errors":[{"error":"RateLimitError"}]}`, "notify_busy", false},
		{500, `oops`, "notify_down", false},
		{503, ``, "notify_down", false},
		{403, `{"errors":[{"error":"AuthError"}]}`, "notify_key", false},
		{400, `{"errors":[{"error":"BadRequestError","message":"template missing"}]}`, "notify_refused", false},
		{400, `{"errors":[{"error":"ValidationError","message":"phone_number Not enough digits"}]}`, "", true},
		{201, `not json`, "notify_refused", false},
		{201, `{}`, "notify_refused", false},
		{302, ``, "notify_refused", false},
	} {
		n, _, _ := notified(t, c.status, c.answer)
		_, err := n.Send(context.Background(), textMessage())
		if err == nil || errors.Is(err, letter.ErrBounced) != c.bounced || codeOf(err) != c.code {
			t.Errorf("%d %s: %v (%s)", c.status, c.answer, err, codeOf(err))
		}
	}
	n, _, _ := notified(t, 201, "")
	n.Key = "short"
	if _, err := n.Send(context.Background(), textMessage()); codeOf(err) != "notify_key" {
		t.Error(err)
	}
	n.Key, n.URL = "portal-"+service+"-"+secret, "http://127.0.0.1:1"
	if _, err := n.Send(context.Background(), textMessage()); codeOf(err) != "notify_unreachable" {
		t.Error(err)
	}
}

func TestALetterOnPaperIsAFile(t *testing.T) {
	d := dbtest.SQLite(t)
	partners := organisation.NewStore(d)
	if err := partners.Register(context.Background(), organisation.Organisation{ID: "surgery", ODSCode: "E89901", Name: "Riverside Surgery", Kind: organisation.Practice, State: organisation.Connected}); err != nil {
		t.Fatal(err)
	}
	w := words
	w.Organisations = partners
	f := &Folder{Path: filepath.Join(t.TempDir(), "post"), All: true}
	senders := (Ways{Folder: f}).Senders(w)
	m := email()
	m.Channel, m.As, m.Organisation, m.Format = letter.Paper, letter.Parent, "surgery", letter.LargePrint
	m.To = letter.Address{Post: "Ms Pat Ash\n1 Mill Lane\nMK40 9ZZ"}
	m.Fields = letter.Fields{"reference": "K7M3-Q2P9", "organisation": "surgery", "ground": "not_entitled"}
	var last letter.Receipt
	for range 2 { // sent again it is the same file
		receipt, err := senders[letter.Paper].Send(context.Background(), m)
		if err != nil || last.Reference != "" && receipt != last {
			t.Fatalf("%+v %+v %v", last, receipt, err)
		}
		last = receipt
	}
	page, err := os.ReadFile(filepath.Join(f.Path, last.Reference))
	if err != nil || digest(page) != last.Digest {
		t.Fatal(err)
	}
	for _, part := range []string{"<bdi>Ms Pat Ash</bdi>", "<bdi>MK40 9ZZ</bdi>", "Riverside Surgery has decided", "The person who asked may not decide this", "app-sheet--large", "23 November 2026"} {
		if !strings.Contains(string(page), part) {
			t.Errorf("the letter does not have %q: %s", part, page)
		}
	}
	if _, err := senders[letter.Email].Send(context.Background(), email()); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(f.Path)
	if err != nil || len(files) != 3 {
		t.Fatalf("%v %v", files, err)
	}
	for _, file := range files {
		if info, err := file.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: others may read it: %v %v", file.Name(), info.Mode(), err)
		}
	}
	f.Path = filepath.Join(f.Path, last.Reference, "under a file")
	if _, err := f.Send(context.Background(), m); codeOf(err) != "folder" {
		t.Error(err)
	}
}

// What is set up, and nothing else, has a sender.
func TestOnlyWaysThatAreSetUpHaveASender(t *testing.T) {
	if got := (Ways{}).Senders(words); len(got) != 0 {
		t.Error(got)
	}
	smtp, folder := &SMTP{}, &Folder{}
	got := Ways{SMTP: smtp, Folder: folder, Notify: &Notify{TextTemplate: "t"}}.Senders(words)
	if got[letter.Email] != letter.Sender(smtp) || got[letter.Paper] != letter.Sender(folder) || got[letter.Notify] == nil || len(got) != 3 {
		t.Error(got)
	}
}
