-- +goose Up
-- Every delivery begins by asking whether something of its source is in quarantine, and
-- whether something that it shares is withheld. Nearly always nothing is: these are
-- empty, however much was ever quarantined or shared.
CREATE INDEX quarantine_open_of ON quarantine (source_id) WHERE resolved_at = 0;
CREATE INDEX shared_withheld ON shared_resources (source_id, withheld) WHERE withheld <> '';

-- +goose Down
DROP INDEX quarantine_open_of;
DROP INDEX shared_withheld;
