-- +goose Up
-- A session says where it came from and whose it is, so that its owner, an
-- administrator and the identity provider can find it and end it. Those that were
-- open do not say it: whoever is signed in signs in again.
DELETE FROM sessions;
ALTER TABLE sessions ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN provider TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN organisation_id TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX sessions_by_id ON sessions (id);
CREATE INDEX sessions_by_subject ON sessions (issuer, subject);
CREATE INDEX sessions_by_organisation ON sessions (organisation_id);

-- What somebody had typed when their session ended: readable only with the token
-- that their browser has, shown only to the same account. id and place follow from
-- the token, and from the token and the page.
CREATE TABLE drafts (
  id         TEXT NOT NULL,
  place      TEXT NOT NULL,
  account_id TEXT NOT NULL,
  sealed     BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX drafts_by_account ON drafts (account_id);

-- +goose Down
SELECT 1;
