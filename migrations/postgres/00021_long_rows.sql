-- +goose Up
-- PostgreSQL keeps an index apart from its rows: only SQLite had to change.
SELECT 1;

-- +goose Down
SELECT 1;
