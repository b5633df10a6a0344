package web

import (
	"context"
	"fmt"
)

// Ready tries what every view needs: a read, and the start of a write that
// reaches the access log's head. It changes nothing.
func Ready(ctx context.Context, d *Database) error {
	if err := d.Ping(ctx); err != nil {
		return fmt.Errorf("web: ready: read: %w", err)
	}
	err := d.Group(ctx, func(ctx context.Context) error {
		head, err := d.QueryRow(ctx, "SELECT seq FROM audit_head WHERE id = 1")
		if err != nil {
			return err
		}
		var seq int64
		if err := head.Scan(&seq); err != nil {
			return err
		}
		// No row matches; a database that has turned read-only refuses it all the same.
		_, err = d.Exec(ctx, "DELETE FROM sessions WHERE token = ''")
		return err
	})
	if err != nil {
		return fmt.Errorf("web: ready: write: %w", err)
	}
	return nil
}
