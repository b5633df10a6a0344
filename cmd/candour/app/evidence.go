package app

import (
	"path/filepath"
	"strings"

	"candour/models/evidence"
)

// keepEvidence opens the store of the files that people send. Its key stands in a file
// of its own, apart from the database: beside an embedded one it is made at the first
// start; for PostgreSQL it has to be given, and without it no file is taken in.
func keepEvidence(c Config, s *Stores) error {
	path, beside := c.EvidenceKey, false
	if path == "" && !strings.HasPrefix(c.DSN, "postgres") {
		path, beside = filepath.Join(filepath.Dir(c.DSN), "evidence.key"), true
	}
	var keys *evidence.Keys
	if path != "" {
		var err error
		if keys, err = evidence.ReadKeys(path, beside); err != nil {
			return err
		}
	}
	s.Evidence = evidence.NewStore(evidence.Deps{DB: s.DB, Gate: s.Gate, Clock: c.Clock, Cases: s.Cases, Keys: keys})
	return nil
}
