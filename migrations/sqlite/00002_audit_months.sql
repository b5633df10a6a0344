-- +goose Up
-- The daily counts summed up by month, so that the total over a long history costs
-- no more than over a short one. The database keeps them itself: no writer of
-- audit_days can forget.
CREATE TABLE audit_months (
  person_id       TEXT NOT NULL,
  month           TEXT NOT NULL,
  organisation_id TEXT NOT NULL,
  fold            TEXT NOT NULL,
  entries         INTEGER NOT NULL,
  days            INTEGER NOT NULL,
  PRIMARY KEY (person_id, month, organisation_id, fold)
) STRICT, WITHOUT ROWID;
INSERT INTO audit_months (person_id, month, organisation_id, fold, entries, days)
SELECT person_id, substr(day, 1, 7), organisation_id, fold, sum(entries), count(*) FROM audit_days GROUP BY 1, 2, 3, 4;

-- +goose StatementBegin
CREATE TRIGGER audit_days_added AFTER INSERT ON audit_days
BEGIN
  INSERT INTO audit_months (person_id, month, organisation_id, fold, entries, days)
  VALUES (NEW.person_id, substr(NEW.day, 1, 7), NEW.organisation_id, NEW.fold, NEW.entries, 1)
  ON CONFLICT (person_id, month, organisation_id, fold) DO UPDATE SET entries = entries + excluded.entries, days = days + 1;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_days_counted AFTER UPDATE OF entries ON audit_days
BEGIN
  UPDATE audit_months SET entries = entries + NEW.entries - OLD.entries
  WHERE person_id = NEW.person_id AND month = substr(NEW.day, 1, 7) AND organisation_id = NEW.organisation_id AND fold = NEW.fold;
END;
-- +goose StatementEnd

-- +goose Down
SELECT 1;
