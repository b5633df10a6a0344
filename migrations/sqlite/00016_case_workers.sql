-- +goose Up
-- Who handles requests at an organisation, or makes entries in them: noted when they
-- open its queue. Work is given to nobody else.
CREATE TABLE case_workers (
  organisation_id TEXT NOT NULL,
  staff_id        TEXT NOT NULL,
  name            TEXT NOT NULL,
  seen_at         INTEGER NOT NULL,
  PRIMARY KEY (organisation_id, staff_id)
) STRICT, WITHOUT ROWID;

-- A case about somebody who has not been found yet is looked for by the name given.
CREATE INDEX cases_unknown ON cases (organisation_id, id) WHERE person_id = '';

-- +goose Down
SELECT 1;
