-- +goose Up
-- When the exclusions of this version were worked out over everything held; 0 is not yet.
ALTER TABLE policies ADD COLUMN applied_at BIGINT NOT NULL DEFAULT 0;

-- +goose Down
SELECT 1;
