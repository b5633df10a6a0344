-- +goose Up
-- What a provider decided here about a person's objection, one row an objection.
-- With the codes in the feeds it is all that says whether the record may be seen:
-- requested_at counts only where policy hides while reviewed; dropped_at is a
-- request that was refused or withdrawn before it was confirmed. An instant that
-- has not come is 0.
CREATE TABLE sharing_decisions (
  person_id    TEXT NOT NULL,
  objection_id TEXT NOT NULL,
  holder_id    TEXT NOT NULL,
  requested_at INTEGER NOT NULL,
  confirmed_at INTEGER NOT NULL,
  reversed_at  INTEGER NOT NULL,
  dropped_at   INTEGER NOT NULL,
  PRIMARY KEY (person_id, objection_id)
) STRICT, WITHOUT ROWID;

-- How persons.objected came about, and when it changes by itself: a reversal dated
-- ahead counts when its day comes.
CREATE TABLE sharing_grounds (
  person_id  TEXT PRIMARY KEY,
  why        TEXT NOT NULL CHECK (why IN ('','coded','confirmed','requested','reversed')),
  holder_id  TEXT NOT NULL,
  next_at    INTEGER NOT NULL,
  settled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sharing_grounds_due ON sharing_grounds (next_at) WHERE next_at > 0;
INSERT INTO sharing_grounds (person_id, why, holder_id, next_at, settled_at)
SELECT DISTINCT c.person_id, CASE WHEN p.objected THEN 'coded' ELSE 'reversed' END, '', 1, 0 FROM consent_events c JOIN persons p ON p.id = c.person_id;

-- When each code was first seen here, and when it was there no longer. taken_at is
-- when it was brought together with the person's request, if there is one.
CREATE TABLE code_sightings (
  person_id    TEXT NOT NULL,
  item_id      TEXT NOT NULL,
  refused      INTEGER NOT NULL,
  effective_at INTEGER NOT NULL,
  source_id    TEXT NOT NULL,
  seen_at      INTEGER NOT NULL,
  gone_at      INTEGER NOT NULL,
  taken_at     INTEGER NOT NULL,
  PRIMARY KEY (person_id, item_id, refused, effective_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX code_sightings_waiting ON code_sightings (seen_at, person_id) WHERE taken_at = 0;
CREATE INDEX code_sightings_standing ON code_sightings (source_id, seen_at) WHERE gone_at = 0;
INSERT INTO code_sightings (person_id, item_id, refused, effective_at, source_id, seen_at, gone_at, taken_at)
SELECT person_id, item_id, refused, effective_at, source_id, recorded_at, 0, CASE WHEN recorded_at > 0 THEN recorded_at ELSE 1 END FROM consent_events;

-- The daily comparison of the codes in a feed with the objections in force.
CREATE TABLE reconciliations (
  day        TEXT NOT NULL,
  source_id  TEXT NOT NULL,
  coded      INTEGER NOT NULL,
  reversals  INTEGER NOT NULL,
  in_force   INTEGER NOT NULL,
  unapplied  INTEGER NOT NULL,
  unseen     INTEGER NOT NULL,
  alarm      TEXT NOT NULL CHECK (alarm IN ('','step','unapplied')),
  made_at    INTEGER NOT NULL,
  PRIMARY KEY (source_id, day)
) STRICT, WITHOUT ROWID;

-- Who may act for whom, on what ground, until when. It is suspended, never
-- silently kept, when its ground ends.
CREATE TABLE representations (
  id           TEXT PRIMARY KEY,
  person_id    TEXT NOT NULL,
  account_id   TEXT NOT NULL,
  name         TEXT NOT NULL,
  relation     TEXT NOT NULL,
  ground       TEXT NOT NULL,
  evidence     TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('claimed','active','suspended','ended')),
  reason       TEXT NOT NULL,
  seen_by      TEXT NOT NULL,
  seen_name    TEXT NOT NULL,
  from_at      INTEGER NOT NULL,
  until_on     TEXT NOT NULL,
  review_on    TEXT NOT NULL,
  warned_on    TEXT NOT NULL,
  changed_at   INTEGER NOT NULL,
  version      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX representations_of ON representations (person_id);
CREATE INDEX representations_by ON representations (account_id);
CREATE INDEX representations_due ON representations (review_on) WHERE state <> 'ended';

-- +goose Down
SELECT 1;
