package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// unknownKeys returns an error for each key that the type has no field for,
// with the key that was probably meant.
func unknownKeys(path string, n *yaml.Node, t reflect.Type, key string) []error {
	var errs []error
	switch {
	case n.Kind == yaml.SequenceNode && t.Kind() == reflect.Slice:
		for _, child := range n.Content {
			errs = append(errs, unknownKeys(path, child, t.Elem(), key)...)
		}
	case n.Kind == yaml.MappingNode && t.Kind() == reflect.Map:
		for i := 0; i+1 < len(n.Content); i += 2 {
			errs = append(errs, unknownKeys(path, n.Content[i+1], t.Elem(), join(key, n.Content[i].Value))...)
		}
	case n.Kind == yaml.MappingNode && t.Kind() == reflect.Struct:
		fields := keysOf(t)
		for i := 0; i+1 < len(n.Content); i += 2 {
			name := n.Content[i]
			field, ok := fields[name.Value]
			if !ok {
				errs = append(errs, fmt.Errorf("%s:%d: unknown key %s; %s",
					path, name.Line, join(key, name.Value), suggest(name.Value, fields)))
				continue
			}
			errs = append(errs, unknownKeys(path, n.Content[i+1], field, join(key, name.Value))...)
		}
	}
	return errs
}

// keysOf returns the type of each key of a struct.
func keysOf(t reflect.Type) map[string]reflect.Type {
	keys := map[string]reflect.Type{}
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("yaml"); name != "" {
			keys[name] = t.Field(i).Type
		}
	}
	return keys
}

func suggest(name string, keys map[string]reflect.Type) string {
	var names []string
	for key := range keys {
		if strings.HasPrefix(key, name) || strings.HasPrefix(name, key) || sameLetters(key, name) {
			return "did you mean " + key + "?"
		}
		names = append(names, key)
	}
	slices.Sort(names)
	return "there are " + strings.Join(names, ", ")
}

// sameLetters reports whether two names differ in little more than the order
// of their letters, as typing errors do.
func sameLetters(a, b string) bool {
	count := map[rune]int{}
	for _, r := range a {
		count[r]++
	}
	for _, r := range b {
		count[r]--
	}
	off := 0
	for _, n := range count {
		off += max(n, -n)
	}
	return off <= 2
}
