package templates

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"text/template"

	"go.yaml.in/yaml/v3"
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
// words/en.yaml. The zero Texts has the short texts in English.
func (t Texts) T(key string, args ...any) string {
	text, ok := t.word(key)
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
	_, ok := t.word(key)
	return ok
}

func (t Texts) word(key string) (text string, ok bool) {
	if t.words == nil {
		text, ok = english()[key]
		return text, ok
	}
	text, ok = t.words[key]
	return text, ok
}

// english is the short texts that all others are held against.
var english = sync.OnceValue(func() words {
	all, err := wordsIn(wordFiles, "words/"+English+".yaml")
	if err != nil {
		panic(err) // unreachable: the file is tested
	}
	return all
})

// Words returns every short text of a language, with the comments that explain
// them, as a file that a team can begin its own with.
func Words(language string) ([]byte, error) {
	text, err := wordFiles.ReadFile("words/" + language + ".yaml")
	if err != nil {
		return nil, noLanguage(language)
	}
	return text, nil
}

// Long returns one of the long texts of a language, such as card.tmpl.
func Long(language, name string) ([]byte, error) {
	if !slices.Contains(Languages(), language) {
		return nil, noLanguage(language)
	}
	dir := language
	if language == English {
		dir = "."
	}
	text, err := files.ReadFile(path.Join(dir, name))
	if err != nil {
		return nil, fmt.Errorf("there is no text %q; there are %s", name, strings.Join(named(New().set), ", "))
	}
	return text, nil
}

func noLanguage(language string) error {
	return fmt.Errorf("there are no texts in %q; there are %s", language, strings.Join(Languages(), ", "))
}

// In returns the texts in a language.
func (t Texts) In(language string) (Texts, error) {
	more, err := wordsIn(wordFiles, "words/"+language+".yaml")
	if errors.Is(err, fs.ErrNotExist) {
		return t, noLanguage(language)
	}
	if err != nil {
		return t, err
	}
	t.tongue = language
	if t, err = t.with(more); err != nil || language == English {
		return t, err
	}
	return t.over(files, language)
}

// Language is the language of the texts: "en".
func (t Texts) Language() string {
	if t.tongue == "" {
		return English
	}
	return t.tongue
}

// From returns the texts with those of a team's own folder in place of ours:
// words.yaml for short ones, and files named as our templates.
func (t Texts) From(dir string) (Texts, error) {
	own := os.DirFS(dir)
	more, err := wordsIn(own, wordsFile)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
		if found, _ := fs.Glob(own, "*.tmpl"); len(found) == 0 {
			err = fmt.Errorf("there is no %s in it, and no template", wordsFile)
		}
	}
	if err != nil {
		return t, fmt.Errorf("%s: %w", dir, err)
	}
	if t, err = t.with(more); err != nil {
		return t, fmt.Errorf("%s: %w", filepath.Join(dir, wordsFile), err)
	}
	t.ours = t.set
	if t, err = t.over(own, "."); err != nil {
		return t, fmt.Errorf("%s: %w", dir, err)
	}
	if err := t.tried(); err != nil {
		return t, fmt.Errorf("%s: %w", dir, err)
	}
	return t, nil
}

// over returns the texts with the templates of a folder in place of those of the
// same name.
func (t Texts) over(from fs.FS, dir string) (Texts, error) {
	own, err := fs.Glob(from, path.Join(dir, "*.tmpl"))
	if err != nil {
		return t, err
	}
	set, err := t.set.Clone()
	if err != nil {
		return t, err
	}
	for _, file := range own {
		if set.Lookup(path.Base(file)) == nil && !isPostmortem(path.Base(file)) {
			return t, fmt.Errorf("%s: there is no text of that name; there are %s", file, strings.Join(named(t.set), ", "))
		}
		if set, err = set.ParseFS(from, file); err != nil {
			return t, err
		}
	}
	t.set = set
	return t, endless(set)
}

// isPostmortem reports whether a template is one of postmortems: the usual one, or
// that of a kind of incident or of a severity.
func isPostmortem(name string) bool {
	return strings.HasPrefix(name, "postmortem.") && strings.HasSuffix(name, ".md.tmpl")
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
		if err := errors.Join(sameArguments(ours, more[key]), sameLength(key, ours, more[key])); err != nil {
			return t, fmt.Errorf("%s: %w", key, err)
		}
		all[key] = more[key]
	}
	t.words = all
	return t.bound()
}

// bound returns the texts with templates that speak in their words.
func (t Texts) bound() (Texts, error) {
	set, err := t.set.Clone()
	if err != nil {
		return t, err
	}
	t.set = set.Funcs(template.FuncMap{"person": t.personOrNobody})
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
		case nil: // nothing is written there
		default:
			all[prefix+key] = strings.TrimSpace(fmt.Sprint(v))
		}
	}
}

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[vsdq]|%%|%.?`)

// arguments returns which argument each verb of a format is for, by its number,
// and the verbs.
func arguments(format string) (map[string]string, error) {
	found := map[string]string{}
	next := 1
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		kind := m[0][len(m[0])-1:]
		switch {
		case m[0] == "%%":
		case len(m[0]) < 2 || !strings.ContainsAny(kind, "vsdq"):
			return nil, fmt.Errorf("%q is no placeholder; write %%%% for a percent sign", m[0])
		case m[1] != "":
			found[m[1]] += kind
		default:
			found[fmt.Sprint(next)] += kind
			next++
		}
	}
	return found, nil
}

// sameArguments reports why a text can not take the place of ours: it must
// show every argument that ours shows, and no other, and numbers as numbers.
func sameArguments(ours, theirs string) error {
	want, err := arguments(ours)
	if err != nil {
		return err
	}
	got, err := arguments(theirs)
	if err != nil {
		return err
	}
	for n, kinds := range got {
		number := strings.Contains(want[n], "d")
		if want[n] == "" || number && strings.ContainsAny(kinds, "sq") || !number && strings.Contains(kinds, "d") {
			return fmt.Errorf("it has the placeholders %s, and needs %s: %q", placeholders(got), placeholders(want), ours)
		}
	}
	if len(got) != len(want) {
		return fmt.Errorf("it has the placeholders %s, and needs %s: %q", placeholders(got), placeholders(want), ours)
	}
	return nil
}

func placeholders(all map[string]string) string {
	if len(all) == 0 {
		return "none"
	}
	var list []string
	for _, n := range slices.Sorted(maps.Keys(all)) {
		list = append(list, "%["+n+"]"+all[n][:1])
	}
	return strings.Join(list, ", ")
}
