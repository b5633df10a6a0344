package app

import (
	"net/http"

	"candour/locales"
	"candour/models/opaque"
	"candour/views/layout"
)

// demoFrame puts the demonstration's sign-in page into the portal's own frame, so
// that it has the same first control and the same badge as every page.
func demoFrame(region string) func(r *http.Request, title string) (head, tail []byte, err error) {
	return func(r *http.Request, title string) ([]byte, []byte, error) {
		shell := layout.Shell{Region: region, Demo: true, Return: r.URL.RequestURI()}
		if c, err := r.Cookie("contrast"); err == nil {
			shell.Contrast = c.Value
		}
		return layout.Frame(layout.WithShell(locales.With(r.Context(), locales.Default), shell), layout.Meta{Title: title})
	}
}

// Person is the id of somebody of the demo world by key, for commands and tests.
func (d *Demo) Person(key string) opaque.ID { return d.World.People[key] }
