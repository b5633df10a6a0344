// Package app is the composition root: it opens the database and puts the stores,
// the gate and the server together. The commands, the demo, the benchmarks and
// the tests all build the same program here.
package app

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"time"

	"candour/locales"
	"candour/migrations"
	"candour/models/access"
	"candour/models/account"
	"candour/models/audit"
	"candour/models/casework"
	"candour/models/clock"
	"candour/models/coding"
	"candour/models/db"
	"candour/models/evidence"
	"candour/models/faq"
	"candour/models/ingest"
	"candour/models/job"
	"candour/models/letter"
	"candour/models/objection"
	"candour/models/organisation"
	"candour/models/patient"
	"candour/models/policy"
	"candour/models/probe"
	"candour/models/record"
	"candour/models/staff"
	"candour/views/clinician"
)

// Stores is the domain put together, without a server: what the command line
// tools need.
type Stores struct {
	DB            *db.DB
	Policy        *policy.Policy
	Audit         *audit.Log
	Gate          *access.Gate
	Organisations *organisation.Store
	Patients      *patient.Store
	Staff         *staff.Store
	Accounts      *account.Store
	Records       *record.Store
	Questions     *faq.Store
	Intake        *ingest.Intake

	Evidence        *evidence.Store // nil without a server
	Jobs            *job.Queue
	Work            *job.Runner // of what no person starts; it rests until Run
	Letters         *letter.Store
	Senders         map[letter.Channel]letter.Sender // ways outside, filled in before the work begins
	Cases           *casework.Store
	Sharing         *patient.Sharing
	Representatives *patient.Representatives
	Objections      *objection.Store
	Probes          *probe.Store // of whether objections work; they ask once there is a server
	Coding          *coding.Store

	clinical *clinicalSystems
	now      clock.Clock
}

// Open opens the database at dsn and refuses one that would lose an acknowledged
// write or that lacks a migration. SQLite is always migrated; PostgreSQL when
// migrate says so, since there another role does it.
func Open(ctx context.Context, dsn string, now clock.Clock, log *slog.Logger, migrate bool) (*Stores, error) {
	d, err := db.Open(ctx, dsn, log)
	if err != nil {
		return nil, err
	}
	s, err := open(ctx, d, now, log, migrate)
	if err != nil {
		_ = d.Close() // the first error is the one to tell
		return nil, err
	}
	return s, nil
}

func open(ctx context.Context, d *db.DB, now clock.Clock, log *slog.Logger, migrate bool) (*Stores, error) {
	if migrate || d.Dialect == db.SQLite {
		if err := migrations.Up(ctx, string(d.Dialect), d.Writer()); err != nil {
			return nil, err
		}
	}
	if err := insistOnSchema(ctx, d); err != nil {
		return nil, err
	}
	settings, err := d.Durability(ctx)
	if err != nil {
		return nil, err
	}
	if err := db.Insist(settings); err != nil {
		return nil, err
	}
	policies := policy.New(d, now)
	if err := policies.Register(ctx); err != nil {
		return nil, err
	}
	active, err := policies.Active(ctx)
	if err != nil {
		return nil, err
	}
	s := &Stores{DB: d, Policy: active, Audit: audit.New(d, now), Organisations: organisation.NewStore(d), Staff: staff.NewStore(d), Questions: faq.NewStore(d), clinical: newClinicalSystems(), now: now}
	s.Gate = access.NewGate(access.Deps{DB: d, Log: s.Audit, Clock: now, Title: record.Title,
		Policy: access.PolicyFacts{Version: active.Version, MinAge: active.MinAge, ClaimFor: time.Duration(active.ClaimHours) * time.Hour}})
	s.Patients = patient.NewStore(d, s.Gate, now)
	s.Accounts = account.NewStore(account.Deps{DB: d, Staff: s.Staff, Organisations: s.Organisations, Log: s.Audit, Clock: now})
	s.Records = record.New(record.Deps{DB: d, Gate: s.Gate, Log: s.Audit, Clock: now, Policy: active, Render: renderSections, Version: clinician.Version()})
	openCases(s, now, log)
	s.Intake = ingest.New(ingest.Deps{DB: d, Clock: now, Policy: active, Log: log, After: func(ctx context.Context, _ string) error { return s.codes(ctx) }})
	errands(s)
	return s, applyPolicy(ctx, policies, s, log)
}

// applyPolicy works the exclusions of a version that is new here out over
// everything held, before anybody can ask for anything under it.
func applyPolicy(ctx context.Context, policies *policy.Store, s *Stores, log *slog.Logger) error {
	done, err := policies.Applied(ctx, s.Policy.Version)
	if err != nil || done {
		return err
	}
	looked, err := s.Intake.Reapply(ctx)
	if err != nil {
		return fmt.Errorf("applying policy %s: %w", s.Policy.Version, err)
	}
	log.Info("policy applied", "version", s.Policy.Version, "people", looked)
	return policies.MarkApplied(ctx, s.Policy.Version)
}

// insistOnSchema refuses a database that an older or newer program left.
func insistOnSchema(ctx context.Context, d *db.DB) error {
	list, err := migrations.List(ctx, string(d.Dialect), d.Writer())
	if err != nil {
		return err
	}
	for _, m := range list {
		if !m.Applied {
			return fmt.Errorf("migration %05d is waiting: run `candour migrate up`", m.Version)
		}
	}
	return nil
}

// renderSections is how a record becomes the stored page body. It is a variable
// for the test that shows that a page which lies is noticed.
var renderSections = func(ctx context.Context, sheet *record.Sheet) ([]byte, error) {
	var b bytes.Buffer
	err := clinician.Sections(sheet).Render(locales.With(ctx, locales.Default), &b)
	return b.Bytes(), err
}

// Close waits for what is being written and closes the database.
func (s *Stores) Close() error { return s.DB.Close() }
