-- +goose Up
-- A table that is its own index reads a row as far as it goes to compare its key with
-- another: with pages of 60 kB in the rows, a megabyte for each that is looked up. What
-- is stored here is made anew when it is asked for.
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

-- +goose Down
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
) STRICT, WITHOUT ROWID;
