package chat_test

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"muster/chat"
	"muster/document"
	"muster/templates"
)

var update = flag.Bool("update", false, "write the golden files")

// look gets the documents in every format, to be looked at.
var look = flag.String("look", "", "folder that gets the documents themselves")

// inGerman are the samples that are held in German, too.
var inGerman = []string{"from-right", "full"}

// TestSamples holds what the postmortems of many incidents become, in every format.
// After -update, write them to a folder with -look and look at them there: the pages
// in a browser, narrow and wide, the PDF page by page.
func TestSamples(t *testing.T) {
	german, err := templates.New().In("de")
	if err != nil {
		t.Fatal(err)
	}
	if german.Zone, err = time.LoadLocation("Europe/Berlin"); err != nil {
		t.Fatal(err)
	}
	for _, s := range samples(t) {
		t.Run(s.name, func(t *testing.T) { s.held(t, templates.New(), s.name) })
		if slices.Contains(inGerman, s.name) {
			t.Run(s.name+"-de", func(t *testing.T) { s.held(t, german, s.name+"-de") })
		}
	}
}

// held compares a sample in every format with its golden files. Of what is long, and
// of PDF, those are sums.
func (s *sampled) held(t *testing.T, texts templates.Texts, name string) {
	dir := t.TempDir()
	for path, content := range s.pictures {
		file := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	inc := s.incident()
	holdsTogether(t, texts, s)
	var sums strings.Builder
	for _, f := range formats(t, chat.Binder{Texts: texts, Dir: dir}.Document(inc), s.now) {
		if *look != "" {
			if err := os.WriteFile(filepath.Join(*look, name+f.kind), f.content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if s.name == "long" || f.kind == ".pdf" {
			fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(f.content), name+f.kind)
			continue
		}
		golden(t, name+f.kind, f.content)
	}
	golden(t, name+".sums", []byte(sums.String()))
}

// holdsTogether holds that a document parses to the parts that it is made of, and
// tells nothing new to the incident that it was made of.
func holdsTogether(t *testing.T, texts templates.Texts, s *sampled) {
	t.Helper()
	inc := s.incident()
	parts, file := texts.PostmortemParts(inc), texts.Postmortem(inc)
	var want, got []string
	for _, p := range parts {
		want = append(want, p.Key+" "+p.Sum())
	}
	for _, p := range document.Split(file) {
		got = append(got, p.Key+" "+p.Sum())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the parts are others than it is made of (-want +got):\n%s", diff)
	}
	for _, p := range parts[1:] {
		if !slices.Contains(ourParts, p.Key) && !strings.HasPrefix(p.Key, "own-") {
			t.Errorf("what was said has become a part: %q", p.Heading)
		}
	}
	if edits := texts.Edits(inc, file, asItIs); len(edits) > 0 {
		t.Errorf("nobody has edited it, and it has %v", edits)
	}
}

// ourParts are the keys of all parts that a document can have of itself.
var ourParts = strings.Fields("summary impact figures roles durations timeline changes causes how whys findings learned well badly lucky surprised follow-ups understanding notes about")

type inFormat struct {
	kind    string // as the names of such files end
	content []byte
}

// formats is a document in each.
func formats(t *testing.T, d document.Document, made time.Time) []inFormat {
	t.Helper()
	page, err := d.HTML()
	if err != nil {
		t.Fatal(err)
	}
	stored, err := d.Storage()
	if err != nil {
		t.Fatal(err)
	}
	file, err := d.PDF(made)
	if err != nil {
		t.Fatal(err)
	}
	return []inFormat{{".md", []byte(d.Markdown)}, {".html", page}, {".xml", []byte(stored)}, {".canvas.md", []byte(d.Canvas())}, {".pdf", file}}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "samples", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is another; go test ./chat -run TestSamples -update writes it (-want +got):\n%s", name, cmp.Diff(string(want), string(got)))
	}
}

// asItIs changes nothing about a text.
func asItIs(text string) string { return text }
