-- +goose Up
-- Logout tokens that were acted on, until they would be too old anyway: each
-- counts once, whichever node it reaches.
CREATE TABLE logout_tokens (
  id         TEXT PRIMARY KEY,
  expires_at BIGINT NOT NULL
);
CREATE INDEX logout_tokens_by_expiry ON logout_tokens (expires_at);

-- +goose Down
SELECT 1;
