-- +goose Up
-- A notice is what is to be said, once, about one matter; it is written in the
-- transaction of what it tells of and never changes. Fields are typed values of the
-- template's closed list: references, days, names of organisations; nothing clinical.
CREATE TABLE notices (
  id              TEXT PRIMARY KEY,
  key             TEXT NOT NULL UNIQUE,
  template        TEXT NOT NULL,
  version         BIGINT NOT NULL,
  about_id        TEXT NOT NULL,
  case_ref        TEXT NOT NULL,
  organisation_id TEXT NOT NULL,
  fields          TEXT NOT NULL,
  made_at         BIGINT NOT NULL,
  made_by         TEXT NOT NULL
);
CREATE INDEX notices_by_case ON notices (about_id, case_ref, made_at);
CREATE INDEX notices_by_ref ON notices (case_ref) WHERE case_ref <> '';

-- One notice to one recipient by one channel. Only its state moves; what was sent
-- stays as it was sent. recipient is the person's id, the account's of somebody who is
-- not held here, or follows from the address of somebody who has neither.
CREATE TABLE letters (
  id         TEXT PRIMARY KEY,
  notice_id  TEXT NOT NULL,
  recipient  TEXT NOT NULL,
  role       TEXT NOT NULL CHECK (role IN ('self','parent','attorney','deputy','other')),
  channel    TEXT NOT NULL CHECK (channel IN ('in_app','email','notify','letter')),
  language   TEXT NOT NULL,
  format     TEXT NOT NULL CHECK (format IN ('standard','large_print','easy_read')),
  address    TEXT NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('queued','sent','failed','bounced','cancelled')),
  state_at   BIGINT NOT NULL,
  detail     TEXT NOT NULL,
  read_at    BIGINT NOT NULL,
  receipt    TEXT NOT NULL,
  digest     TEXT NOT NULL
);
CREATE UNIQUE INDEX letters_once ON letters (notice_id, recipient, channel);
CREATE INDEX letters_of_recipient ON letters (recipient, channel, state_at, id);
CREATE INDEX letters_by_receipt ON letters (receipt) WHERE receipt <> '';

CREATE TABLE letter_events (
  letter_id TEXT NOT NULL,
  seq       BIGINT NOT NULL,
  at        BIGINT NOT NULL,
  state     TEXT NOT NULL CHECK (state IN ('queued','sent','failed','bounced','cancelled')),
  detail    TEXT NOT NULL,
  PRIMARY KEY (letter_id, seq)
);

-- A young person asked that parents are not told: of everything (case_ref empty) or
-- of one matter, whether or not it is known whose it is. until_at is 0 while it stands.
CREATE TABLE letter_bars (
  about_id TEXT NOT NULL,
  case_ref TEXT NOT NULL,
  since_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  made_by  TEXT NOT NULL,
  ended_by TEXT NOT NULL,
  PRIMARY KEY (about_id, case_ref, since_at)
);
CREATE UNIQUE INDEX letter_bars_standing ON letter_bars (about_id, case_ref) WHERE until_at = 0;
CREATE INDEX letter_bars_by_ref ON letter_bars (case_ref) WHERE until_at = 0 AND case_ref <> '';

-- By which ways beside the portal itself somebody wants to hear of a kind of thing.
CREATE TABLE letter_preferences (
  recipient  TEXT NOT NULL,
  kind       TEXT NOT NULL,
  channels   TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (recipient, kind)
);

-- In which language and form somebody wants to be written to, and where; what is
-- empty is as the feeds have it.
CREATE TABLE letter_wishes (
  recipient  TEXT PRIMARY KEY,
  language   TEXT NOT NULL,
  format     TEXT NOT NULL CHECK (format IN ('standard','large_print','easy_read')),
  email      TEXT NOT NULL,
  mobile     TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);

CREATE TRIGGER notices_append_only BEFORE UPDATE OR DELETE ON notices FOR EACH ROW EXECUTE FUNCTION candour_append_only();
CREATE TRIGGER notices_no_truncate BEFORE TRUNCATE ON notices FOR EACH STATEMENT EXECUTE FUNCTION candour_append_only();
CREATE TRIGGER letters_no_delete BEFORE DELETE ON letters FOR EACH ROW EXECUTE FUNCTION candour_append_only();
CREATE TRIGGER letters_no_truncate BEFORE TRUNCATE ON letters FOR EACH STATEMENT EXECUTE FUNCTION candour_append_only();
CREATE TRIGGER letter_events_append_only BEFORE UPDATE OR DELETE ON letter_events FOR EACH ROW EXECUTE FUNCTION candour_append_only();
CREATE TRIGGER letter_events_no_truncate BEFORE TRUNCATE ON letter_events FOR EACH STATEMENT EXECUTE FUNCTION candour_append_only();
CREATE TRIGGER letters_as_sent BEFORE UPDATE OF id, notice_id, recipient, role, channel, language, format, address ON letters
  FOR EACH ROW EXECUTE FUNCTION candour_append_only();

-- +goose Down
SELECT 1;
