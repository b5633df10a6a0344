package web

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"
)

// What somebody had typed when their session ended waits in the drafts table for
// them to sign in again. The key is in a cookie of their browser alone, so that
// the table gives nothing away; the account stands beside it, so that the browser
// gives nothing to the next person.
const (
	draftLife  = time.Hour
	draftLimit = 20 // an account has at most so many at once
)

var errDrafts = errors.New("web: too many drafts of one account")

// draftKeys are the two names of a draft, which do not tell the token, and the key
// to it.
func draftKeys(token, page string) (id, place string, seal cipher.AEAD, err error) {
	derive := func(what string, size int) []byte {
		var b []byte
		if err == nil {
			b, err = hkdf.Key(sha256.New, []byte(token), nil, what, size)
		}
		return b
	}
	id = base64.RawURLEncoding.EncodeToString(derive("candour draft 1: browser", 16))
	place = base64.RawURLEncoding.EncodeToString(derive("candour draft 1: page "+page, 16))
	block, wrong := aes.NewCipher(derive("candour draft 1: key "+page, 32))
	if err != nil || wrong != nil {
		return "", "", nil, errors.Join(err, wrong)
	}
	seal, err = cipher.NewGCM(block)
	return id, place, seal, err
}

func (s *Sessions) saveDraft(ctx context.Context, token, account, page string, typed Values) error {
	id, place, seal, err := draftKeys(token, page)
	if err != nil {
		return fmt.Errorf("web: draft: %w", err)
	}
	text, err := json.Marshal(typed)
	if err != nil {
		return fmt.Errorf("web: draft: %w", err)
	}
	nonce := make([]byte, seal.NonceSize(), seal.NonceSize()+len(text)+seal.Overhead())
	rand.Read(nonce)
	sealed := seal.Seal(nonce, nonce, text, s.sealedFor(account))
	now := s.clock()
	return s.db.Do(ctx, func(ctx context.Context) error {
		if _, err := s.db.Exec(ctx, "DELETE FROM drafts WHERE expires_at <= ? OR id = ? AND place = ?", now.UnixMilli(), id, place); err != nil {
			return err
		}
		q, err := s.db.QueryRow(ctx, "SELECT count(*) FROM drafts WHERE account_id = ?", account)
		if err != nil {
			return err
		}
		var n int
		if err := q.Scan(&n); err != nil {
			return err
		}
		if n >= draftLimit {
			return errDrafts
		}
		_, err = s.db.Exec(ctx, "INSERT INTO drafts (id, place, account_id, sealed, expires_at) VALUES (?, ?, ?, ?, ?)",
			id, place, account, sealed, now.Add(draftLife).UnixMilli())
		return err
	})
}

// sealedFor binds a draft to its account.
func (s *Sessions) sealedFor(account string) []byte {
	if s.config.off.draftOwner {
		return nil
	}
	return []byte(account)
}

// readDraft is what the account had typed on the page, or nil. Another account's
// does not open, whoever asks.
func (s *Sessions) readDraft(ctx context.Context, token, account, page string) (Values, error) {
	id, place, seal, err := draftKeys(token, page)
	if err != nil {
		return nil, fmt.Errorf("web: draft: %w", err)
	}
	q, err := s.db.QueryRow(ctx, "SELECT sealed FROM drafts WHERE id = ? AND place = ? AND (account_id = ? OR ?) AND expires_at > ?", id, place, account, s.config.off.draftOwner, s.clock().UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("web: draft: %w", err)
	}
	var sealed []byte
	if err := q.Scan(&sealed); errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("web: draft: %w", err)
	}
	if len(sealed) < seal.NonceSize() {
		return nil, errors.New("web: draft: it is too short")
	}
	text, err := seal.Open(nil, sealed[:seal.NonceSize()], sealed[seal.NonceSize():], s.sealedFor(account))
	if err != nil {
		return nil, fmt.Errorf("web: draft: %w", err)
	}
	var typed Values
	if err := json.Unmarshal(text, &typed); err != nil {
		return nil, fmt.Errorf("web: draft: %w", err)
	}
	return typed, nil
}

// forgetDraft removes one page's draft and tells whether the browser has others.
func (s *Sessions) forgetDraft(ctx context.Context, token, page string) (others bool, err error) {
	id, place, _, err := draftKeys(token, page)
	if err != nil {
		return true, fmt.Errorf("web: draft: %w", err)
	}
	err = s.db.Do(ctx, func(ctx context.Context) error {
		if _, err := s.db.Exec(ctx, "DELETE FROM drafts WHERE id = ? AND place = ?", id, place); err != nil {
			return err
		}
		q, err := s.db.QueryRow(ctx, "SELECT count(*) FROM drafts WHERE id = ?", id)
		if err != nil {
			return err
		}
		var n int
		err = q.Scan(&n)
		others = n > 0
		return err
	})
	return others, err
}

// forgetDrafts removes what the browser has of any account but one, or of all.
func (s *Sessions) forgetDrafts(ctx context.Context, token, but string) (removed int64, err error) {
	id, _, _, err := draftKeys(token, "")
	if err != nil {
		return 0, fmt.Errorf("web: draft: %w", err)
	}
	return s.end(ctx, func(ctx context.Context) (sql.Result, error) {
		return s.db.Exec(ctx, "DELETE FROM drafts WHERE id = ? AND account_id <> ?", id, but)
	})
}

// draftCookie is the name of the cookie; like the session's it belongs to this
// host alone.
func (a *App) draftCookie() string {
	if a.secure {
		return "__Host-candour-draft"
	}
	return "candour-draft"
}

func (a *App) heldDraft(c *fiber.Ctx) string {
	token := string(c.Request().Header.Cookie(a.draftCookie()))
	if b, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(b) != 32 {
		return ""
	}
	return token
}

// draftToken is the one the browser has, or else one that follows from its
// session's cookie: two tabs that keep something at once come to the same.
func (a *App) draftToken(c *fiber.Ctx) string {
	if token := a.heldDraft(c); token != "" {
		return token
	}
	b, err := hkdf.Key(sha256.New, c.Request().Header.Cookie(a.Sessions.scs.Cookie.Name), nil, "candour draft 1: token", 32)
	if err != nil {
		b = make([]byte, 32)
		rand.Read(b)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func (a *App) setDraftCookie(c *fiber.Ctx, token string) {
	cookie := &fiber.Cookie{Name: a.draftCookie(), Value: token, Path: "/", MaxAge: int(draftLife.Seconds()),
		Secure: a.secure, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode}
	if token == "" {
		cookie.Expires = time.Unix(1, 0)
	}
	c.Cookie(cookie)
}

// Typed is what the viewer had typed on this page when their session ended, or
// nil. It is shown until the form is sent.
func Typed(c *fiber.Ctx) Values {
	r := of(c)
	if r.app == nil || r.session == nil || !r.session.row.found || r.session.row.account == "" {
		return nil
	}
	token := r.app.heldDraft(c)
	if token == "" {
		return nil
	}
	typed, err := r.app.Sessions.readDraft(c.UserContext(), token, r.session.row.account, c.Path())
	if err != nil {
		r.app.config.Logger.Warn("typed text not read", "request", r.id, "error", err)
		return nil
	}
	r.typed = typed != nil
	return typed
}

// Waiting tells whether this browser has put something by.
func Waiting(c *fiber.Ctx) bool { r := of(c); return r.app != nil && r.app.heldDraft(c) != "" }

// forgetTyped drops the draft of a form that was sent.
func (a *App) forgetTyped(c *fiber.Ctx, r *Route) {
	token := a.heldDraft(c)
	if token == "" || len(r.Keep) == 0 {
		return
	}
	others, err := a.Sessions.forgetDraft(c.UserContext(), token, r.shownAt(c))
	if err != nil {
		a.config.Logger.Warn("draft not removed", "request", of(c).id, "error", err)
	} else if !others {
		a.setDraftCookie(c, "")
	}
}

// dropDrafts leaves in this browser the drafts of one account only: of nobody when
// it signs out.
func dropDrafts(c *fiber.Ctx, account string) {
	r := of(c)
	if r.app == nil || r.app.config.off.draftOwner {
		return
	}
	token := r.app.heldDraft(c)
	if token == "" {
		return
	}
	removed, err := r.app.Sessions.forgetDrafts(c.UserContext(), token, account)
	if err != nil {
		r.app.config.Logger.Warn("drafts not removed", "request", r.id, "error", err)
	}
	if account == "" || removed > 0 || err != nil {
		r.app.setDraftCookie(c, "")
	}
}
