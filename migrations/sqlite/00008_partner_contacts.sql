-- +goose Up
-- Whom a person asks at a partner, for one purpose: a copy of their record, a
-- complaint, an objection. page is the partner's own procedure.
CREATE TABLE organisation_contacts (
  organisation_id TEXT NOT NULL,
  purpose         TEXT NOT NULL CHECK (purpose IN ('copies','complaints','objections')),
  phone           TEXT NOT NULL,
  email           TEXT NOT NULL,
  page            TEXT NOT NULL,
  PRIMARY KEY (organisation_id, purpose)
) STRICT, WITHOUT ROWID;

-- What waits for somebody's decision is counted on the status page.
CREATE INDEX quarantine_open ON quarantine (received_at) WHERE resolved_at = 0;
CREATE INDEX source_patients_held ON source_patients (received_at) WHERE state = 'held';

-- +goose Down
DROP INDEX source_patients_held;
DROP INDEX quarantine_open;
DROP TABLE organisation_contacts;
