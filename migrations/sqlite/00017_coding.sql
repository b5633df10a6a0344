-- +goose Up
-- What a provider's clinical system has to be told of an objection: one row for the
-- code of the objection and one for that of its reversal, written with the decision
-- itself. The system is told under a name made of id and round, however often. stated_at is
-- the clinical date; an instant that has not come is 0.
CREATE TABLE codings (
  id              TEXT PRIMARY KEY,
  case_id         TEXT NOT NULL,
  person_id       TEXT NOT NULL,
  organisation_id TEXT NOT NULL,
  refused         INTEGER NOT NULL,
  state           TEXT NOT NULL CHECK (state IN ('by_hand','waiting','written','refused','seen','superseded')),
  reason          TEXT NOT NULL,
  round           INTEGER NOT NULL,
  attempts        INTEGER NOT NULL,
  stated_at       INTEGER NOT NULL,
  asked_at        INTEGER NOT NULL,
  tried_at        INTEGER NOT NULL,
  written_at      INTEGER NOT NULL,
  entered_at      INTEGER NOT NULL,
  entered_name    TEXT NOT NULL,
  seen_at         INTEGER NOT NULL,
  UNIQUE (case_id, refused)
) STRICT, WITHOUT ROWID;
CREATE INDEX codings_open ON codings (case_id) WHERE state <> 'seen';

-- The last visit to each feed that the portal fetches itself: etag is what the feed
-- called what it gave, error a word of a closed list, '' when it went well.
CREATE TABLE feed_visits (
  source_id TEXT PRIMARY KEY,
  etag      TEXT NOT NULL,
  at        INTEGER NOT NULL,
  taken_at  INTEGER NOT NULL,
  error     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose Down
SELECT 1;
