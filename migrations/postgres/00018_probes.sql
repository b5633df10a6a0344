-- +goose Up
-- Proof of an objection that nobody requested here: a member of staff who does not
-- exist asked for the record, and was denied, or not. Of a request it is in
-- objection_probes.
CREATE TABLE probes (
  person_id       TEXT NOT NULL,
  organisation_id TEXT NOT NULL,
  at              BIGINT NOT NULL,
  route           TEXT NOT NULL,
  denied          BIGINT NOT NULL,
  status          BIGINT NOT NULL,
  entry           BIGINT NOT NULL,
  PRIMARY KEY (person_id, at, organisation_id, route)
);

-- The person of each practice who does not exist and has objected, and how the last
-- asking for them ended. failing_at is since when they have not been denied.
CREATE TABLE canaries (
  practice_id TEXT PRIMARY KEY,
  person_id   TEXT NOT NULL,
  made_at     BIGINT NOT NULL,
  probed_at   BIGINT NOT NULL,
  failing_at  BIGINT NOT NULL,
  status      BIGINT NOT NULL,
  entry       BIGINT NOT NULL
);

-- How long objections took to have effect, for the public figures.
CREATE INDEX objections_effective ON objections (effective_at) WHERE effective_at > 0;

-- +goose Down
SELECT 1;
