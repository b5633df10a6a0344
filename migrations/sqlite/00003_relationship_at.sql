-- +goose Up
-- When the event itself happens: an appointment counts as evidence for some days
-- before it (from_at), and is still dated as it is.
ALTER TABLE relationships ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
UPDATE relationships SET at = from_at;

-- Since when somebody's choice stands: the date of the code that decides, 0 when
-- nobody ever said anything.
UPDATE persons SET sharing_since = COALESCE((SELECT CASE WHEN c.effective_at > 0 THEN c.effective_at ELSE c.recorded_at END
  FROM consent_events c WHERE c.person_id = persons.id
  ORDER BY c.effective_at DESC, c.recorded_at DESC, c.place DESC, c.refused DESC LIMIT 1), 0);

-- +goose Down
ALTER TABLE relationships DROP COLUMN at;
