package main_test

import (
	"encoding/json"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// layers says who may import whom: for each package, the packages of ours that
// it may import. The first row that fits a package counts.
var layers = []struct {
	pkg   string
	allow []string
}{
	{"muster", []string{"cli"}},
	{"muster/cli", []string{"document", "review", "evidence", "impact", "impact/folder", "policy", "integrations/changes", "integrations/changes/github", "integrations/changes/pagerduty", "integrations/pager", "integrations/pager/pagerduty", "integrations/tracker", "integrations/tracker/jira", "integrations/statuspage", "integrations/statuspage/atlassian", "integrations/documents", "integrations/documents/github", "integrations/documents/confluence", "integrations/metrics", "integrations/metrics/prometheus", "integrations/metrics/datadog", "bot", "web", "commands", "chat", "chat/slack", "templates", "timeline", "timeline/bolt", "config", "redact", "workspace"}},
	{"muster/bot", []string{"commands", "chat", "policy", "templates", "timeline"}},
	{"muster/commands", []string{"chat", "document", "evidence", "policy", "review", "templates", "timeline"}},
	{"muster/chat/slack", []string{"chat", "templates", "timeline"}},
	{"muster/chat", []string{"calendar", "document", "review", "templates", "timeline", "redact"}},
	{"muster/templates", []string{"document", "impact", "quantity", "review", "timeline"}},
	{"muster/review", []string{"timeline"}},
	{"muster/review/reviewtest", []string{"timeline"}},
	{"muster/document", nil},
	{"muster/calendar", nil},
	{"muster/integrations/pager/pagerduty", []string{"integrations/pager", "integrations/web", "timeline"}},
	{"muster/integrations/pager", []string{"templates", "timeline"}},
	{"muster/integrations/pager/pagertest", []string{"integrations/pager", "timeline"}},
	{"muster/integrations/tracker/jira", []string{"integrations/tracker", "integrations/web", "timeline"}},
	{"muster/integrations/tracker", []string{"templates", "timeline"}},
	{"muster/integrations/tracker/trackertest", []string{"integrations/tracker", "timeline"}},
	{"muster/integrations/statuspage/atlassian", []string{"integrations/statuspage", "integrations/web", "timeline"}},
	{"muster/integrations/statuspage", []string{"timeline"}},
	{"muster/integrations/documents/github", []string{"integrations/documents", "integrations/web", "timeline"}},
	{"muster/integrations/documents/confluence", []string{"document", "integrations/documents", "integrations/web", "timeline"}},
	{"muster/integrations/documents/documentstest", []string{"document", "integrations/documents", "timeline"}},
	{"muster/integrations/documents", []string{"document", "timeline"}},
	{"muster/integrations/changes/ingest", []string{"integrations/changes"}},
	{"muster/integrations/changes/changestest", []string{"integrations/changes", "timeline"}},
	{"muster/integrations/changes/github", []string{"integrations/changes", "integrations/web", "timeline"}},
	{"muster/integrations/changes/pagerduty", []string{"integrations/changes", "integrations/web", "timeline"}},
	{"muster/integrations/changes", []string{"timeline"}},
	{"muster/integrations/metrics/prometheus", []string{"integrations/metrics", "integrations/web", "timeline"}},
	{"muster/integrations/metrics/datadog", []string{"integrations/metrics", "integrations/web", "timeline"}},
	{"muster/integrations/metrics/metricstest", []string{"integrations/metrics", "timeline"}},
	{"muster/integrations/metrics", []string{"redact"}},
	{"muster/integrations/web", []string{"redact"}},
	{"muster/timeline/bolt", []string{"timeline"}},
	{"muster/timeline/storetest", []string{"timeline"}},
	{"muster/timeline", nil},
	{"muster/config", nil},
	{"muster/evidence", []string{"chat", "evidence/chart", "impact", "integrations/changes", "integrations/metrics", "quantity", "review", "templates", "timeline"}},
	{"muster/evidence/chart", []string{"quantity"}},
	{"muster/quantity", nil},
	{"muster/impact", nil},
	{"muster/impact/scenario", []string{"impact"}},
	{"muster/impact/folder", []string{"impact"}},
	{"muster/policy", nil},
	{"muster/redact", nil},
	{"muster/web", []string{"integrations/changes", "integrations/changes/ingest"}},
	{"muster/workspace", nil},
	{"muster/torture", []string{"workspace"}},
}

// listed is what go list tells of a package.
type listed struct {
	ImportPath, Dir string
	Imports         []string
	TestImports     []string
	XTestImports    []string
	Doc             string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,TestImports,XTestImports,Doc", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p listed
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func TestLayers(t *testing.T) {
	for _, p := range packages(t) {
		allow, known := allowed(p.ImportPath)
		if !known {
			t.Errorf("%s has no place in the layers", p.ImportPath)
		}
		for _, imported := range p.Imports {
			if ours, ok := strings.CutPrefix(imported, "muster/"); ok && !allow[ours] {
				t.Errorf("%s imports %s, which the layers do not allow", p.ImportPath, imported)
			}
		}
	}
}

func allowed(pkg string) (map[string]bool, bool) {
	for _, row := range layers {
		if row.pkg != pkg {
			continue
		}
		allow := map[string]bool{}
		for _, name := range row.allow {
			allow[name] = true
		}
		return allow, true
	}
	return nil, false
}

func TestPackagesSayWhatTheyAre(t *testing.T) {
	for _, p := range packages(t) {
		if len(p.Doc) < 20 {
			t.Errorf("%s has no package comment that says what it is", p.ImportPath)
		}
	}
}

func TestExportedNamesAreDocumented(t *testing.T) {
	for _, p := range packages(t) {
		for _, name := range undocumented(t, p) {
			t.Errorf("%s.%s is exported and says nothing of itself", p.ImportPath, name)
		}
	}
}

func undocumented(t *testing.T, p listed) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(p.Dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	var parsed []*ast.File
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
	}
	d, err := doc.NewFromFiles(set, parsed, p.ImportPath)
	if err != nil {
		t.Fatal(err)
	}
	var bare []string
	for _, f := range d.Funcs {
		bare = append(bare, bareName(f.Name, f.Doc)...)
	}
	for _, typ := range d.Types {
		bare = append(bare, bareName(typ.Name, typ.Doc)...)
		for _, f := range typ.Funcs {
			bare = append(bare, bareName(f.Name, f.Doc)...)
		}
	}
	return bare
}

func bareName(name, doc string) []string {
	if doc == "" {
		return []string{name}
	}
	return nil
}

// TestTourNamesWhatThereIs keeps the tour from drifting: every folder, file
// and Go name that it sets in code must exist.
func TestTourNamesWhatThereIs(t *testing.T) {
	tour, err := os.ReadFile("docs/tour.md")
	if err != nil {
		t.Fatal(err)
	}
	source := allSource(t)
	for _, m := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(string(tour), -1) {
		name := m[1]
		switch {
		case strings.ContainsAny(name, " $|<{"):
		case strings.Contains(name, "/") || strings.HasSuffix(name, ".go") || strings.HasSuffix(name, ".md"):
			if found, _ := filepath.Glob(strings.TrimSuffix(name, "/")); len(found) == 0 {
				t.Errorf("the tour names %s, which there is not", name)
			}
		case regexp.MustCompile(`^([a-z]+\.)?[A-Z]\w+(\.\w+)?$`).MatchString(name):
			last := name[strings.LastIndex(name, ".")+1:]
			if !regexp.MustCompile(`\b` + last + `\b`).MatchString(source) {
				t.Errorf("the tour names %s, which there is not", name)
			}
		}
	}
}

func allSource(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, p := range packages(t) {
		files, err := filepath.Glob(filepath.Join(p.Dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(text)
		}
	}
	return all.String()
}

// TestEveryTestKnowsTheTorture keeps `go test ./... -torture 10m` from failing
// where a test binary has no such flag.
func TestEveryTestKnowsTheTorture(t *testing.T) {
	for _, p := range packages(t) {
		if tests := slices.Concat(p.TestImports, p.XTestImports); len(tests) > 0 && !slices.Contains(tests, "muster/torture") {
			t.Errorf("the tests of %s do not import muster/torture", p.ImportPath)
		}
	}
}
