-- +goose Up
-- What is said in an objection, beside its case. Whom it is about is stated in the
-- applicant's words; whether such a person is held is found out by staff and told
-- nobody. token makes sending it twice one request.
CREATE TABLE objections (
  case_id        TEXT PRIMARY KEY,
  token          TEXT NOT NULL UNIQUE,
  subject        TEXT NOT NULL CHECK (subject IN ('self','child','adult')),
  given          TEXT NOT NULL,
  family         TEXT NOT NULL,
  birth_date     TEXT NOT NULL,
  level          TEXT NOT NULL,
  relation       TEXT NOT NULL,
  ground         TEXT NOT NULL,
  answers        TEXT NOT NULL,
  proposed_by    TEXT NOT NULL,
  confirmed_at   INTEGER NOT NULL,
  confirmed_name TEXT NOT NULL,
  coded_at       INTEGER NOT NULL,
  effective_at   INTEGER NOT NULL,
  reversal_at    INTEGER NOT NULL,
  reversed_at    INTEGER NOT NULL,
  review_on      TEXT NOT NULL,
  warned_on      TEXT NOT NULL,
  asked_on       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX objections_to_review ON objections (review_on) WHERE review_on <> '';

-- What was found out while it was looked into: each by a named person, at its time.
CREATE TABLE objection_findings (
  case_id  TEXT NOT NULL,
  seq      INTEGER NOT NULL,
  kind     TEXT NOT NULL CHECK (kind IN ('contact','competence','wish','clinician','authority','position')),
  at       INTEGER NOT NULL,
  by_kind  TEXT NOT NULL,
  by_id    TEXT NOT NULL,
  by_name  TEXT NOT NULL,
  by_role  TEXT NOT NULL,
  outcome  TEXT NOT NULL,
  who      TEXT NOT NULL,
  note     TEXT NOT NULL,
  shown_to TEXT NOT NULL CHECK (shown_to IN ('all','staff','subject','applicant')),
  PRIMARY KEY (case_id, seq)
) STRICT, WITHOUT ROWID;

-- Where the objection is coded, and where only the portal enforces it.
CREATE TABLE objection_partners (
  case_id         TEXT NOT NULL,
  organisation_id TEXT NOT NULL,
  coded_at        INTEGER NOT NULL,
  coded_item      TEXT NOT NULL,
  reversed_at     INTEGER NOT NULL,
  PRIMARY KEY (case_id, organisation_id)
) STRICT, WITHOUT ROWID;

-- What is being filled in: left and taken up again for 30 days.
CREATE TABLE objection_drafts (
  id         TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  answers    TEXT NOT NULL,
  step       TEXT NOT NULL,
  version    INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  case_id    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX objection_drafts_of ON objection_drafts (account_id);
CREATE INDEX objection_drafts_over ON objection_drafts (expires_at);

-- Proof: a synthetic clinician asked for the record, and was denied, or not.
CREATE TABLE objection_probes (
  case_id         TEXT NOT NULL,
  organisation_id TEXT NOT NULL,
  at              INTEGER NOT NULL,
  route           TEXT NOT NULL,
  denied          INTEGER NOT NULL,
  status          INTEGER NOT NULL,
  entry           INTEGER NOT NULL,
  PRIMARY KEY (case_id, at, organisation_id, route)
) STRICT, WITHOUT ROWID;

-- +goose Down
SELECT 1;
