package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Missing says what to do about references to variables and files that are
// not there.
type Missing bool

// What to do about missing references.
const (
	Refuse   Missing = false // an error that names the key
	Tolerate Missing = true  // leave the value empty, for commands that call nobody
)

// Load reads a configuration file. All its errors are told at once, each with
// file, line and key.
func Load(path string, missing Missing) (Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("read configuration: %w; copy muster.example.yaml to muster.yaml, or name a file with --config", err)
	}
	c := Default()
	c.path, c.missing = path, missing
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return Config{}, fmt.Errorf("%s: %s", path, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	r := resolver{path: path, missing: missing, lines: map[string]int{}}
	r.walk(&doc, "")
	c.lines = r.lines
	if r.lines["reactions"] > 0 {
		c.Reactions = nil // those that are named are all
	}
	err = errors.Join(append(r.errs, decode(path, &doc, &c, r.lines))...)
	if err != nil {
		return Config{}, err
	}
	for _, of := range []*string{&c.Texts.Dir, &c.Documents.Font} { // they start at the configuration's own folder
		if *of != "" && !filepath.IsAbs(*of) {
			*of = filepath.Join(filepath.Dir(path), *of)
		}
	}
	if err := c.readDirectory(missing); err != nil {
		return Config{}, err
	}
	return c, c.validate()
}

// decode fills c from a document whose references are resolved.
func decode(path string, doc *yaml.Node, c *Config, lines map[string]int) error {
	if doc.Kind == 0 {
		return nil // an empty file
	}
	return fill(path, doc.Content[0], c, "", lines)
}

// fill decodes a node that stands under a key, and refuses keys that there are
// not.
func fill(path string, n *yaml.Node, to any, key string, lines map[string]int) error {
	errs := unknownKeys(path, n, reflect.TypeOf(to).Elem(), key)
	var wrong *yaml.TypeError
	switch err := n.Decode(to); {
	case errors.As(err, &wrong):
		for _, e := range wrong.Errors {
			errs = append(errs, wrongShape(path, e, lines))
		}
	case err != nil:
		errs = append(errs, wrongShape(path, err.Error(), lines))
	}
	return errors.Join(errs...)
}

var shape = regexp.MustCompile(`^line (\d+): (cannot unmarshal .*)?`)

// wrongShape tells of a value that can not be read by its line and key, and
// never by itself: it may be a secret.
func wrongShape(path, told string, lines map[string]int) error {
	m := shape.FindStringSubmatch(told)
	if m == nil {
		return fmt.Errorf("%s: %s", path, told)
	}
	line, _ := strconv.Atoi(m[1])
	if m[2] == "" {
		return fmt.Errorf("%s:%d: %s%s", path, line, keyAt(lines, line), told[len(m[0]):])
	}
	return fmt.Errorf("%s:%d: %sthe value has not the shape that it needs; muster.example.yaml shows it", path, line, keyAt(lines, line))
}

// keyAt names the key that stands in a line; of several, what they have in
// common.
func keyAt(lines map[string]int, line int) string {
	common, first := "", true
	for key, at := range lines {
		if at != line {
			continue
		}
		if first {
			common, first = key, false
		}
		for !strings.HasPrefix(key+".", common+".") {
			common = common[:max(0, strings.LastIndex(common, "."))]
		}
	}
	if common == "" {
		return ""
	}
	return common + ": "
}

// resolver replaces references by what they refer to.
type resolver struct {
	path    string
	missing Missing
	lines   map[string]int
	errs    []error
}

var variable = regexp.MustCompile(`^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$`)

func (r *resolver) walk(n *yaml.Node, key string) {
	switch n.Kind {
	case yaml.DocumentNode:
		for _, child := range n.Content {
			r.walk(child, key)
		}
	case yaml.SequenceNode:
		for i, child := range n.Content {
			if child.Kind == yaml.MappingNode {
				r.lines[join(key, strconv.Itoa(i))] = child.Line
			}
			r.walk(child, join(key, strconv.Itoa(i)))
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			name := join(key, n.Content[i].Value)
			r.lines[name] = n.Content[i].Line
			r.walk(n.Content[i+1], name)
		}
	case yaml.ScalarNode:
		if n.Tag == "!!str" {
			r.resolve(n, key)
		}
	}
}

func (r *resolver) resolve(n *yaml.Node, key string) {
	var err error
	if name := variable.FindStringSubmatch(n.Value); name != nil {
		n.Value, err = fromVariable(name[1])
	} else if file, ok := strings.CutPrefix(n.Value, "file:"); ok {
		n.Value, err = fromFile(filepath.Dir(r.path), file)
	}
	if err == nil {
		return
	}
	n.Value = ""
	if r.missing == Refuse {
		r.errs = append(r.errs, fmt.Errorf("%s:%d: %s: %w", r.path, n.Line, key, err))
	}
}

func fromVariable(name string) (string, error) {
	value, ok := os.LookupEnv(name)
	if !ok {
		return "", fmt.Errorf("the environment has no variable %s; set it, or write file: and a path", name)
	}
	return value, nil
}

// fromFile reads a value from a file; a relative path starts at the
// configuration's own folder. Space at the ends is no part of the value.
func fromFile(dir, path string) (string, error) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("%w; make the file, or write ${NAME} for a variable", err)
	}
	return strings.TrimSpace(string(text)), nil
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

// UnmarshalYAML reads "30m", "4h" or "1d".
func (c *Cadence) UnmarshalYAML(n *yaml.Node) error {
	if days, ok := strings.CutSuffix(n.Value, "d"); ok {
		if count, err := strconv.Atoi(days); err == nil && count >= 0 {
			*c = Cadence(time.Duration(count) * 24 * time.Hour)
			return nil
		}
	}
	d, err := time.ParseDuration(n.Value)
	if n.Value == "0" {
		d, err = 0, nil
	}
	if err != nil || d < 0 {
		return fmt.Errorf("line %d: %q is no span of time; write 30m, 4h or 1d", n.Line, n.Value)
	}
	*c = Cadence(d)
	return nil
}
