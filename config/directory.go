package config

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readDirectory adds the services of the folder that directory names. A
// relative path starts at the configuration's own folder.
func (c *Config) readDirectory(missing Missing) error {
	if c.Directory == "" {
		return nil
	}
	folder := c.Directory
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(filepath.Dir(c.path), folder)
	}
	files, err := os.ReadDir(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist) && missing == Tolerate:
		return nil
	case err != nil:
		return c.wrong("directory", "%v; name a folder with a YAML file for each service", err)
	}
	c.Services = maps.Clone(c.Services)
	if c.Services == nil {
		c.Services = map[string]Service{}
	}
	c.places = map[string]string{}
	var errs []error
	for _, f := range files {
		if ext := filepath.Ext(f.Name()); strings.HasPrefix(f.Name(), ".") || ext != ".yaml" && ext != ".yml" {
			continue
		}
		errs = append(errs, c.readServices(filepath.Join(folder, f.Name()), missing))
	}
	return errors.Join(errs...)
}

// readServices adds the services of one file.
func (c *Config) readServices(path string, missing Missing) error {
	n, err := readOne(path)
	if err != nil {
		return err
	}
	r := resolver{path: path, missing: missing, lines: map[string]int{}}
	more := map[string]Service{}
	if name := serviceOf(path); isService(n) {
		r.walk(n, name)
		var one Service
		err = fill(path, n, &one, name, r.lines)
		more[name], r.lines[name] = one, max(1, n.Line)
	} else {
		r.walk(n, "")
		err = fill(path, n, &more, "", r.lines)
	}
	if err := errors.Join(append(r.errs, err)...); err != nil {
		return err
	}
	return c.add(path, more, r.lines)
}

// readOne reads the one document of a file; an empty one is an empty mapping.
func readOne(path string) (*yaml.Node, error) {
	text, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the directory: %w", err)
	}
	defer text.Close()
	var doc, further yaml.Node
	documents := yaml.NewDecoder(text)
	err = documents.Decode(&doc)
	if errors.Is(err, io.EOF) || err == nil && (len(doc.Content) == 0 || doc.Content[0].Tag == "!!null") {
		return &yaml.Node{Kind: yaml.MappingNode}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %s", path, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := documents.Decode(&further); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: there is more than one document in it; write several services as a map, by their names", path)
	}
	if doc.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s:%d: it is neither a service nor a map of services; muster.example.yaml shows both", path, doc.Content[0].Line)
	}
	return doc.Content[0], nil
}

// serviceOf is the name of the service that a file is about by its own name.
func serviceOf(path string) string {
	return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
}

// isService reports whether a mapping is one service. It is a map of services
// where everything in it is a mapping itself, which no key of a service is.
func isService(n *yaml.Node) bool {
	for i := 1; i < len(n.Content); i += 2 {
		if n.Content[i].Kind != yaml.MappingNode {
			return true
		}
	}
	return len(n.Content) == 0
}

// add takes the services of a file over, with their places. None may be there
// already.
func (c *Config) add(path string, more map[string]Service, lines map[string]int) error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(more)) {
		key := "services." + name
		if _, twice := c.Services[name]; twice {
			first := cmp.Or(c.places[key], fmt.Sprintf("%s:%d", c.path, c.lines[key]))
			errs = append(errs, fmt.Errorf("%s:%d: %s is written down twice, the first time at %s; keep one", path, lines[name], name, first))
			continue
		}
		c.Services[name] = more[name]
		for at, line := range lines {
			if at == name || strings.HasPrefix(at, name+".") {
				c.places["services."+at] = fmt.Sprintf("%s:%d", path, line)
			}
		}
	}
	return errors.Join(errs...)
}

// nameMost is how many characters the name of a service may have.
const nameMost = 100

// serviceProblems are names that people could not tell apart or not write.
func (c *Config) serviceProblems() []problem {
	var found []problem
	lower := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(c.Services)) {
		key := "services." + name
		if first, ok := lower[strings.ToLower(name)]; ok {
			found = append(found, problem{key, fmt.Sprintf("people can not tell it from %s; give one another name", first)})
		}
		lower[strings.ToLower(name)] = name
		if n := len([]rune(name)); n == 0 || n > nameMost || strings.ContainsAny(name, "\"“”`<>@\n\t") || strings.TrimSpace(name) != name {
			found = append(found, problem{key, fmt.Sprintf("%q can not be typed as the name of a service; use up to %d characters without quotes, < > and @", name, nameMost)})
		}
	}
	return found
}
