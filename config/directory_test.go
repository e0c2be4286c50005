package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"muster/config"
)

// folder writes a configuration with a directory beside it.
func folder(t *testing.T, text string, files map[string]string) string {
	t.Helper()
	path := write(t, text)
	dir := filepath.Join(filepath.Dir(path), "directory")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func TestDirectoryAddsToServices(t *testing.T) {
	path := folder(t, "directory: directory\nservices: {mail: {runbook: https://x.example}}\n", map[string]string{
		"checkout.yaml": "description: Takes orders.\nowners: [U123, payments]\ndashboards: [https://g.example/1]\n",
		"data.yml":      "orders-db: {description: Keeps orders.}\ndocs:\n  description: Shows documents.\n",
		"empty.yaml":    "# nothing yet\n",
		".hidden.yaml":  "no: [such\n",
		"README.md":     "about",
	})
	c, err := config.Load(path, config.Refuse)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Services) != 5 || c.Services["checkout"].Owners[0] != "U123" || c.Services["docs"].Description == "" || c.Services["mail"].Runbook == "" {
		t.Errorf("it reads as %+v", c.Services)
	}
}

func TestDirectoryErrorsNameTheirFile(t *testing.T) {
	for _, tt := range []struct{ name, file, text, want string }{
		{"unknown key", "a.yaml", "description: x\nowner: [x]\n", "a.yaml:2: unknown key a.owner; did you mean owners?"},
		{"unknown key in a map", "a.yaml", "b:\n  owner: [x]\n", "a.yaml:2: unknown key b.owner; did you mean owners?"},
		{"wrong shape", "a.yaml", "owners: {x: y}\ndocs: https://x.example\n", "a.yaml:1: a.owners: the value has not the shape that it needs"},
		{"a list", "a.yaml", "- b\n", "a.yaml:1: it is neither a service nor a map of services"},
		{"no YAML", "a.yaml", "b: [\n", "a.yaml: "},
		{"two documents", "a.yaml", "docs: https://x.example\n---\ndocs: https://y.example\n", "a.yaml: there is more than one document in it"},
		{"twice", "a.yaml", "mail:\n  docs: https://x.example\n", "a.yaml:1: mail is written down twice, the first time at "},
		{"missing variable", "a.yaml", "docs: ${NO_SUCH_VARIABLE}\n", "a.yaml:1: a.docs: the environment has no variable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := config.Load(folder(t, "directory: directory\nservices:\n  mail: {}\n", map[string]string{tt.file: tt.text}), config.Refuse)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Load: %v\nwant %q in it", err, tt.want)
			}
		})
	}
	_, err := config.Load(folder(t, "directory: directory\n", map[string]string{"a.yaml": "docs: ''\n", "b.yaml": "a: {docs: ''}\n"}), config.Refuse)
	if err == nil || !strings.Contains(err.Error(), "b.yaml:1: a is written down twice, the first time at ") || !strings.Contains(err.Error(), "a.yaml:1; keep one") {
		t.Errorf("a service in two files: %v", err)
	}
}

func TestADirectoryThatIsElsewhereCanBeTolerated(t *testing.T) {
	if _, err := config.Load(write(t, "directory: nowhere\n"), config.Tolerate); err != nil {
		t.Error(err)
	}
}

func TestLint(t *testing.T) {
	whole := "description: x\nowners: [a]\nrunbook: https://x.example\n"
	c, err := config.Load(folder(t, "directory: directory\nservices:\n  mail: {}\n", map[string]string{
		"a.yaml": whole + "dependencies: [b]\n",
		"b.yaml": whole + "docs: wiki/b\ndependencies: [a, stripe, b]\ndashboards: ['', 'https:/g']\n",
	}), config.Refuse)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, f := range c.Lint() {
		_, text, _ := strings.Cut(f.Text, "services.")
		got.WriteString(map[bool]string{true: "FAIL ", false: "-- "}[f.Serious] + text[:strings.IndexAny(text, ";,")] + "\n")
		if !strings.Contains(f.Text, ".yaml:") {
			t.Errorf("%q names no file", f.Text)
		}
	}
	want := `-- b.dependencies: "stripe" is no other service of the directory
-- b.dependencies: "b" is no other service of the directory
FAIL b.docs: "wiki/b" is no web address
FAIL b.dashboards: "https:/g" is no web address
-- mail: it has no description
-- mail: it has no owners
-- mail: it has no runbook
`
	if got.String() != want {
		t.Errorf("it finds\n%swant\n%s", got.String(), want)
	}
}
