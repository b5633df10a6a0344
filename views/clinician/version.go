package clinician

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"sync"

	"candour/locales"
)

// The files that the stored body of a record is made by.
//
//go:embed sections.templ line.templ facts.templ compare.templ results.templ timeline.templ
//go:embed sheet.go leaf.go entry.go trend.go format.go words.go
var sources embed.FS

// Version names how Sections lays a record out: its markup and its words. A body
// that another version made is not sent any more.
var Version = sync.OnceValue(func() string {
	h := sha256.New()
	names, err := fs.Glob(sources, "*")
	if err != nil {
		return ""
	}
	for _, name := range names {
		text, err := sources.ReadFile(name)
		if err != nil {
			return ""
		}
		h.Write(text)
	}
	return hex.EncodeToString(h.Sum(nil)[:8]) + "." + locales.Version()
})
