// Package static holds the built style sheets, scripts and icons: what
// static/build.mjs wrote into dist, embedded, found by its plain name and served
// under a name that holds the hash of its content.
package static

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// Asset is one built file with its compressed twins, ready to be sent for ever.
type Asset struct {
	ContentType string
	Body        []byte
	Gzip        []byte
	Brotli      []byte
}

var (
	names  map[string]string // plain name → hashed name
	assets map[string]Asset  // hashed name → file
	broken error
)

func init() { names, assets, broken = load() }

func load() (map[string]string, map[string]Asset, error) {
	text, err := dist.ReadFile("dist/manifest.json")
	if err != nil {
		return nil, nil, errors.New("static: the style sheets and scripts are not built: run `make assets`")
	}
	byName := map[string]string{}
	if err := json.Unmarshal(text, &byName); err != nil {
		return nil, nil, fmt.Errorf("static: manifest: %w", err)
	}
	files := make(map[string]Asset, len(byName))
	for plain, hashed := range byName {
		var a Asset
		a.ContentType = contentType(hashed)
		for suffix, into := range map[string]*[]byte{".gz": &a.Gzip, ".br": &a.Brotli} {
			if *into, err = dist.ReadFile("dist/" + hashed + suffix); err != nil {
				return nil, nil, fmt.Errorf("static: %s is in the manifest and not built: run `make assets`", plain)
			}
		}
		if a.Body, err = unpacked(a.Gzip); err != nil {
			return nil, nil, fmt.Errorf("static: %s: %w", plain, err)
		}
		files[hashed] = a
	}
	return byName, files, nil
}

func unpacked(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return "application/octet-stream"
}

// Missing tells that the assets were not built, naming the command; nil when all is there.
func Missing() error { return broken }

// URL is the path of a built file by its plain name, for instance "app.css". A
// name that is not built gives a path that is not found, never a panic in a page.
func URL(name string) string {
	if hashed, ok := names[name]; ok {
		return "/static/" + hashed
	}
	return "/static/" + name
}

// Find returns a built file by its hashed name, the part after /static/.
func Find(hashed string) (Asset, bool) {
	a, ok := assets[strings.TrimPrefix(hashed, "/")]
	return a, ok
}
