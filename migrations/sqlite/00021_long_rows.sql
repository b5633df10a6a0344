-- +goose Up
-- A table that is its own index reads a whole row to compare its key with another's: where
-- rows are long, such as a ready page of 60 kB or somebody's scanned letter, a megabyte for
-- each that is looked up. Items stay as they are: those of a person lie together.

-- What is stored here is made anew when it is asked for.
DROP TABLE renderings;
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
) STRICT;

CREATE TABLE shared_resources_moved (
  source_id  TEXT NOT NULL,
  type       TEXT NOT NULL,
  local_id   TEXT NOT NULL,
  hash       BLOB NOT NULL,
  updated_at INTEGER NOT NULL,
  withheld   TEXT NOT NULL,
  raw        BLOB NOT NULL,
  PRIMARY KEY (source_id, type, local_id)
) STRICT;
INSERT INTO shared_resources_moved SELECT * FROM shared_resources;
DROP TABLE shared_resources;
ALTER TABLE shared_resources_moved RENAME TO shared_resources;
CREATE INDEX shared_withheld ON shared_resources (source_id, withheld, type, local_id) WHERE withheld <> '';

CREATE TABLE item_versions_moved (
  item_id       TEXT NOT NULL,
  version       INTEGER NOT NULL,
  person_id     TEXT NOT NULL,
  superseded_at INTEGER NOT NULL,
  gone          INTEGER NOT NULL,
  raw           BLOB NOT NULL,
  PRIMARY KEY (item_id, version)
) STRICT;
INSERT INTO item_versions_moved SELECT * FROM item_versions;
DROP TABLE item_versions;
ALTER TABLE item_versions_moved RENAME TO item_versions;

CREATE TABLE quarantine_moved (
  id          TEXT NOT NULL PRIMARY KEY,
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
) STRICT;
INSERT INTO quarantine_moved SELECT * FROM quarantine;
DROP TABLE quarantine;
ALTER TABLE quarantine_moved RENAME TO quarantine;
CREATE INDEX quarantine_open ON quarantine (received_at) WHERE resolved_at = 0;
CREATE INDEX quarantine_open_of ON quarantine (source_id) WHERE resolved_at = 0;

-- +goose Down
-- They hold the same rows, and the program before reads them as well.
SELECT 1;
