-- +goose Up
-- Work to be done later, written in the transaction that makes it necessary. run_at
-- is when it is wanted, by the clock that decides about people; held_until is the end
-- of a lease or of a pause after a failure, by the machine's clock, so that a clock
-- that stands still or leaps (in the demonstration) neither stops work nor has it
-- done twice. payload holds references, never words about a person.
CREATE TABLE jobs (
  id         TEXT PRIMARY KEY,
  kind       TEXT NOT NULL,
  key        TEXT NOT NULL,
  payload    TEXT NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('waiting','running','done','dead')),
  run_at     INTEGER NOT NULL,
  held_until INTEGER NOT NULL,
  lease      TEXT NOT NULL,
  attempts   INTEGER NOT NULL,
  error      TEXT NOT NULL,
  added_at   INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX jobs_by_key ON jobs (kind, key);
CREATE INDEX jobs_wanted ON jobs (run_at, id) WHERE state IN ('waiting','running');
CREATE INDEX jobs_by_change ON jobs (changed_at, id);
CREATE INDEX jobs_by_state ON jobs (kind, state, run_at);

-- +goose Down
SELECT 1;
