package config_test

import (
	"os"
	"strings"
	"testing"

	"muster/config"
)

const withPrometheus = "prometheus: {url: 'https://p.example'}\n"

// of is a configuration of one SLI of checkout, on line 4.
func of(sli string) string {
	return withPrometheus + "services:\n  checkout:\n    slis: [" + sli + "]\n"
}

func TestSLIsAreRefusedInWords(t *testing.T) {
	const at = ":4: services.checkout.slis.0"
	for _, tt := range []struct{ name, text, want string }{
		{"no name", of("{query: up}"), at + ": it has no name"},
		{"quotes", of("{name: 'a`b', query: up}"), at + ".name: \"a`b\" can not be typed"},
		{"long", of("{name: " + strings.Repeat("n", 61) + ", query: up}"), "use up to 60 characters"},
		{"twice", of("{name: p95, query: up}, {name: P95, query: up}"), ":4: services.checkout.slis.1.name: there are two SLIs \"P95\" here"},
		{"no query", of("{name: a}"), at + ": it has no query"},
		{"half a ratio", of("{name: a, bad: up}"), at + ": a ratio of counts needs both"},
		{"both", of("{name: a, query: up, bad: up, total: up}"), at + ".query: it has bad or total as well"},
		{"counts of another kind", of("{name: a, kind: latency, bad: up, total: up}"), at + ".kind: \"latency\" has no bad and total"},
		{"kind", of("{name: a, query: up, kind: speed}"), at + ".kind: \"speed\" is no kind; they are ratio"},
		{"direction", of("{name: a, query: up, bad_direction: left}"), at + ".bad_direction: \"left\" is no direction"},
		{"unit", of("{name: a, query: up, unit: '<b>'}"), at + ".unit: \"<b>\" is no unit"},
		{"label", of("{name: a, query: up, version_label: 'a b'}"), at + ".version_label: \"a b\" is no label"},
		{"source", of("{name: a, query: up, source: graphite}"), at + ".source: \"graphite\" is no source"},
		{"source that there is not", of("{name: a, query: up, source: datadog}"), at + ".source: datadog is not configured; set datadog.api_key"},
		{"unknown field", of("{name: a, query: 'up{a=\"{{.Env}}\"}'}"), at + ".query: {{.Env}} is nothing that can be filled in; only {{.Service}} is"},
		{"more than a field", of("{name: a, query: '{{if .Service}}up{{end}}'}"), "is nothing that can be filled in"},
		{"a function", of("{name: a, query: '{{len .Service}}'}"), "function \"len\" not defined"},
		{"braces", of("{name: a, query: '{{.Service'}"), at + ".query: "},
		{"nobody to ask", "slis: [{name: a, query: up}]\n", ":1: slis.0: there is nobody to ask; set prometheus.url"},
		{"two sources", "datadog: {api_key: x, app_key: x}\n" + of("{name: a, query: up}"), ":5: services.checkout.slis.0: there are two sources"},
		{"no tag", "datadog: {api_key: x, app_key: x}\nservices:\n  check out:\n    slis: [{name: a, query: 'avg:x{service:{{.Service}}}'}]\n", "\"check out\" is no tag of Datadog"},
		{"too many", withPrometheus + "slis:\n" + strings.Repeat("- {name: a, query: up}\n", 6), ":2: slis: there are 6 for the whole company; 5 are the most"},
		{"no service", withPrometheus + "slis: [{name: a, query: 'up{a=\"{{.Service}}\"}'}]\n", ":2: slis.0.query: there is no service to fill in"},
		{"unknown key", of("{name: a, query: up, units: s}"), ":4: unknown key services.checkout.slis.units; did you mean unit?"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := config.Load(write(t, tt.text), config.Refuse)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Load: %v\nwant %q in it", err, tt.want)
			}
		})
	}
}

func TestWhatAnSLILeavesOutIsUsual(t *testing.T) {
	for text, want := range map[string]config.SLI{
		"{name: a, query: up}":                                   {Name: "a", Query: "up", Source: "prometheus", Kind: "other", BadDirection: "up"},
		"{name: a, query: up, kind: throughput}":                 {Name: "a", Query: "up", Source: "prometheus", Kind: "throughput", BadDirection: "down"},
		"{name: a, bad: up, total: up, version_label: v}":        {Name: "a", Bad: "up", Total: "up", VersionLabel: "v", Source: "prometheus", Kind: "ratio", BadDirection: "up"},
		"{name: a, query: up, kind: other, bad_direction: both}": {Name: "a", Query: "up", Source: "prometheus", Kind: "other", BadDirection: "both"},
	} {
		c, err := config.Load(write(t, of(text)), config.Refuse)
		if err != nil || c.Services["checkout"].SLIs[0] != want {
			t.Errorf("%s reads as %+v, %v", text, c.Services["checkout"].SLIs, err)
		}
	}
}

func TestTheServiceIsFilledIn(t *testing.T) {
	for _, tt := range []struct{ source, service, query, want string }{
		{"prometheus", "checkout", `up{service="{{.Service}}"}`, `up{service="checkout"}`},
		{"prometheus", `a\b`, `up{service="{{ .Service }}",x="{}"}`, `up{service="a\\b",x="{}"}`},
		{"prometheus", `x"} or vector(1) or up{a="`, `up{service="{{.Service}}"}`, `up{service="x\x22} or vector(1) or up{a=\x22"}`},
		{"prometheus", "ana's", `up{service='{{.Service}}'}`, `up{service='ana\x27s'}`},
		{"datadog", "checkout", `avg:errors{service:{{.Service}}} by {version}`, `avg:errors{service:checkout} by {version}`},
	} {
		got := config.SLI{Query: tt.query, Bad: tt.query, Total: tt.query, Source: tt.source}.For(tt.service)
		if got.Query != tt.want || got.Bad != tt.want || got.Total != tt.want {
			t.Errorf("%s for %s is %+v, want %s", tt.query, tt.service, got, tt.want)
		}
	}
}

func TestTooFewForTheCompanyAreAFlaw(t *testing.T) {
	for text, want := range map[string]bool{
		withPrometheus: false, of("{name: a, query: up}"): true, withPrometheus + "slis: [{name: a, query: up}]\n": true,
		withPrometheus + "slis: [{name: a, query: up}, {name: b, query: up}, {name: c, query: up}]\n": false,
	} {
		c, err := config.Load(write(t, text), config.Refuse)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, f := range c.Lint() {
			found = found || strings.Contains(f.Text, "the whole company has")
		}
		if found != want {
			t.Errorf("%q has the flaw: %v", text, found)
		}
	}
}

// TestSourcesMayBeMissingForNow is for commands that call nobody.
func TestSourcesMayBeMissingForNow(t *testing.T) {
	text := "prometheus: {url: '${NO_SUCH_VARIABLE}'}\nslis: [{name: a, query: up}]\n"
	if _, err := config.Load(write(t, text), config.Tolerate); err != nil {
		t.Error(err)
	}
}

// TestTheExamplesOfSLIsLoad takes the comment signs from the examples.
func TestTheExamplesOfSLIsLoad(t *testing.T) {
	t.Setenv("SLACK_APP_TOKEN", "xapp-1-test")
	t.Setenv("SLACK_BOT_TOKEN", "xoxb-test")
	text, err := os.ReadFile("../muster.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	inside := false
	for _, line := range strings.Split(string(text), "\n") {
		spaces, comment, ok := strings.Cut(line, "# ")
		inside = ok && strings.TrimSpace(spaces) == "" && (inside || comment == "slis:")
		if inside || ok && strings.HasPrefix(comment, "url: https://prometheus") {
			line = spaces + comment
		}
		lines = append(lines, line)
	}
	c, err := config.Load(write(t, strings.Join(lines, "\n")), config.Refuse)
	if err != nil || len(c.SLIs) != 3 || len(c.Services["checkout"].SLIs) != 4 || len(c.Lint()) > 1 {
		t.Errorf("Load: %+v, %v, %v", c.SLIs, c.Lint(), err)
	}
}
