-- +goose Up
-- Who logged out at a provider lately: a sign-in that was under way at that moment
-- comes to nothing. id names the provider and the session or person there, without
-- telling them.
CREATE TABLE logouts (
  id         TEXT PRIMARY KEY,
  at         BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX logouts_by_expiry ON logouts (expires_at);

-- When the owner of a session proved who they are, by the provider's clock: a
-- logout is told by the same clock. 0 when it is not known.
ALTER TABLE sessions ADD COLUMN proven_at BIGINT NOT NULL DEFAULT 0;

-- +goose Down
SELECT 1;
