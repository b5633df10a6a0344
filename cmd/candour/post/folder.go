package post

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"candour/models/job"
	"candour/models/letter"
	view "candour/views/letter"
)

// Folder is where letters are put as files, for whoever prints and posts them.
type Folder struct {
	Path  string
	All   bool // e-mails and text messages as well: the demonstration sends nothing to anybody
	words Words
}

// sheet is the style of letters on paper.
const sheet = `@page{margin:25mm 20mm}
body{font:12pt/1.5 Arial,"Noto Sans",sans-serif;color:#000;background:#fff;max-width:170mm;margin:0 auto}
h1{font-size:16pt;line-height:1.3}
.app-sheet__to{margin:0 0 12mm;min-height:30mm}
.app-sheet--large,.app-sheet--easy{font-size:18pt}
.app-sheet--large h1,.app-sheet--easy h1{font-size:24pt}
.app-sheet--easy p{margin:0 0 10mm}
.app-digits{white-space:nowrap}
`

// Send puts one letter into the folder. The same letter is the same file.
func (f *Folder) Send(ctx context.Context, m letter.Message) (letter.Receipt, error) {
	name, content, err := f.file(ctx, m)
	if err != nil {
		return letter.Receipt{}, err
	}
	if err := os.MkdirAll(f.Path, 0o700); err != nil {
		return letter.Receipt{}, job.Because("folder", fmt.Errorf("post: folder: %w", err))
	}
	if m.Channel == letter.Paper {
		if err := f.put("letter.css", []byte(sheet)); err != nil {
			return letter.Receipt{}, err
		}
	}
	if err := f.put(name, content); err != nil {
		return letter.Receipt{}, err
	}
	return letter.Receipt{Reference: name, Digest: digest(content)}, nil
}

// file is what a letter is on disk.
func (f *Folder) file(ctx context.Context, m letter.Message) (string, []byte, error) {
	if m.Channel != letter.Paper {
		subject, text := f.words.outside(ctx, m)
		to := m.To.Email + m.To.Mobile
		return string(m.ID) + "." + string(m.Channel) + ".txt", []byte(to + "\n" + subject + "\n\n" + text), nil
	}
	s, err := f.words.sheet(ctx, m)
	if err != nil {
		return "", nil, err
	}
	var page bytes.Buffer
	if err := view.Paper(s, "letter.css").Render(ctx, &page); err != nil {
		return "", nil, fmt.Errorf("post: folder: %w", err)
	}
	return string(m.ID) + ".html", page.Bytes(), nil
}

// put writes a file so that nobody sees half of it.
func (f *Folder) put(name string, content []byte) error {
	half, err := os.CreateTemp(f.Path, ".part-*")
	if err == nil {
		_, err = half.Write(content)
		err = errors.Join(err, half.Sync(), half.Close())
		if err == nil {
			err = os.Rename(half.Name(), filepath.Join(f.Path, name))
		}
	}
	if err != nil {
		return job.Because("folder", fmt.Errorf("post: folder: %w", err))
	}
	return nil
}
