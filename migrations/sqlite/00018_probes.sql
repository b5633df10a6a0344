-- +goose Up
-- Proof of an objection that nobody requested here: a member of staff who does not
-- exist asked for the record, and was denied, or not. Of a request it is in
-- objection_probes.
CREATE TABLE probes (
  person_id       TEXT NOT NULL,
  organisation_id TEXT NOT NULL,
  at              INTEGER NOT NULL,
  route           TEXT NOT NULL,
  denied          INTEGER NOT NULL,
  status          INTEGER NOT NULL,
  entry           INTEGER NOT NULL,
  PRIMARY KEY (person_id, at, organisation_id, route)
) STRICT, WITHOUT ROWID;

-- The person of each practice who does not exist and has objected, and how the last
-- asking for them ended. failing_at is since when they have not been denied.
CREATE TABLE canaries (
  practice_id TEXT PRIMARY KEY,
  person_id   TEXT NOT NULL,
  made_at     INTEGER NOT NULL,
  probed_at   INTEGER NOT NULL,
  failing_at  INTEGER NOT NULL,
  status      INTEGER NOT NULL,
  entry       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How long objections took to have effect, for the public figures.
CREATE INDEX objections_effective ON objections (effective_at) WHERE effective_at > 0;

-- +goose Down
SELECT 1;
