-- +goose Up
-- Instants are whole milliseconds since 1970 in UTC; dates of birth, death and
-- partnership are text as sent (YYYY, YYYY-MM or YYYY-MM-DD).

CREATE TABLE organisations (
  id            TEXT PRIMARY KEY,
  ods_code      TEXT NOT NULL,
  name          TEXT NOT NULL,
  kind          TEXT NOT NULL CHECK (kind IN ('practice','acute','community','mental','social','ambulance','board')),
  in_region     INTEGER NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('planned','connected','suspended','left')),
  connected_on  TEXT NOT NULL,
  left_on       TEXT NOT NULL,
  successor_id  TEXT NOT NULL,
  phone         TEXT NOT NULL,
  contact       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX organisations_by_ods ON organisations (ods_code);
CREATE INDEX organisations_by_successor ON organisations (successor_id);

-- What an organisation was called, and from when: an access of 2024 prints the name of 2024.
CREATE TABLE organisation_names (
  organisation_id TEXT NOT NULL,
  from_on         TEXT NOT NULL,
  name            TEXT NOT NULL,
  PRIMARY KEY (organisation_id, from_on)
) STRICT, WITHOUT ROWID;

-- A source is one feed of one organisation. shared_version counts every change of
-- what its items lean on (practitioners, places, medicines) and of its own state.
CREATE TABLE sources (
  id               TEXT PRIMARY KEY,
  organisation_id  TEXT NOT NULL,
  system_kind      TEXT NOT NULL,
  categories       TEXT NOT NULL,
  state            TEXT NOT NULL CHECK (state IN ('planned','connected','suspended','left')),
  fresh_hours      INTEGER NOT NULL,
  last_received_at INTEGER NOT NULL,
  last_failed_at   INTEGER NOT NULL,
  last_error       TEXT NOT NULL,
  shared_version   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE policies (
  version     TEXT PRIMARY KEY,
  active_from INTEGER NOT NULL,
  body        TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE persons (
  id              TEXT PRIMARY KEY,
  nhs_number      TEXT NOT NULL UNIQUE,
  birth_date      TEXT NOT NULL,
  family          TEXT NOT NULL,
  family_key      TEXT NOT NULL,
  given           TEXT NOT NULL,
  title           TEXT NOT NULL,
  preferred       TEXT NOT NULL,
  gender          TEXT NOT NULL,
  address         TEXT NOT NULL,
  postcode        TEXT NOT NULL,
  postcode_key    TEXT NOT NULL,
  phone           TEXT NOT NULL,
  email           TEXT NOT NULL,
  practice_ods    TEXT NOT NULL,
  died_on         TEXT NOT NULL,
  restricted      INTEGER NOT NULL,
  objected        INTEGER NOT NULL,
  sharing_since   INTEGER NOT NULL,
  record_version  INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX persons_by_name ON persons (family_key, birth_date);
-- A search reads everybody born on one day and compares in the program: the same work, found or not (trust.md T41).
CREATE INDEX persons_by_birth_date ON persons (birth_date);

-- What one source says of a person, under the source's own id. person_id is empty
-- while the patient is held for review. complete_at is the time of the newest whole
-- extract: what is older and was not in it is gone.
CREATE TABLE source_patients (
  source_id   TEXT NOT NULL,
  local_id    TEXT NOT NULL,
  person_id   TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('matched','held','merged')),
  reason      TEXT NOT NULL,
  nhs_number  TEXT NOT NULL,
  birth_date  TEXT NOT NULL,
  family      TEXT NOT NULL,
  hash        BLOB NOT NULL,
  updated_at  INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  complete_at INTEGER NOT NULL DEFAULT 0,
  raw         BLOB NOT NULL,
  PRIMARY KEY (source_id, local_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX source_patients_by_person ON source_patients (person_id);
CREATE INDEX source_patients_by_number ON source_patients (nhs_number);

-- One person's items lie together: the record is read in one sweep.
CREATE TABLE items (
  person_id       TEXT NOT NULL,
  item_id         TEXT NOT NULL,
  source_id       TEXT NOT NULL,
  type            TEXT NOT NULL,
  local_id        TEXT NOT NULL,
  patient_local   TEXT NOT NULL DEFAULT '',
  version         INTEGER NOT NULL,
  hash            BLOB NOT NULL,
  updated_at      INTEGER NOT NULL,
  received_at     INTEGER NOT NULL,
  withheld        TEXT NOT NULL,
  not_for_patient INTEGER NOT NULL,
  raw             BLOB NOT NULL,
  PRIMARY KEY (person_id, item_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX items_by_id ON items (item_id);
CREATE INDEX items_withheld ON items (person_id, source_id) WHERE withheld <> '';

-- What an item said before its present version, so that what was shown can be shown again.
CREATE TABLE item_versions (
  item_id       TEXT NOT NULL,
  version       INTEGER NOT NULL,
  person_id     TEXT NOT NULL,
  superseded_at INTEGER NOT NULL,
  gone          INTEGER NOT NULL,
  raw           BLOB NOT NULL,
  PRIMARY KEY (item_id, version)
) STRICT, WITHOUT ROWID;

-- Resources of people who are not matched (yet), and items that came before their patient.
CREATE TABLE held_resources (
  source_id     TEXT NOT NULL,
  patient_local TEXT NOT NULL,
  type          TEXT NOT NULL,
  local_id      TEXT NOT NULL,
  hash          BLOB NOT NULL,
  updated_at    INTEGER NOT NULL,
  received_at   INTEGER NOT NULL,
  raw           BLOB NOT NULL,
  PRIMARY KEY (source_id, patient_local, type, local_id)
) STRICT, WITHOUT ROWID;

-- Practitioners, roles, places, organisations, medicines, attachments: what items lean on.
CREATE TABLE shared_resources (
  source_id  TEXT NOT NULL,
  type       TEXT NOT NULL,
  local_id   TEXT NOT NULL,
  hash       BLOB NOT NULL,
  updated_at INTEGER NOT NULL,
  withheld   TEXT NOT NULL,
  raw        BLOB NOT NULL,
  PRIMARY KEY (source_id, type, local_id)
) STRICT, WITHOUT ROWID;

-- Other names by which a source refers to a resource: full URLs and Type?identifier=system|value.
CREATE TABLE aliases (
  source_id TEXT NOT NULL,
  alias     TEXT NOT NULL,
  type      TEXT NOT NULL,
  local_id  TEXT NOT NULL,
  PRIMARY KEY (source_id, alias)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
  id          TEXT PRIMARY KEY,
  source_id   TEXT NOT NULL,
  receipt_id  TEXT NOT NULL,
  place       TEXT NOT NULL,
  type        TEXT NOT NULL,
  local_id    TEXT NOT NULL,
  reason      TEXT NOT NULL,
  detail      TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  resolved_at INTEGER NOT NULL,
  raw         BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE receipts (
  id          TEXT PRIMARY KEY,
  source_id   TEXT NOT NULL,
  started_at  INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  complete    INTEGER NOT NULL,
  body        TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The coded objection and its reversal, as each source states them (domain.md a).
-- place is the order of entry within the message.
CREATE TABLE consent_events (
  person_id    TEXT NOT NULL,
  item_id      TEXT NOT NULL,
  source_id    TEXT NOT NULL,
  code         TEXT NOT NULL,
  refused      INTEGER NOT NULL,
  effective_at INTEGER NOT NULL,
  recorded_at  INTEGER NOT NULL,
  place        INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (person_id, item_id)
) STRICT, WITHOUT ROWID;

-- Evidence, found in the feeds, that an organisation is involved in a person's care.
CREATE TABLE relationships (
  person_id       TEXT NOT NULL,
  organisation_id TEXT NOT NULL,
  kind            TEXT NOT NULL CHECK (kind IN ('practice','appointment','admission','encounter','referral','careteam')),
  item_id         TEXT NOT NULL,
  from_at         INTEGER NOT NULL,
  until_at        INTEGER NOT NULL,
  PRIMARY KEY (person_id, organisation_id, kind, item_id)
) STRICT, WITHOUT ROWID;

-- A member of staff has confirmed the evidence, or declared a reason, for one person.
CREATE TABLE claims (
  staff_id        TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  organisation_id TEXT NOT NULL,
  id              TEXT NOT NULL,
  purpose         TEXT NOT NULL,
  basis           TEXT NOT NULL CHECK (basis IN ('evidence','declared')),
  kind            TEXT NOT NULL,
  evidence_item   TEXT NOT NULL,
  reason          TEXT NOT NULL,
  note            TEXT NOT NULL,
  made_at         INTEGER NOT NULL,
  until_at        INTEGER NOT NULL,
  PRIMARY KEY (staff_id, person_id, organisation_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE staff (
  id             TEXT PRIMARY KEY,
  issuer         TEXT NOT NULL,
  subject        TEXT NOT NULL,
  name           TEXT NOT NULL,
  training_until INTEGER NOT NULL,
  UNIQUE (issuer, subject)
) STRICT, WITHOUT ROWID;

-- A patient's sign-in, tied to a person by NHS number, date of birth and family name.
CREATE TABLE accounts (
  id             TEXT PRIMARY KEY,
  issuer         TEXT NOT NULL,
  subject        TEXT NOT NULL,
  person_id      TEXT NOT NULL,
  signed_in_at   INTEGER NOT NULL,
  previous_at    INTEGER NOT NULL,
  UNIQUE (issuer, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  token      TEXT PRIMARY KEY,
  data       BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  account_id TEXT NOT NULL,
  op_sid     TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL,
  agent      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_account ON sessions (account_id);

-- A page made ready: one person's sections for one visibility class and language,
-- valid while key holds. It leaves the store only through the gate.
CREATE TABLE renderings (
  person_id TEXT NOT NULL,
  class     TEXT NOT NULL,
  lang      TEXT NOT NULL,
  key       TEXT NOT NULL,
  set_id    BLOB NOT NULL,
  items     INTEGER NOT NULL,
  crc       INTEGER NOT NULL,
  length    INTEGER NOT NULL,
  body      BLOB NOT NULL,
  sheet     BLOB NOT NULL,
  made_at   INTEGER NOT NULL,
  PRIMARY KEY (person_id, class, lang)
) STRICT, WITHOUT ROWID;

-- The access log. body is the canonical entry, leaf its salted commitment, chain
-- links it to the entry before.
CREATE TABLE audit_entries (
  seq             INTEGER PRIMARY KEY,
  at              INTEGER NOT NULL,
  person_id       TEXT NOT NULL,
  viewer_id       TEXT NOT NULL,
  organisation_id TEXT NOT NULL,
  kind            TEXT NOT NULL,
  outcome         TEXT NOT NULL,
  body            BLOB NOT NULL,
  salt            BLOB NOT NULL,
  leaf            BLOB NOT NULL,
  chain           BLOB NOT NULL
) STRICT;
CREATE INDEX audit_by_person ON audit_entries (person_id, seq);
CREATE INDEX audit_by_person_organisation ON audit_entries (person_id, organisation_id, seq);
CREATE INDEX audit_by_viewer ON audit_entries (viewer_id, at);

-- The ids and versions of what an entry showed, kept once a set: id is the SHA-256 of items.
CREATE TABLE audit_sets (
  id    BLOB PRIMARY KEY,
  items BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_head (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  seq   INTEGER NOT NULL,
  chain BLOB NOT NULL
) STRICT;
INSERT INTO audit_head (id, seq, chain) VALUES (1, 0, zeroblob(32));

-- Counts by person, day (London) and organisation, kept by the transaction that
-- appends the entry, so that the history page never counts rows.
CREATE TABLE audit_days (
  person_id       TEXT NOT NULL,
  day             TEXT NOT NULL,
  organisation_id TEXT NOT NULL,
  fold            TEXT NOT NULL CHECK (fold IN ('staff','own','system')),
  entries         INTEGER NOT NULL,
  last_seq        INTEGER NOT NULL,
  PRIMARY KEY (person_id, day, organisation_id, fold)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_days_by_organisation ON audit_days (person_id, organisation_id, day);

-- +goose StatementBegin
CREATE TRIGGER audit_entries_no_replace BEFORE INSERT ON audit_entries
WHEN EXISTS (SELECT 1 FROM audit_entries WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END;
-- +goose StatementEnd
-- A set stored again is the same set (its id is its hash); anything else under that id is not.
-- +goose StatementBegin
CREATE TRIGGER audit_sets_no_replace BEFORE INSERT ON audit_sets
WHEN EXISTS (SELECT 1 FROM audit_sets WHERE id = NEW.id AND items <> NEW.items)
BEGIN SELECT RAISE(ABORT, 'audit_sets is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_sets_no_update BEFORE UPDATE ON audit_sets
BEGIN SELECT RAISE(ABORT, 'audit_sets is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_sets_no_delete BEFORE DELETE ON audit_sets
BEGIN SELECT RAISE(ABORT, 'audit_sets is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head
WHEN NEW.seq <= OLD.seq
BEGIN SELECT RAISE(ABORT, 'audit_head only moves forward'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_head_no_replace BEFORE INSERT ON audit_head
WHEN EXISTS (SELECT 1 FROM audit_head)
BEGIN SELECT RAISE(ABORT, 'audit_head only moves forward'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'audit_head only moves forward'); END;
-- +goose StatementEnd

-- +goose Down
SELECT 1;
