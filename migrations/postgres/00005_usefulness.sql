-- +goose Up
-- How many found an answer useful, and how many did not: counts, and nobody. They
-- begin anew when the answer was checked again, since it may say something else then.
CREATE TABLE usefulness (
  question TEXT NOT NULL,
  checked  TEXT NOT NULL,
  answer   TEXT NOT NULL CHECK (answer IN ('yes','no')),
  count    BIGINT NOT NULL,
  PRIMARY KEY (question, checked, answer)
);

-- +goose Down
SELECT 1;
