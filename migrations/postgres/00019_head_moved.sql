-- +goose Up
-- Appending to the access log rests on a guess of where its head is. A statement that
-- finds it elsewhere refuses by this: its transaction is undone and run again.
-- +goose StatementBegin
CREATE FUNCTION candour_head_moved() RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN RAISE EXCEPTION 'the head of the access log has moved' USING ERRCODE = '40001'; END $$;
-- +goose StatementEnd

-- +goose Down
SELECT 1;
