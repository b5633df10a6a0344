package db

import (
	"context"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"
)

// CopyIn hands rows to one of PostgreSQL's COPY … FROM STDIN statements, within the
// transaction in ctx: the cheapest way for many rows that are known to be new.
func (d *DB) CopyIn(ctx context.Context, statement string, rows io.Reader) error {
	t := current(ctx, d)
	if t == nil {
		panic("db: CopyIn outside a transaction")
	}
	counted(ctx)
	if _, err := t.sql.ExecContext(ctx, statement, copying{rows}); err != nil {
		return fmt.Errorf("db: copy: %w", err)
	}
	return nil
}

// copying does the work where pgx asks for the text of a statement: there it shows the
// connection, which database/sql keeps to itself while a transaction is open. What is
// left to run is nothing.
type copying struct{ rows io.Reader }

func (c copying) RewriteQuery(ctx context.Context, conn *pgx.Conn, statement string, _ []any) (string, []any, error) {
	_, err := conn.PgConn().CopyFrom(ctx, c.rows, statement)
	return "", nil, err
}
