-- +goose Up
-- Files that prove who may act for another. matter_id is the draft that they came
-- with, which stays the request's token (objections.token) once it is sent. What is in
-- a file is encrypted under a key of its own (evidence_bodies), apart, so that a list
-- never reads it.
CREATE TABLE evidence (
  id         TEXT PRIMARY KEY,
  matter_id  TEXT NOT NULL,
  account_id TEXT NOT NULL,
  by_name    TEXT NOT NULL,
  name       TEXT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('application/pdf','image/jpeg','image/png')),
  size       BIGINT NOT NULL,
  added_at   BIGINT NOT NULL
);
CREATE INDEX evidence_of ON evidence (matter_id, added_at);

CREATE TABLE evidence_bodies (
  evidence_id TEXT PRIMARY KEY,
  key_id      TEXT NOT NULL,
  data_key    BYTEA NOT NULL,
  sealed      BYTEA NOT NULL
);

-- With a draft that is thrown away, or whose time is over, its files go; with one that
-- was sent they stay.
-- +goose StatementBegin
CREATE FUNCTION evidence_goes_with_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.case_id = '' THEN
    DELETE FROM evidence_bodies WHERE evidence_id IN (SELECT id FROM evidence WHERE matter_id = OLD.id);
    DELETE FROM evidence WHERE matter_id = OLD.id;
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER evidence_goes_with_draft AFTER DELETE ON objection_drafts FOR EACH ROW EXECUTE FUNCTION evidence_goes_with_draft();
CREATE TRIGGER evidence_as_sent BEFORE UPDATE ON evidence FOR EACH ROW EXECUTE FUNCTION candour_append_only();

-- +goose Down
SELECT 1;
