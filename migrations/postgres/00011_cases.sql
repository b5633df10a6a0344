-- +goose Up
-- What all cases share: a request of somebody, held by one organisation. person_id
-- is empty while it is not known whom it is about. due_on is the earliest end of
-- its running terms, 9999-12-31 while the clock stands still; closed_at 0 is open.
CREATE TABLE cases (
  id              TEXT PRIMARY KEY,
  ref             TEXT NOT NULL UNIQUE,
  kind            TEXT NOT NULL CHECK (kind IN ('objection','copy','complaint','enquiry')),
  person_id       TEXT NOT NULL,
  about_name      TEXT NOT NULL,
  organisation_id TEXT NOT NULL,
  route           TEXT NOT NULL CHECK (route IN ('portal','phone','letter','desk')),
  taken_by        TEXT NOT NULL,
  taken_name      TEXT NOT NULL,
  opened_at       BIGINT NOT NULL,
  received_on     TEXT NOT NULL,
  due_on          TEXT NOT NULL,
  state           TEXT NOT NULL,
  closed_at       BIGINT NOT NULL,
  assigned_to     TEXT NOT NULL,
  assigned_name   TEXT NOT NULL,
  locked_by       TEXT NOT NULL,
  locked_name     TEXT NOT NULL,
  locked_at       BIGINT NOT NULL,
  alarm           TEXT NOT NULL,
  alarm_at        BIGINT NOT NULL,
  version         BIGINT NOT NULL,
  changed_at      BIGINT NOT NULL
);
-- The queue reads these in order and stops after a page; they hold what it filters and counts by.
CREATE INDEX cases_open_by_due ON cases (organisation_id, due_on, id, assigned_to, state, kind, alarm) WHERE closed_at = 0;
CREATE INDEX cases_open_by_age ON cases (organisation_id, opened_at, id) WHERE closed_at = 0;
CREATE INDEX cases_open_by_change ON cases (organisation_id, changed_at, id) WHERE closed_at = 0;
CREATE INDEX cases_open_by_worker ON cases (organisation_id, assigned_to, due_on, id) WHERE closed_at = 0;
CREATE INDEX cases_open_alarms ON cases (organisation_id, due_on, id) WHERE closed_at = 0 AND alarm <> '';
CREATE INDEX cases_closed ON cases (organisation_id, changed_at, id) WHERE closed_at > 0;
CREATE INDEX cases_open_by_state ON cases (kind, state, id) WHERE closed_at = 0;
CREATE INDEX cases_of ON cases (person_id);

-- Everything that happened to a case, written with the change itself; version is
-- the case's after it. shown_to says who may read it: the child's own words are not
-- their parents' to read.
CREATE TABLE case_events (
  case_id    TEXT NOT NULL,
  seq        BIGINT NOT NULL,
  at         BIGINT NOT NULL,
  version    BIGINT NOT NULL,
  kind       TEXT NOT NULL,
  from_state TEXT NOT NULL,
  to_state   TEXT NOT NULL,
  by_kind    TEXT NOT NULL,
  by_id      TEXT NOT NULL,
  by_name    TEXT NOT NULL,
  by_role    TEXT NOT NULL,
  reason     TEXT NOT NULL,
  detail     TEXT NOT NULL,
  shown_to   TEXT NOT NULL CHECK (shown_to IN ('all','staff','subject','applicant')),
  PRIMARY KEY (case_id, seq)
);

-- Accounts that made a case or joined it.
CREATE TABLE case_parties (
  case_id    TEXT NOT NULL,
  account_id TEXT NOT NULL,
  role       TEXT NOT NULL CHECK (role IN ('self','representative')),
  name       TEXT NOT NULL,
  PRIMARY KEY (case_id, account_id)
);
CREATE INDEX case_parties_by_account ON case_parties (account_id);

-- Messages both ways, and notes of staff. Nothing is removed: what was wrong is struck.
CREATE TABLE case_texts (
  case_id   TEXT NOT NULL,
  seq       BIGINT NOT NULL,
  kind      TEXT NOT NULL CHECK (kind IN ('note','message')),
  at        BIGINT NOT NULL,
  by_kind   TEXT NOT NULL,
  by_id     TEXT NOT NULL,
  by_name   TEXT NOT NULL,
  body      TEXT NOT NULL,
  shown_to  TEXT NOT NULL CHECK (shown_to IN ('all','staff','subject','applicant')),
  read_at   BIGINT NOT NULL,
  struck_at BIGINT NOT NULL,
  struck_by TEXT NOT NULL,
  PRIMARY KEY (case_id, seq)
);

-- The clocks of a case: one matter may have several at once.
CREATE TABLE case_terms (
  case_id TEXT NOT NULL,
  name    TEXT NOT NULL,
  term    TEXT NOT NULL,
  PRIMARY KEY (case_id, name)
);

-- An assignment of many at once, so that it can be undone.
CREATE TABLE case_batches (
  id        TEXT NOT NULL,
  case_id   TEXT NOT NULL,
  by_id     TEXT NOT NULL,
  at        BIGINT NOT NULL,
  was_to    TEXT NOT NULL,
  was_name  TEXT NOT NULL,
  version   BIGINT NOT NULL,
  undone_at BIGINT NOT NULL,
  PRIMARY KEY (id, case_id)
);

-- Filters that somebody gave a name, for themselves or for all of the organisation.
CREATE TABLE case_views (
  id              TEXT PRIMARY KEY,
  organisation_id TEXT NOT NULL,
  staff_id        TEXT NOT NULL,
  shared          BIGINT NOT NULL,
  name            TEXT NOT NULL,
  query           TEXT NOT NULL
);
CREATE INDEX case_views_of ON case_views (organisation_id, staff_id);

-- +goose Down
SELECT 1;
