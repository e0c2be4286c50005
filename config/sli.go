package config

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"text/template/parse"
)

// SLI is a named query that tells how well a service does, or the whole company.
type SLI struct {
	Name         string `yaml:"name"`
	Query        string `yaml:"query"`         // in the source's own language; {{.Service}} is the service's name
	Bad          string `yaml:"bad"`           // in place of query, for a ratio: how many were bad, a minute
	Total        string `yaml:"total"`         // and of how many; it is judged by the counts then
	VersionLabel string `yaml:"version_label"` // the label that tells which version of the service it is of; empty for none
	Source       string `yaml:"source"`        // prometheus or datadog; the one that is configured where it is empty
	Unit         string `yaml:"unit"`          // "s", "%", "/min"
	Kind         string `yaml:"kind"`          // ratio, latency, throughput, saturation or other
	BadDirection string `yaml:"bad_direction"` // up, down or both; where it is empty down for throughput, and up for all others
}

// The words of an SLI.
var (
	sources    = []string{"prometheus", "datadog"}
	kinds      = []string{"ratio", "latency", "throughput", "saturation", "other"}
	directions = []string{"up", "down", "both"}
)

// IsCounted reports whether it is a ratio of counts.
func (s SLI) IsCounted() bool { return s.Bad != "" && s.Total != "" }

// Queries returns what is asked: one query, or that of the bad and that of all.
func (s SLI) Queries() []string {
	if s.IsCounted() {
		return []string{s.Bad, s.Total}
	}
	return []string{s.Query}
}

// For returns the SLI with a service's name in its queries.
func (s SLI) For(service string) SLI {
	for _, text := range []*string{&s.Query, &s.Bad, &s.Total} {
		if filled, err := filledIn(*text, s.Source, service); err == nil { // it was checked when it was loaded
			*text = filled
		}
	}
	return s
}

// filledIn puts the name of a service into a query.
func filledIn(query, source, service string) (string, error) {
	if query == "" {
		return "", nil
	}
	trees, err := parse.Parse("query", query, "", "")
	if err != nil {
		return "", fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "template: query:"))
	}
	var text strings.Builder
	if tree := trees["query"]; tree != nil && tree.Root != nil {
		for _, n := range tree.Root.Nodes {
			switch n := n.(type) {
			case *parse.TextNode:
				text.Write(n.Text)
			case *parse.ActionNode:
				if n.Pipe.String() != ".Service" {
					return "", fmt.Errorf("{{%s}} is nothing that can be filled in; only {{.Service}} is", n.Pipe)
				}
				name, err := quoted(source, service)
				if err != nil {
					return "", err
				}
				text.WriteString(name)
			default:
				return "", fmt.Errorf("%s is nothing that can be filled in; only {{.Service}} is", n)
			}
		}
	}
	return text.String(), nil
}

var (
	promQLString = strings.NewReplacer(`\`, `\\`, `"`, `\x22`, `'`, `\x27`, "\n", `\n`) // an escaped quote has to be the one around it
	datadogTag   = regexp.MustCompile(`^[\pL\pN_./:-]*$`)
)

// quoted writes a name as it stands in a string of PromQL, between quotes that
// are there already, or as a tag of Datadog.
func quoted(source, name string) (string, error) {
	if source == "datadog" {
		if !datadogTag.MatchString(name) {
			return "", fmt.Errorf("%q is no tag of Datadog; write the tag itself in place of {{.Service}}", name)
		}
		return name, nil
	}
	return promQLString.Replace(name), nil
}

// Answers reports whether queries can be asked there.
func (p Prometheus) Answers() bool { return p.URL != "" }

// Answers reports whether queries can be asked there.
func (d Datadog) Answers() bool { return d.APIKey != "" && d.AppKey != "" }

func (c *Config) sourceProblems() []problem {
	var found []problem
	if c.Prometheus.URL != "" && (!isWeb(c.Prometheus.URL) || strings.ContainsAny(c.Prometheus.URL, "?#")) { // it may hold a password
		found = append(found, problem{"prometheus.url", "it is no web address; write such as https://prometheus.example.com, with what comes before /api/v1"})
	}
	c.Datadog.URL = cmp.Or(c.Datadog.URL, Default().Datadog.URL)
	if !isWeb(c.Datadog.URL) {
		found = append(found, problem{"datadog.url", fmt.Sprintf("%q is no web address; write that of your site's API, such as https://api.datadoghq.eu", c.Datadog.URL)})
	}
	if c.missing == Refuse && (c.Datadog.APIKey == "") != (c.Datadog.AppKey == "") {
		found = append(found, problem{"datadog", "queries need both api_key and app_key; set both, or neither"})
	}
	return found
}

// companyMost is how many SLIs the whole company has at the most: more of them
// nobody looks at. Fewer than companyLeast tell too little.
const (
	companyMost  = 5
	companyLeast = 3
)

// sliProblems are those of all SLIs. It puts them into their usual form.
func (c *Config) sliProblems() []problem {
	found := c.listProblems("slis", c.SLIs, "")
	if len(c.SLIs) > companyMost {
		found = append(found, problem{"slis", fmt.Sprintf("there are %d for the whole company; %d are the most: move the others to their services", len(c.SLIs), companyMost)})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Services)) {
		found = append(found, c.listProblems("services."+name+".slis", c.Services[name].SLIs, name)...)
	}
	return found
}

// listProblems are those of the SLIs of one service, or of the company.
func (c *Config) listProblems(key string, all []SLI, service string) []problem {
	var found []problem
	names := map[string]bool{}
	for n := range all {
		at := fmt.Sprintf("%s.%d", key, n)
		refuse := func(key, format string, args ...any) {
			found = append(found, problem{at + key, fmt.Sprintf(format, args...)})
		}
		c.usual(&all[n])
		if lower := strings.ToLower(all[n].Name); names[lower] {
			refuse(".name", "there are two SLIs %q here; give one another name", all[n].Name)
		} else {
			names[lower] = true
		}
		c.judge(all[n], refuse)
		all[n].judgeQueries(service, refuse)
	}
	return found
}

// usual puts an SLI into its usual form.
func (c *Config) usual(s *SLI) {
	s.Name = strings.TrimSpace(s.Name)
	if s.Source == "" && c.Prometheus.Answers() != c.Datadog.Answers() {
		s.Source = sources[0]
		if c.Datadog.Answers() {
			s.Source = sources[1]
		}
	}
	if s.Kind == "" {
		s.Kind = "other"
		if s.IsCounted() {
			s.Kind = "ratio"
		}
	}
	if s.BadDirection == "" {
		s.BadDirection = "up"
		if s.Kind == "throughput" {
			s.BadDirection = "down"
		}
	}
}

// How many characters the name of an SLI and its unit may have.
const (
	sliNameMost = 60
	unitMost    = 20
)

var labelShape = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_./-]*$`)

// judge refuses all about an SLI but its queries.
func (c *Config) judge(s SLI, refuse func(key, format string, args ...any)) {
	unspeakable := func(text string) bool { return strings.ContainsAny(text, "\"“”'`<>@\n\t") }
	if s.Name == "" {
		refuse("", "it has no name; write one of up to %d characters, by which people ask for it", sliNameMost)
	}
	if len([]rune(s.Name)) > sliNameMost || unspeakable(s.Name) {
		refuse(".name", "%q can not be typed as the name of an SLI; use up to %d characters without quotes, < > and @", s.Name, sliNameMost)
	}
	if len([]rune(s.Unit)) > unitMost || unspeakable(s.Unit) {
		refuse(".unit", "%q is no unit; use up to %d characters, such as ms, %% or /min", s.Unit, unitMost)
	}
	if !slices.Contains(kinds, s.Kind) {
		refuse(".kind", "%q is no kind; they are %s", s.Kind, strings.Join(kinds, ", "))
	}
	if !slices.Contains(directions, s.BadDirection) {
		refuse(".bad_direction", "%q is no direction; write up where more is worse, down where less is, or both", s.BadDirection)
	}
	if s.VersionLabel != "" && !labelShape.MatchString(s.VersionLabel) {
		refuse(".version_label", "%q is no label; write the name of one, such as version", s.VersionLabel)
	}
	switch answers := map[string]bool{"prometheus": c.Prometheus.Answers(), "datadog": c.Datadog.Answers()}; {
	case s.Source != "" && !slices.Contains(sources, s.Source):
		refuse(".source", "%q is no source; they are %s", s.Source, strings.Join(sources, ", "))
	case c.missing == Tolerate: // its address, or its keys, may be what is missing
	case s.Source == "" && answers["prometheus"]:
		refuse("", "there are two sources; say in source which one it is: %s", strings.Join(sources, " or "))
	case s.Source == "":
		refuse("", "there is nobody to ask; set prometheus.url, or the keys of datadog")
	case !answers[s.Source]:
		refuse(".source", "%s is not configured; set %s", s.Source, map[string]string{"prometheus": "prometheus.url", "datadog": "datadog.api_key and datadog.app_key"}[s.Source])
	}
}

// judgeQueries refuses queries that can not be asked.
func (s SLI) judgeQueries(service string, refuse func(key, format string, args ...any)) {
	switch {
	case s.Query != "" && (s.Bad != "" || s.Total != ""):
		refuse(".query", "it has bad or total as well; keep one: the query, or the two counts")
	case s.Query == "" && s.Bad == "" && s.Total == "":
		refuse("", "it has no query; write one, or for a ratio bad and total")
	case s.Query == "" && !s.IsCounted():
		refuse("", "a ratio of counts needs both bad and total")
	case s.IsCounted() && s.Kind != "ratio":
		refuse(".kind", "%q has no bad and total; write ratio, or a query in their place", s.Kind)
	}
	for _, q := range []struct{ key, text string }{{".query", s.Query}, {".bad", s.Bad}, {".total", s.Total}} {
		filled, err := filledIn(q.text, s.Source, service)
		switch {
		case err != nil:
			refuse(q.key, "%v", err)
		case service == "" && filled != q.text:
			refuse(q.key, "there is no service to fill in for the whole company; write the query without {{.Service}}")
		case q.text != "" && strings.TrimSpace(filled) == "":
			refuse(q.key, "it is empty")
		}
	}
}

// lintSLIs finds what the SLIs of the company lack.
func (c Config) lintSLIs() []Flaw {
	some := slices.ContainsFunc(slices.Collect(maps.Values(c.Services)), func(s Service) bool { return len(s.SLIs) > 0 })
	if n := len(c.SLIs); n < companyLeast && (n > 0 || some) {
		return []Flaw{{Text: c.wrong("slis", "the whole company has %d; three to five tell at a glance whether customers are well", n).Error()}}
	}
	return nil
}
