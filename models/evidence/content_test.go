package evidence

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"runtime"
	"strings"
	"testing"
	"time"

	"candour/models/clock"
)

func picture(t testing.TB, kind Kind, wide, high int) []byte {
	t.Helper()
	var b bytes.Buffer
	img := image.NewGray(image.Rect(0, 0, wide, high))
	err := jpeg.Encode(&b, img, nil)
	if kind == PNG {
		b.Reset()
		err = png.Encode(&b, img)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pdfOf(objects ...string) []byte {
	var b strings.Builder
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	for i, o := range objects {
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	b.WriteString("trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n")
	return []byte(b.String())
}

// packed is an object stream: objects that nobody sees without unpacking it.
func packed(t testing.TB, dict, objects string) string {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write([]byte(objects)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return "<</Type /ObjStm " + dict + ">>\nstream\r\n" + b.String() + "\nendstream"
}

// stored is an object stream whose packing leaves the words as they are.
func stored(t testing.TB, objects string) string {
	t.Helper()
	var b bytes.Buffer
	z, err := zlib.NewWriterLevel(&b, zlib.NoCompression)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = z.Write([]byte(objects)) // to memory
	_ = z.Close()
	return "<</Type /ObjStm /Filter /FlateDecode>>\nstream\n" + b.String() + "\nendstream"
}

// The dearest files: each costs some seconds at most, on a busy machine, and a small part of the memory that
// looking into all of them by regular expressions did.
func TestAFileIsCheapToLookInto(t *testing.T) {
	small := packed(t, "/Filter /FlateDecode", "1 0 <<>>")
	for name, body := range map[string][]byte{
		"escapes":      pdfOf("<</X /" + strings.Repeat("#61", (MaxBytes-500)/3) + ">>"),
		"names":        pdfOf("<</X " + strings.Repeat("/JA", (MaxBytes-500)/3) + ">>"),
		"streams":      pdfOf(strings.Repeat("<<>>stream\nendstream ", (MaxBytes-500)/21)),
		"packets":      pdfOf(strings.Repeat(small+"\n", (MaxBytes-500)/(len(small)+1))),
		"open strings": pdfOf(strings.Repeat("(", MaxBytes-500)),
		"an old flood": pdfOf(packed(t, "/Filter /FlateDecode", strings.Repeat("#61", maxUnpacked/4))),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		from := clock.Stopwatch()
		Check(Upload{"a.pdf", "application/pdf", body})
		took := from()
		runtime.ReadMemStats(&after)
		mb := (after.TotalAlloc - before.TotalAlloc) >> 20
		t.Logf("%s: %d kB, %v, %d MB", name, len(body)>>10, took, mb)
		if took > 5*time.Second || mb > 64 {
			t.Errorf("%s: %v and %d MB", name, took, mb)
		}
	}
}

func TestWhatIsTakenAndWhatIsNot(t *testing.T) {
	plainPDF := pdfOf("<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages>>")
	jpg, dot := picture(t, JPEG, 40, 30), picture(t, PNG, 40, 30)
	wide := picture(t, PNG, 12_001, 2)
	for name, c := range map[string]struct {
		up   Upload
		want Problem
	}{
		"a PDF":                      {Upload{"order.pdf", "application/pdf", plainPDF}, ""},
		"a PDF, loud name":           {Upload{"ORDER.PDF", "application/pdf; charset=binary", plainPDF}, ""},
		"a photo":                    {Upload{"birth certificate.jpg", "image/jpeg", jpg}, ""},
		"a photo, long ending":       {Upload{"scan.JPEG", "image/jpeg", jpg}, ""},
		"a picture":                  {Upload{"scan.png", "image/png", dot}, ""},
		"packed objects that rest":   {Upload{"a.pdf", "application/pdf", pdfOf("<</Type /Catalog>>", packed(t, "/Filter /FlateDecode", "1 0 <</Type /Page>>"))}, ""},
		"a page stream with any bit": {Upload{"a.pdf", "application/pdf", pdfOf("<</Length 9>>\nstream\n(/JS /AA)\nendstream")}, ""},

		"nothing":                   {Upload{}, Missing},
		"an empty file":             {Upload{"a.pdf", "application/pdf", nil}, Empty},
		"too large":                 {Upload{"a.pdf", "application/pdf", make([]byte, MaxBytes+1)}, TooLarge},
		"a program":                 {Upload{"a.exe", "application/octet-stream", []byte("MZ\x90\x00")}, WrongOne},
		"a program called a PDF":    {Upload{"a.pdf", "application/pdf", []byte("MZ\x90\x00")}, WrongOne},
		"a page called a picture":   {Upload{"a.png", "image/png", []byte("<html><script>")}, WrongOne},
		"a drawing":                 {Upload{"a.svg", "image/svg+xml", []byte("<svg/>")}, WrongOne},
		"another picture":           {Upload{"a.gif", "image/gif", []byte("GIF89a")}, WrongOne},
		"no ending":                 {Upload{"order", "application/pdf", plainPDF}, WrongOne},
		"a PDF called a photo":      {Upload{"a.jpg", "image/jpeg", plainPDF}, NotItself},
		"a PDF named as a photo":    {Upload{"a.jpg", "application/pdf", plainPDF}, NotItself},
		"a program behind a stream": {Upload{"a.pdf", "application/pdf", pdfOf("<<>>\nstream\n7 0 obj <</S/Launch/F(x)>> endobj\nendstream")}, Active},
		"declared as a page":        {Upload{"a.pdf", "text/html", plainPDF}, NotItself},
		"two endings":               {Upload{"a.pdf.html", "application/pdf", plainPDF}, WrongOne},
		"half a photo":              {Upload{"a.jpg", "image/jpeg", jpg[:len(jpg)/2]}, Broken},
		"the start of a picture":    {Upload{"a.png", "image/png", dot[:12]}, Broken},
		"a changed picture":         {Upload{"a.png", "image/png", bytes.Replace(dot, []byte("IDAT"), []byte("IDAX"), 1)}, Broken},
		"a very wide picture":       {Upload{"a.png", "image/png", wide}, TooWide},
		"a PDF without an end":      {Upload{"a.pdf", "application/pdf", plainPDF[:40]}, Broken},

		"a script":                   {Upload{"a.pdf", "application/pdf", pdfOf("<</S /JavaScript /JS (app.alert(1))>>")}, Active},
		"a script by another name":   {Upload{"a.pdf", "application/pdf", pdfOf("<</S /J#61vaScr#69pt>>")}, Active},
		"a short script":             {Upload{"a.pdf", "application/pdf", pdfOf("<</AA <</O <</JS 3 0 R>> >> >>")}, Active},
		"a program to start":         {Upload{"a.pdf", "application/pdf", pdfOf("<</S/Launch/F(cmd.exe)>>")}, Active},
		"a file inside":              {Upload{"a.pdf", "application/pdf", pdfOf("<</Type /EmbeddedFile>>")}, Active},
		"a form that sends itself":   {Upload{"a.pdf", "application/pdf", pdfOf("<</S /SubmitForm>>")}, Active},
		"a script in packed objects": {Upload{"a.pdf", "application/pdf", pdfOf("<</Type /Catalog>>", packed(t, "/Filter /FlateDecode", "1 0 <</S /JavaScript>>"))}, Active},
		"and by another name":        {Upload{"a.pdf", "application/pdf", pdfOf("<</Type /Catalog>>", packed(t, "/Filter /Fl#61teDecode", "1 0 <</S /Java#53cript>>"))}, Active},
		"behind a false stream":      {Upload{"a.pdf", "application/pdf", pdfOf("<<>>\nstream\n7 0 obj <</S /JavaScript>> endobj\nendstream")}, Active},
		"a stream without an end":    {Upload{"a.pdf", "application/pdf", pdfOf("<<>>\nstream\n<</S /Launch>>")}, Active},
		"packed in another way":      {Upload{"a.pdf", "application/pdf", pdfOf("<</Type /Catalog>>", packed(t, "/Filter /LZWDecode", "x"))}, Broken},
		"packed twice":               {Upload{"a.pdf", "application/pdf", pdfOf("<</Type /Catalog>>", packed(t, "/Filter [/FlateDecode /FlateDecode]", "x"))}, Broken},
		"the word in a string":       {Upload{"a.pdf", "application/pdf", pdfOf("<</Type /Catalog>>", packed(t, "/X (stream) /Filter /FlateDecode", "1 0 <</S /JavaScript>>"))}, Active},
		"a stream in a string":       {Upload{"a.pdf", "application/pdf", pdfOf("<</Type /Catalog>>", packed(t, "/X (>>\nstream\nx\nendstream) /Filter /FlateDecode", "1 0 <</S /JavaScript>>"))}, Active},
		"the word in a comment":      {Upload{"a.pdf", "application/pdf", pdfOf("<</Type /Catalog>>", "%stream\n"+packed(t, "/Filter /FlateDecode", "1 0 <</S /JavaScript>>"))}, Active},
		"a stream in a comment":      {Upload{"a.pdf", "application/pdf", pdfOf("<</Type /Catalog>>", "% >>stream\n"+packed(t, "/Filter /FlateDecode", "1 0 <</S /JavaScript>>"))}, Active},
		"one within a dictionary":    {Upload{"a.pdf", "application/pdf", pdfOf("<</Type /Catalog>>", packed(t, "/X <<>> stream\nx\nendstream /Filter /FlateDecode", "1 0 <</S /JavaScript>>"))}, Active},
		"packed objects in a string": {Upload{"a.pdf", "application/pdf", pdfOf("<</Type /Catalog>>", "("+packed(t, "/Filter /FlateDecode", "1 0 <</S /JavaScript>>")+")")}, Broken},
		"packed objects in a stream": {Upload{"a.pdf", "application/pdf", pdfOf("<<>>\nstream\n7 0 obj " + packed(t, "/Filter /FlateDecode", "1 0 <</S /JavaScript>>"))}, Broken},
		"a type that lies elsewhere": {Upload{"a.pdf", "application/pdf", pdfOf("/ObjStm", strings.Replace(packed(t, "/First 4 /Filter /FlateDecode", "1 0 <</S /JS>>"), "/ObjStm", "1 0 R", 1))}, Active},
		"an end within what packs":   {Upload{"a.pdf", "application/pdf", pdfOf("<</Type /Catalog>>", stored(t, "1 0 (endstream) <</S /JS>>"))}, Active},
		"locked":                     {Upload{"a.pdf", "application/pdf", pdfOf("<</Encrypt 5 0 R>>")}, Locked},
		"an unpacked flood":          {Upload{"a.pdf", "application/pdf", pdfOf("<</Type /Catalog>>", packed(t, "/Filter /FlateDecode", strings.Repeat(" ", maxUnpacked+1)))}, TooWide},
	} {
		if _, got := Check(c.up); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestANameIsOnlyToBeRead(t *testing.T) {
	for given, want := range map[string]string{
		`C:\Users\me\order.pdf`:           "order.pdf",
		"../../etc/passwd.pdf":            "passwd.pdf",
		"or\u202eder\u0000\r\n.pdf":       "order.pdf",
		"Geburtsurkunde Zoë.pdf":          "Geburtsurkunde Zoë.pdf",
		"<b>.png":                         "b.png",
		strings.Repeat("x", 300) + ".pdf": strings.Repeat("x", maxName-4) + ".pdf",
	} {
		if got := cleanName(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
	f := File{ID: "abcdefghijklmnopqrstuvwxyz", Name: "a\"b.pdf", Kind: PDF}
	if f.SaveAs() != "evidence-abcdefgh.pdf" {
		t.Error(f.SaveAs())
	}
}
