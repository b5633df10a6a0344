// Package migrations holds the schema, numbered alike for both databases, and
// applies it with goose. It is never undone: a mistake is mended by the next
// number.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed sqlite/*.sql postgres/*.sql
var files embed.FS

// Files gives the SQL of one dialect ("sqlite" or "postgres"), for the tests that compare both.
func Files(dialect string) (fs.FS, error) { return fs.Sub(files, dialect) }

// Status is one migration: applied or waiting.
type Status struct {
	Version int64
	Name    string
	Applied bool
}

func provider(dialect string, conn *sql.DB) (*goose.Provider, error) {
	sub, err := Files(dialect)
	if err != nil {
		return nil, err
	}
	if dialect == "postgres" {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, fmt.Errorf("migrations: %w", err)
		}
		return goose.NewProvider(goose.DialectPostgres, conn, sub, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(goose.DialectSQLite3, conn, sub)
}

// Up applies what is waiting. Several nodes may start at once.
func Up(ctx context.Context, dialect string, conn *sql.DB) error {
	p, err := provider(dialect, conn)
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	return nil
}

// List tells each migration's state, oldest first.
func List(ctx context.Context, dialect string, conn *sql.DB) ([]Status, error) {
	p, err := provider(dialect, conn)
	if err != nil {
		return nil, err
	}
	rows, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	out := make([]Status, len(rows))
	for i, r := range rows {
		out[i] = Status{r.Source.Version, r.Source.Path, r.State == goose.StateApplied}
	}
	return out, nil
}
