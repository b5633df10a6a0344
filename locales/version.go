package locales

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"sync"
)

// Version names the sentences built into the program: pages made beforehand are
// made anew when any of them changes.
var Version = sync.OnceValue(func() string {
	h := sha256.New()
	entries, err := fs.Glob(files, "*/*.toml")
	if err != nil {
		return ""
	}
	for _, name := range entries {
		text, err := files.ReadFile(name)
		if err != nil {
			return ""
		}
		h.Write([]byte(name))
		h.Write(text)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
})
