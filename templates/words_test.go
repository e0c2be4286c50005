package templates_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"muster/templates"
	"muster/timeline"
)

// keysOf lists the keys of a language, as they stand in its file.
func keysOf(t *testing.T, language string) []string {
	t.Helper()
	file, err := templates.Words(language)
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := yaml.Unmarshal(file, &tree); err != nil {
		t.Fatal(err)
	}
	var keys []string
	var walk func(prefix string, tree map[string]any)
	walk = func(prefix string, tree map[string]any) {
		for name, value := range tree {
			if under, ok := value.(map[string]any); ok {
				walk(prefix+name+".", under)
			} else {
				keys = append(keys, prefix+name)
			}
		}
	}
	walk("", tree)
	slices.Sort(keys)
	return keys
}

func TestEveryLanguageIsWhole(t *testing.T) {
	english := keysOf(t, templates.English)
	if len(templates.Languages()) < 2 || templates.Languages()[0] != templates.English {
		t.Errorf("there are the languages %v", templates.Languages())
	}
	for _, language := range templates.Languages() {
		if keys := keysOf(t, language); !slices.Equal(keys, english) {
			t.Errorf("%s lacks %v and has besides %v", language, without(english, keys), without(keys, english))
		}
		if _, err := templates.New().In(language); err != nil {
			t.Errorf("%s: %v", language, err) // its placeholders are held against those of English
		}
		ours, _ := filepath.Glob("*.tmpl")
		theirs, _ := filepath.Glob(filepath.Join(language, "*.tmpl"))
		if language != templates.English && len(theirs) != len(ours) {
			t.Errorf("%s has %d of %d templates", language, len(theirs), len(ours))
		}
	}
}

func without(all, some []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(one string) bool { return slices.Contains(some, one) })
}

// TestEveryLanguageSpeaksOfEverything renders all there is of an incident, and
// looks for what is left of another language, or of a placeholder.
func TestEveryLanguageSpeaksOfEverything(t *testing.T) {
	for _, language := range templates.Languages() {
		texts, err := templates.New().In(language)
		if err != nil {
			t.Fatal(err)
		}
		inc := happened(
			timeline.Declared{Title: "checkout is down", Severity: timeline.Sev1}, timeline.RoleGiven{Role: timeline.Comms, To: timeline.Person{ID: "U2"}},
			timeline.SeverityChanged{From: timeline.Sev1, To: timeline.Sev2}, timeline.Resolved{Text: "over"},
		)
		for _, text := range []string{
			texts.Card(inc), texts.Announcement(inc), texts.Executive(inc), texts.CatchUp(inc), texts.Handover(inc, timeline.Comms),
			texts.RoleTold(inc, timeline.Comms), texts.Postmortem(inc), texts.Day("2026-03-02"),
		} {
			if strings.Contains(text, "%!") || language != templates.English && regexp.MustCompile(`\b(the|declared|Monday|Mar)\b`).MatchString(text) {
				t.Errorf("in %s it says\n%s", language, text)
			}
		}
	}
}

// TestWhatIsShortIsShort holds what Slack takes no more than so many characters of.
func TestWhatIsShortIsShort(t *testing.T) {
	for _, language := range templates.Languages() {
		texts, err := templates.New().In(language)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range keysOf(t, language) {
			most := 0
			switch {
			case strings.HasPrefix(key, "shortcut.") && strings.HasSuffix(key, ".name"), strings.HasSuffix(key, ".submit"),
				slices.Contains([]string{"declare.title", "update.title", "survey.title", "publish.form.title", "follow-up.title", "meeting.form.title", "button.cancel"}, key):
				most = 24
			case strings.HasPrefix(key, "button."), strings.HasPrefix(key, "draft.p"), key == "draft.resolve", key == "draft.change":
				most = 75
			}
			if key == "button.resolve confirm" {
				most = 300
			}
			if text, _, _ := strings.Cut(texts.T(key, "INC-1234"), "%!"); most > 0 && len([]rune(text)) > most {
				t.Errorf("in %s %s has %d characters, and Slack takes %d", language, key, len([]rune(text)), most)
			}
		}
	}
}

// speakers are the packages that say something to people, from here.
var speakers = []string{".", "../commands", "../bot", "../chat", "../chat/slack", "../integrations/pager", "../integrations/tracker", "../cli", "../impact", "../evidence"}

// literal is a text in the source.
type literal struct {
	at    token.Position
	text  string
	whole bool   // it is no part of a longer one
	to    string // what it is an argument of; empty for nothing
}

// literals returns every text that stands in the source of a package.
func literals(t *testing.T, dir string) []literal {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(dir, err)
	}
	var all []literal
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		within := map[ast.Node]string{}
		part := map[ast.Node]bool{}
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.BinaryExpr:
				part[n.X], part[n.Y] = true, true
				within[n.X], within[n.Y] = within[n], within[n]
			case *ast.CallExpr:
				for _, arg := range n.Args {
					within[arg] = called(n)
				}
			case *ast.BasicLit:
				if n.Kind == token.STRING {
					text, _ := strconv.Unquote(n.Value)
					all = append(all, literal{set.Position(n.Pos()), text, !part[n], within[n]})
				}
			}
			return true
		})
	}
	return all
}

// called names a call as far as that matters here: "T", "fmt.Errorf".
func called(call *ast.CallExpr) string {
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		if pkg, ok := fun.X.(*ast.Ident); ok && slices.Contains([]string{"fmt", "errors", "regexp"}, pkg.Name) {
			return pkg.Name + "." + fun.Sel.Name
		}
		return fun.Sel.Name
	}
	return ""
}

// tellers are what takes the key of a text first.
var tellers = []string{"T", "tell", "sorry", "misused", "Has", "wrong", "ended", "day", "nth"}

// TestWhatIsSaidIsThere holds the keys in the source against the catalogue, and
// the catalogue against the source.
func TestWhatIsSaidIsThere(t *testing.T) {
	keys := keysOf(t, templates.English)
	var said []literal
	for _, dir := range speakers {
		said = append(said, literals(t, dir)...)
	}
	under := func(prefix string) bool {
		return slices.ContainsFunc(keys, func(key string) bool { return strings.HasPrefix(key, prefix) })
	}
	used := map[string]bool{}
	for _, l := range said {
		if l.whole && slices.Contains(keys, l.text) {
			used[l.text] = true
		}
		if prefix := strings.HasSuffix(l.text, ".") || strings.HasSuffix(l.text, " "); !l.whole && prefix && under(l.text) {
			used[l.text] = true
		}
		if !l.whole || !slices.Contains(tellers, l.to) || slices.Contains(keys, l.text) || under(l.text+".") || !strings.ContainsAny(l.text, ".%") {
			continue
		}
		t.Errorf("%v: there is no text %q", l.at, l.text)
	}
	for _, key := range keys {
		plural := strings.TrimSuffix(key, " one") // several says both
		if !used[key] && !used[plural] && !slices.ContainsFunc(slices.Collect(maps.Keys(used)), func(u string) bool {
			return strings.HasSuffix(u, ".") && strings.HasPrefix(key, u) || strings.HasSuffix(u, " ") && strings.HasPrefix(key, u)
		}) && !builtUp(key) {
			t.Errorf("nobody says %s", key)
		}
	}
}

// builtUp reports whether a key is put together of parts in a way that the
// source does not show at one place.
func builtUp(key string) bool {
	for _, prefix := range []string{
		"report.", // readable in commands/report.go has the rest
		"date.",   // a day, in short and in full
	} {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// looksSaid is what people would be told: a sentence.
var looksSaid = regexp.MustCompile(`^[A-Z"%][^\n]*\s\S+\s\S+\s[^\n]*[.?!]$`)

// unsaid are calls whose texts are for whoever runs Muster, or for programmers.
var unsaid = []string{"Info", "Warn", "Error", "Debug", "panic", "regexp.MustCompile"}

func TestNothingIsSaidInGo(t *testing.T) {
	for _, dir := range []string{".", "../commands", "../bot", "../chat", "../chat/slack"} {
		for _, l := range literals(t, dir) {
			if !slices.Contains(unsaid, l.to) && looksSaid.MatchString(l.text) {
				t.Errorf("%v: this belongs into words/en.yaml: %q", l.at, l.text)
			}
		}
	}
}

func TestATeamsOwnWords(t *testing.T) {
	for _, tt := range []struct{ name, file, text, want string }{
		{"a name", "words.yaml", "severity: {sev1: {name: critical}}", ""},
		{"a heading with nothing under it", "words.yaml", "severity:\n", ""},
		{"another order", "words.yaml", `update: {nothing: "Next: %[2]s. Nothing new on %[1]v."}`, ""},
		{"a template", "topic.tmpl", "{{.ID}} now", ""},
		{"a missing placeholder", "words.yaml", `update: {nothing: "Nothing new on %[1]v."}`, "words.yaml: update.nothing: it has the placeholders %[1]v, and needs %[1]v, %[2]s"},
		{"a number too many", "words.yaml", `update: {posted: "%[1]v %[2]v"}`, "words.yaml: update.posted: it has the placeholders %[1]v, %[2]v, and needs %[1]v"},
		{"a number as a text", "words.yaml", `list: {open: "%[1]s are open:"}`, "words.yaml: list.open: it has the placeholders %[1]s, and needs %[1]d"},
		{"a text as a number", "words.yaml", `said: {resolved: "%[1]d"}`, "words.yaml: said.resolved: it has the placeholders %[1]d, and needs %[1]s"},
		{"a percent sign", "words.yaml", `said: {resolved: "100% by %[1]s"}`, `words.yaml: said.resolved: "% " is no placeholder; write %% for a percent sign`},
		{"an unknown key", "words.yaml", "said: {solved: yes}", "words.yaml: there is no text said.solved"},
		{"a week of six days", "words.yaml", "date: {weekdays: a b c d e f}", "words.yaml: date.weekdays: it has 6 words, and needs 7"},
		{"no YAML", "words.yaml", "said: [", "words.yaml: yaml: line 1"},
		{"neither words nor templates", "words.yml", "x", "there is no words.yaml in it, and no template"},
		{"an unknown template", "cards.tmpl", "x", "cards.tmpl: there is no text of that name; there are announcement.tmpl, card.tmpl"},
		{"a broken template", "card.tmpl", "{{if}}", "template: card.tmpl:1: missing value for if"},
		{"an unknown field", "card.tmpl", "{{.Nope}}", `template: card.tmpl:1:2: executing "card.tmpl" at <.Nope>`},
		{"an unknown field of what is rare", "card.tmpl", "{{if .Drill}}{{.Nope}}{{end}}", `template: card.tmpl:1:15: executing "card.tmpl" at <.Nope>`},
		{"an unknown field of what few postmortems have", "postmortem.sev1.md.tmpl", "{{with .Judged}}{{range .Suspects}}{{.Nope}}{{end}}{{end}}", `postmortem.sev1.md.tmpl:1:37: executing "postmortem.sev1.md.tmpl" at <.Nope>`},
		{"a part of itself", "postmortem.md.tmpl", `{{define "x"}}{{range .Lines}}{{with $}}{{template "y" .}}{{end}}{{end}}{{end}}{{define "y"}}{{if 1}}{{else}}{{template "x" .}}{{end}}{{end}}`, `postmortem.md.tmpl: the text "x" is part of itself`},
		{"a count without end", "postmortem.md.tmpl", `{{with .Title}}{{range $n := 3000000000000}}{{end}}{{end}}`, `postmortem.md.tmpl: the text "postmortem.md.tmpl" counts further than 1000`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, tt.file), []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := templates.New().From(dir)
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("it is refused: %v", err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), dir)):
				t.Errorf("it is answered with %v, want %s", err, tt.want)
			}
		})
	}
}

// TestATeamCanBeginWithAllWords gives back, as a team's own, what is printed.
func TestATeamCanBeginWithAllWords(t *testing.T) {
	for _, language := range templates.Languages() {
		file, err := templates.Words(language)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "words.yaml"), file, 0o600); err != nil {
			t.Fatal(err)
		}
		texts, err := templates.New().From(dir)
		if err != nil {
			t.Fatal(err)
		}
		in, _ := templates.New().In(language)
		if inc := incident(declared); fmt.Sprint(texts.T("list.open", 2)) != in.T("list.open", 2) || texts.Status(inc.Status) != in.Status(inc.Status) {
			t.Errorf("%s is not what was printed", language)
		}
	}
}

func TestTheZeroTextsSpeakEnglish(t *testing.T) {
	if got, want := (templates.Texts{}).T("list.open", 3), "3 incidents are open:"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
}
