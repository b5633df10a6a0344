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
  refused         BOOLEAN NOT NULL,
  state           TEXT NOT NULL CHECK (state IN ('by_hand','waiting','written','refused','seen','superseded')),
  reason          TEXT NOT NULL,
  round           BIGINT NOT NULL,
  attempts        BIGINT NOT NULL,
  stated_at       BIGINT NOT NULL,
  asked_at        BIGINT NOT NULL,
  tried_at        BIGINT NOT NULL,
  written_at      BIGINT NOT NULL,
  entered_at      BIGINT NOT NULL,
  entered_name    TEXT NOT NULL,
  seen_at         BIGINT NOT NULL,
  UNIQUE (case_id, refused)
);
CREATE INDEX codings_open ON codings (case_id) WHERE state <> 'seen';

-- The last visit to each feed that the portal fetches itself: etag is what the feed
-- called what it gave, error a word of a closed list, '' when it went well.
CREATE TABLE feed_visits (
  source_id TEXT PRIMARY KEY,
  etag      TEXT NOT NULL,
  at        BIGINT NOT NULL,
  taken_at  BIGINT NOT NULL,
  error     TEXT NOT NULL
);

-- +goose Down
SELECT 1;
