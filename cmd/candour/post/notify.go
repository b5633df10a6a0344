package post

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"candour/models/job"
	"candour/models/letter"
)

// Notify is a service with the interface of GOV.UK Notify (version 2): a template
// there with the places ((message)) and, for an e-mail, ((subject)).
type Notify struct {
	URL           string
	Key           string // name, id of the service and secret, as the service gives it out
	TextTemplate  string
	EmailTemplate string
	Limit         time.Duration // 20 seconds when 0
	words         Words
	client        *http.Client
}

const uuid = 36 // letters of one

// Send has the service send one text message or e-mail.
func (n *Notify) Send(ctx context.Context, m letter.Message) (letter.Receipt, error) {
	limit := n.Limit
	if limit <= 0 {
		limit = 20 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	subject, text := n.words.outside(ctx, m)
	path, wanted := "/v2/notifications/sms", map[string]any{"reference": string(m.ID), "phone_number": m.To.Mobile, "template_id": n.TextTemplate,
		"personalisation": map[string]string{"message": text}}
	if m.Channel == letter.Email {
		path, wanted = "/v2/notifications/email", map[string]any{"reference": string(m.ID), "email_address": m.To.Email, "template_id": n.EmailTemplate,
			"personalisation": map[string]string{"subject": subject, "message": text}}
	}
	body, err := json.Marshal(wanted)
	if err != nil {
		return letter.Receipt{}, fmt.Errorf("post: notify: %w", err)
	}
	reference, err := n.ask(ctx, path, body)
	if err != nil {
		return letter.Receipt{}, err
	}
	return letter.Receipt{Reference: reference, Digest: digest(body)}, nil
}

func (n *Notify) ask(ctx context.Context, path string, body []byte) (string, error) {
	token, err := n.token()
	if err != nil {
		return "", job.Because("notify_key", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(n.URL, "/")+path, bytes.NewReader(body))
	if err != nil {
		return "", job.Because("notify_address", err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	res, err := n.client.Do(req)
	if err != nil {
		return "", job.Because("notify_unreachable", fmt.Errorf("post: notify: %w", err))
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil {
		return "", job.Because("notify_broken", fmt.Errorf("post: notify: %w", err))
	}
	return understood(res.StatusCode, text)
}

// understood reads the service's answer: its id for the message, or why not.
func understood(status int, text []byte) (string, error) {
	var said struct {
		ID     string `json:"id"`
		Errors []struct {
			Error   string `json:"error"`
			Message string `json:"message"`
		} `json:"errors"`
	}
	err := json.Unmarshal(text, &said)
	failed := fmt.Errorf("post: notify: status %d", status)
	switch {
	case status == http.StatusCreated && err == nil && said.ID != "":
		return said.ID, nil
	case status == http.StatusTooManyRequests:
		return "", job.Because("notify_busy", failed)
	case status >= 500:
		return "", job.Because("notify_down", failed)
	case status == http.StatusForbidden || status == http.StatusUnauthorized:
		return "", job.Because("notify_key", failed)
	case status == http.StatusBadRequest:
		for _, e := range said.Errors {
			if e.Error == "ValidationError" && (strings.HasPrefix(e.Message, "phone_number ") || strings.HasPrefix(e.Message, "email_address ")) {
				return "", letter.ErrBounced
			}
		}
	}
	return "", job.Because("notify_refused", failed)
}

// token is what the service knows us by: a JSON Web Token of the service's id and the
// time, signed with its secret.
func (n *Notify) token() (string, error) {
	if len(n.Key) < 2*uuid+1 {
		return "", errors.New("post: notify: the key is too short")
	}
	secret, service := n.Key[len(n.Key)-uuid:], n.Key[len(n.Key)-2*uuid-1:len(n.Key)-uuid-1]
	claims, err := json.Marshal(map[string]any{"iss": service, "iat": n.words.Clock().Unix()})
	if err != nil {
		return "", fmt.Errorf("post: notify: %w", err)
	}
	part := base64.RawURLEncoding.EncodeToString
	signed := part([]byte(`{"typ":"JWT","alg":"HS256"}`)) + "." + part(claims)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(signed)) // never fails
	return signed + "." + part(mac.Sum(nil)), nil
}
