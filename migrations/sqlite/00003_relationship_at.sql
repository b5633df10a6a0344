-- +goose Up
-- When the event itself happens: an appointment counts as evidence for some days
-- before it (from_at), and is still dated as it is.
ALTER TABLE relationships ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
UPDATE relationships SET at = from_at;

-- +goose Down
ALTER TABLE relationships DROP COLUMN at;
