package db

import (
	"database/sql"
	"fmt"

	"github.com/ncruces/go-sqlite3/vfs/memdb"

	"candour/models/opaque"
)

// Memory opens an SQLite database that its connections share and that is never
// written to disk, whatever the portal's own database is: for an index over the
// program's own words. Nobody's data belongs in it.
func Memory() (*sql.DB, error) {
	name := "/" + string(opaque.New())
	memdb.Create(name, nil) // it outlives its connections, which the pool may close and open as it likes
	pool, err := sql.Open("sqlite3", "file:"+name+"?vfs=memdb")
	if err != nil {
		return nil, fmt.Errorf("db: memory: %w", err)
	}
	pool.SetMaxOpenConns(readers)
	pool.SetMaxIdleConns(readers)
	return pool, nil
}
