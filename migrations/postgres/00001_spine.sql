-- +goose Up
-- Instants are whole milliseconds since 1970 in UTC; dates of birth, death and
-- partnership are text as sent (YYYY, YYYY-MM or YYYY-MM-DD).

CREATE TABLE organisations (
  id            TEXT PRIMARY KEY,
  ods_code      TEXT NOT NULL,
  name          TEXT NOT NULL,
  kind          TEXT NOT NULL CHECK (kind IN ('practice','acute','community','mental','social','ambulance','board')),
  in_region     BOOLEAN NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('planned','connected','suspended','left')),
  connected_on  TEXT NOT NULL,
  left_on       TEXT NOT NULL,
  successor_id  TEXT NOT NULL,
  phone         TEXT NOT NULL,
  contact       TEXT NOT NULL
);
CREATE INDEX organisations_by_ods ON organisations (ods_code);
CREATE INDEX organisations_by_successor ON organisations (successor_id);

-- What an organisation was called, and from when: an access of 2024 prints the name of 2024.
CREATE TABLE organisation_names (
  organisation_id TEXT NOT NULL,
  from_on         TEXT NOT NULL,
  name            TEXT NOT NULL,
  PRIMARY KEY (organisation_id, from_on)
);

-- A source is one feed of one organisation. shared_version counts every change of
-- what its items lean on (practitioners, places, medicines) and of its own state.
CREATE TABLE sources (
  id               TEXT PRIMARY KEY,
  organisation_id  TEXT NOT NULL,
  system_kind      TEXT NOT NULL,
  categories       TEXT NOT NULL,
  state            TEXT NOT NULL CHECK (state IN ('planned','connected','suspended','left')),
  fresh_hours      BIGINT NOT NULL,
  last_received_at BIGINT NOT NULL,
  last_failed_at   BIGINT NOT NULL,
  last_error       TEXT NOT NULL,
  shared_version   BIGINT NOT NULL
);

CREATE TABLE policies (
  version     TEXT PRIMARY KEY,
  active_from BIGINT NOT NULL,
  body        TEXT NOT NULL
);

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
  restricted      BOOLEAN NOT NULL,
  objected        BOOLEAN NOT NULL,
  sharing_since   BIGINT NOT NULL,
  record_version  BIGINT NOT NULL,
  updated_at      BIGINT NOT NULL
);
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
  hash        BYTEA NOT NULL,
  updated_at  BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  complete_at BIGINT NOT NULL DEFAULT 0,
  raw         BYTEA NOT NULL,
  PRIMARY KEY (source_id, local_id)
);
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
  version         BIGINT NOT NULL,
  hash            BYTEA NOT NULL,
  updated_at      BIGINT NOT NULL,
  received_at     BIGINT NOT NULL,
  withheld        TEXT NOT NULL,
  not_for_patient BOOLEAN NOT NULL,
  raw             BYTEA NOT NULL,
  PRIMARY KEY (person_id, item_id)
);
CREATE UNIQUE INDEX items_by_id ON items (item_id);
CREATE INDEX items_withheld ON items (person_id, source_id) WHERE withheld <> '';

-- What an item said before its present version, so that what was shown can be shown again.
CREATE TABLE item_versions (
  item_id       TEXT NOT NULL,
  version       BIGINT NOT NULL,
  person_id     TEXT NOT NULL,
  superseded_at BIGINT NOT NULL,
  gone          BOOLEAN NOT NULL,
  raw           BYTEA NOT NULL,
  PRIMARY KEY (item_id, version)
);

-- Resources of people who are not matched (yet), and items that came before their patient.
CREATE TABLE held_resources (
  source_id     TEXT NOT NULL,
  patient_local TEXT NOT NULL,
  type          TEXT NOT NULL,
  local_id      TEXT NOT NULL,
  hash          BYTEA NOT NULL,
  updated_at    BIGINT NOT NULL,
  received_at   BIGINT NOT NULL,
  raw           BYTEA NOT NULL,
  PRIMARY KEY (source_id, patient_local, type, local_id)
);

-- Practitioners, roles, places, organisations, medicines, attachments: what items lean on.
CREATE TABLE shared_resources (
  source_id  TEXT NOT NULL,
  type       TEXT NOT NULL,
  local_id   TEXT NOT NULL,
  hash       BYTEA NOT NULL,
  updated_at BIGINT NOT NULL,
  withheld   TEXT NOT NULL,
  raw        BYTEA NOT NULL,
  PRIMARY KEY (source_id, type, local_id)
);

-- Other names by which a source refers to a resource: full URLs and Type?identifier=system|value.
CREATE TABLE aliases (
  source_id TEXT NOT NULL,
  alias     TEXT NOT NULL,
  type      TEXT NOT NULL,
  local_id  TEXT NOT NULL,
  PRIMARY KEY (source_id, alias)
);

CREATE TABLE quarantine (
  id          TEXT PRIMARY KEY,
  source_id   TEXT NOT NULL,
  receipt_id  TEXT NOT NULL,
  place       TEXT NOT NULL,
  type        TEXT NOT NULL,
  local_id    TEXT NOT NULL,
  reason      TEXT NOT NULL,
  detail      TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  resolved_at BIGINT NOT NULL,
  raw         BYTEA NOT NULL
);

CREATE TABLE receipts (
  id          TEXT PRIMARY KEY,
  source_id   TEXT NOT NULL,
  started_at  BIGINT NOT NULL,
  finished_at BIGINT NOT NULL,
  complete    BOOLEAN NOT NULL,
  body        TEXT NOT NULL
);

-- The coded objection and its reversal, as each source states them (domain.md a).
-- place is the order of entry within the message.
CREATE TABLE consent_events (
  person_id    TEXT NOT NULL,
  item_id      TEXT NOT NULL,
  source_id    TEXT NOT NULL,
  code         TEXT NOT NULL,
  refused      BOOLEAN NOT NULL,
  effective_at BIGINT NOT NULL,
  recorded_at  BIGINT NOT NULL,
  place        BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (person_id, item_id)
);

-- Evidence, found in the feeds, that an organisation is involved in a person's care.
CREATE TABLE relationships (
  person_id       TEXT NOT NULL,
  organisation_id TEXT NOT NULL,
  kind            TEXT NOT NULL CHECK (kind IN ('practice','appointment','admission','encounter','referral','careteam')),
  item_id         TEXT NOT NULL,
  from_at         BIGINT NOT NULL,
  until_at        BIGINT NOT NULL,
  PRIMARY KEY (person_id, organisation_id, kind, item_id)
);

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
  made_at         BIGINT NOT NULL,
  until_at        BIGINT NOT NULL,
  PRIMARY KEY (staff_id, person_id, organisation_id, id)
);

CREATE TABLE staff (
  id             TEXT PRIMARY KEY,
  issuer         TEXT NOT NULL,
  subject        TEXT NOT NULL,
  name           TEXT NOT NULL,
  training_until BIGINT NOT NULL,
  UNIQUE (issuer, subject)
);

-- A patient's sign-in, tied to a person by NHS number, date of birth and family name.
CREATE TABLE accounts (
  id             TEXT PRIMARY KEY,
  issuer         TEXT NOT NULL,
  subject        TEXT NOT NULL,
  person_id      TEXT NOT NULL,
  signed_in_at   BIGINT NOT NULL,
  previous_at    BIGINT NOT NULL,
  UNIQUE (issuer, subject)
);

CREATE TABLE sessions (
  token      TEXT PRIMARY KEY,
  data       BYTEA NOT NULL,
  expires_at BIGINT NOT NULL,
  account_id TEXT NOT NULL,
  op_sid     TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at    BIGINT NOT NULL,
  agent      TEXT NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account_id);

-- A page made ready: one person's sections for one visibility class and language,
-- valid while key holds. It leaves the store only through the gate.
CREATE TABLE renderings (
  person_id TEXT NOT NULL,
  class     TEXT NOT NULL,
  lang      TEXT NOT NULL,
  key       TEXT NOT NULL,
  set_id    BYTEA NOT NULL,
  items     BIGINT NOT NULL,
  crc       BIGINT NOT NULL,
  length    BIGINT NOT NULL,
  body      BYTEA NOT NULL,
  sheet     BYTEA NOT NULL,
  made_at   BIGINT NOT NULL,
  PRIMARY KEY (person_id, class, lang)
);

-- The access log. body is the canonical entry, leaf its salted commitment, chain
-- links it to the entry before.
CREATE TABLE audit_entries (
  seq             BIGINT PRIMARY KEY,
  at              BIGINT NOT NULL,
  person_id       TEXT NOT NULL,
  viewer_id       TEXT NOT NULL,
  organisation_id TEXT NOT NULL,
  kind            TEXT NOT NULL,
  outcome         TEXT NOT NULL,
  body            BYTEA NOT NULL,
  salt            BYTEA NOT NULL,
  leaf            BYTEA NOT NULL,
  chain           BYTEA NOT NULL
);
CREATE INDEX audit_by_person ON audit_entries (person_id, seq);
CREATE INDEX audit_by_person_organisation ON audit_entries (person_id, organisation_id, seq);
CREATE INDEX audit_by_viewer ON audit_entries (viewer_id, at);

-- The ids and versions of what an entry showed, kept once a set: id is the SHA-256 of items.
CREATE TABLE audit_sets (
  id    BYTEA PRIMARY KEY,
  items BYTEA NOT NULL
);

CREATE TABLE audit_head (
  id    BIGINT PRIMARY KEY CHECK (id = 1),
  seq   BIGINT NOT NULL,
  chain BYTEA NOT NULL
);
INSERT INTO audit_head (id, seq, chain) VALUES (1, 0, decode(repeat('00', 32), 'hex'));

-- Counts by person, day (London) and organisation, kept by the transaction that
-- appends the entry, so that the history page never counts rows.
CREATE TABLE audit_days (
  person_id       TEXT NOT NULL,
  day             TEXT NOT NULL,
  organisation_id TEXT NOT NULL,
  fold            TEXT NOT NULL CHECK (fold IN ('staff','own','system')),
  entries         BIGINT NOT NULL,
  last_seq        BIGINT NOT NULL,
  PRIMARY KEY (person_id, day, organisation_id, fold)
);
CREATE INDEX audit_days_by_organisation ON audit_days (person_id, organisation_id, day);

-- +goose StatementBegin
CREATE FUNCTION candour_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION candour_append_only();
CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION candour_append_only();
CREATE TRIGGER audit_sets_append_only BEFORE UPDATE OR DELETE ON audit_sets FOR EACH ROW EXECUTE FUNCTION candour_append_only();
CREATE TRIGGER audit_sets_no_truncate BEFORE TRUNCATE ON audit_sets FOR EACH STATEMENT EXECUTE FUNCTION candour_append_only();
-- +goose StatementBegin
CREATE FUNCTION candour_head_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.seq > OLD.seq THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'audit_head only moves forward';
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_head_forward BEFORE UPDATE OR DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION candour_head_forward();
CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION candour_append_only();
ALTER TABLE audit_entries ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE renderings ALTER COLUMN body SET STORAGE EXTERNAL;  -- compressed already
ALTER TABLE renderings ALTER COLUMN sheet SET STORAGE EXTERNAL;

-- +goose Down
SELECT 1;
