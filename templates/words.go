package templates

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"go.yaml.in/yaml/v3"

	"muster/timeline"
)

//go:embed words/*.yaml
var wordFiles embed.FS

// words are short texts by their dotted keys: "handover.offered". They are
// written as package fmt formats.
type words map[string]string

// English is the language that every text is written in first.
const English = "en"

// wordsFile is the file of short texts in a team's own folder.
const wordsFile = "words.yaml"

// Languages returns every language there is, English first.
func Languages() []string {
	files, err := fs.Glob(wordFiles, "words/*.yaml")
	if err != nil {
		panic(err) // unreachable: the pattern is well formed
	}
	all := []string{English}
	for _, f := range files {
		if name := strings.TrimSuffix(filepath.Base(f), ".yaml"); name != English {
			all = append(all, name)
		}
	}
	return all
}

// T returns a short text. What the arguments are is written beside the text in
// words/en.yaml.
func (t Texts) T(key string, args ...any) string {
	text, ok := t.words[key]
	if !ok {
		panic("there is no text " + key) // unreachable: a test looks for every key
	}
	if !strings.Contains(text, "%") {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// Has reports whether there is a text.
func (t Texts) Has(key string) bool {
	_, ok := t.words[key]
	return ok
}

// Words returns every short text as a file that a team can begin its own with.
func (t Texts) Words() []byte {
	out, err := yaml.Marshal(map[string]string(t.words))
	if err != nil {
		panic(err) // unreachable: they are strings
	}
	return out
}

// In returns the texts in a language. What it has no text for stays English.
func (t Texts) In(language string) (Texts, error) {
	more, err := wordsIn(wordFiles, "words/"+language+".yaml")
	if errors.Is(err, fs.ErrNotExist) {
		return t, fmt.Errorf("there are no texts in %q; there are %s", language, strings.Join(Languages(), ", "))
	}
	if err != nil {
		return t, err
	}
	return t.with(more)
}

// From returns the texts with those of a team's own folder in place of ours:
// words.yaml for short ones, and files named as our templates.
func (t Texts) From(dir string) (Texts, error) {
	more, err := wordsIn(os.DirFS(dir), wordsFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return t, err
	}
	if t, err = t.with(more); err != nil {
		return t, fmt.Errorf("%s: %w", filepath.Join(dir, wordsFile), err)
	}
	own, err := filepath.Glob(filepath.Join(dir, "*.tmpl"))
	if err != nil || len(own) == 0 {
		return t, err
	}
	set, err := t.set.Clone()
	if err != nil {
		return t, err
	}
	for _, path := range own {
		if t.set.Lookup(filepath.Base(path)) == nil {
			return t, fmt.Errorf("%s: there is no text of that name; there are %s", path, strings.Join(named(t.set), ", "))
		}
		if set, err = set.ParseFiles(path); err != nil {
			return t, fmt.Errorf("%s: %w", path, err)
		}
	}
	t.set = set
	return t, t.tried()
}

// tried renders every text once, so that a team's own text that can not be
// rendered is found at the start.
func (t Texts) tried() error {
	some := timeline.Fold(1, []timeline.Event{{Incident: 1, Seq: 1, Fact: timeline.Declared{Title: "a title", Severity: timeline.Sev1}}})
	role := roleBoard{t.board(some), t.Part(timeline.Commander), t.Command}
	var errs []error
	for name, with := range map[string]any{
		"card.tmpl": t.board(some), "announcement.tmpl": t.board(some), "topic.tmpl": t.board(some), "role.tmpl": role,
		"postmortem.md.tmpl": t.document(some),
		"handover.tmpl":      t.state(some), "catchup.tmpl": t.state(some), "executive.tmpl": t.board(some),
	} {
		errs = append(errs, t.set.ExecuteTemplate(io.Discard, name, with))
	}
	return errors.Join(errs...)
}

// named lists the templates of a set that are files.
func named(set *template.Template) []string {
	var names []string
	for _, one := range set.Templates() {
		if strings.HasSuffix(one.Name(), ".tmpl") {
			names = append(names, one.Name())
		}
	}
	slices.Sort(names)
	return names
}

// with returns the texts with others in place of some.
func (t Texts) with(more words) (Texts, error) {
	all := maps.Clone(t.words)
	for _, key := range slices.Sorted(maps.Keys(more)) {
		ours, ok := t.words[key]
		if !ok {
			return t, fmt.Errorf("there is no text %s", key)
		}
		if err := sameArguments(ours, more[key]); err != nil {
			return t, fmt.Errorf("%s: %w", key, err)
		}
		all[key] = more[key]
	}
	t.words = all
	return t, nil
}

// wordsIn reads a file of short texts.
func wordsIn(files fs.FS, path string) (words, error) {
	text, err := fs.ReadFile(files, path)
	if err != nil {
		return nil, err
	}
	var tree map[string]any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	all := words{}
	flatten(all, "", tree)
	return all, nil
}

func flatten(all words, prefix string, tree map[string]any) {
	for key, value := range tree {
		switch v := value.(type) {
		case map[string]any:
			flatten(all, prefix+key+".", v)
		default:
			all[prefix+key] = strings.TrimSpace(fmt.Sprint(v))
		}
	}
}

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[vsdq]|%%|%.?`)

// arguments returns which argument each verb of a format is for, by its number.
func arguments(format string) (map[string]bool, error) {
	found := map[string]bool{}
	next := 1
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		switch {
		case m[0] == "%%":
		case len(m[0]) < 2 || !strings.ContainsAny(m[0][len(m[0])-1:], "vsdq"):
			return nil, fmt.Errorf("%q is no placeholder; write %%%% for a percent sign", m[0])
		case m[1] != "":
			found[m[1]] = true
		default:
			found[fmt.Sprint(next)] = true
			next++
		}
	}
	return found, nil
}

// sameArguments reports why a text can not take the place of ours: it must
// show every argument that ours shows, and no other.
func sameArguments(ours, theirs string) error {
	want, err := arguments(ours)
	if err != nil {
		return err
	}
	got, err := arguments(theirs)
	if err != nil {
		return err
	}
	if !maps.Equal(want, got) {
		return fmt.Errorf("it has the placeholders %s, and needs %s: %q", placeholders(got), placeholders(want), ours)
	}
	return nil
}

func placeholders(all map[string]bool) string {
	if len(all) == 0 {
		return "none"
	}
	var list []string
	for _, n := range slices.Sorted(maps.Keys(all)) {
		list = append(list, "%["+n+"]v")
	}
	return strings.Join(list, ", ")
}
