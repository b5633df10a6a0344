-- +goose Up
-- Only PostgreSQL has several writers: on SQLite the head of the access log is always
-- where the one writer left it.
SELECT 1;

-- +goose Down
SELECT 1;
