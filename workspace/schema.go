package workspace

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"
)

// A shape says which fields a JSON object may have. The tables of Block Kit in
// blockkit.go are made of them.
type shape map[string]field

// field is what may stand in one place of an object.
type field struct {
	must  bool
	check rule
}

// rule notes what is wrong with a value.
type rule func(k *checker, at string, value any)

func must(r rule) field { return field{true, r} }

func may(r rule) field { return field{false, r} }

// and is a shape with the fields of another as well.
func (s shape) and(other shape) shape {
	all := maps.Clone(s)
	maps.Copy(all, other)
	return all
}

// checker gathers what is wrong with blocks.
type checker struct {
	on       surface
	problems []string
	blockIDs []string // which must differ
	kit      kit
}

func (k *checker) refuse(at, format string, args ...any) {
	k.problems = append(k.problems, fmt.Sprintf("[ERROR] %s [json-pointer:%s]", fmt.Sprintf(format, args...), at))
}

// fields checks an object field by field, in the order of the alphabet.
func (k *checker) fields(at string, given object, of shape) {
	for _, name := range slices.Sorted(maps.Keys(of)) {
		if f := of[name]; f.must && given[name] == nil {
			k.refuse(at, "missing required field: %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		f, known := of[name]
		switch {
		case !known:
			k.refuse(at+"/"+name, "invalid additional property: %s", name)
		case given[name] != nil:
			f.check(k, at+"/"+name, given[name])
		}
	}
}

// either checks an object of one of several kinds, told by its type.
func (k *checker) either(at string, value any, kinds map[string]shape, of []string) {
	given, ok := value.(object)
	if !ok {
		k.refuse(at, "must be an object")
		return
	}
	kind, _ := given["type"].(string)
	shape, known := kinds[kind]
	if !known || !slices.Contains(of, kind) {
		k.refuse(at+"/type", "unsupported type: %s", kind)
		return
	}
	k.fields(at, given, shape.and(shape0))
}

// shape0 is what every object that tells its type has.
var shape0 = shape{"type": must(str(1, 100))}

// str is a text of so many characters.
func str(least, most int) rule {
	return func(k *checker, at string, value any) {
		text, ok := value.(string)
		n := utf8.RuneCountInString(text)
		switch {
		case !ok:
			k.refuse(at, "must be a string")
		case n < least:
			k.refuse(at, "must be more than %d characters", least-1)
		case n > most:
			k.refuse(at, "must be less than %d characters", most+1)
		}
	}
}

func oneOf(words ...string) rule {
	return func(k *checker, at string, value any) {
		if text, ok := value.(string); !ok || !slices.Contains(words, text) {
			k.refuse(at, "must be one of %v", words)
		}
	}
}

func flag(k *checker, at string, value any) {
	if _, ok := value.(bool); !ok {
		k.refuse(at, "must be true or false")
	}
}

func number(least, most float64) rule {
	return func(k *checker, at string, value any) {
		if n, ok := value.(float64); !ok || n < least || n > most {
			k.refuse(at, "must be a number from %v to %v", least, most)
		}
	}
}

// list is so many values, each by a rule.
func list(least, most int, each rule) rule {
	return func(k *checker, at string, value any) {
		all, ok := value.([]any)
		switch {
		case !ok:
			k.refuse(at, "must be a list")
		case len(all) < least:
			k.refuse(at, "no fewer than %d items allowed", least)
		case len(all) > most:
			k.refuse(at, "no more than %d items allowed", most)
		}
		for i, one := range all {
			each(k, fmt.Sprintf("%s/%d", at, i), one)
		}
	}
}

func obj(s shape) rule {
	return func(k *checker, at string, value any) {
		if given, ok := value.(object); ok {
			k.fields(at, given, s)
		} else {
			k.refuse(at, "must be an object")
		}
	}
}

// anything is what this workspace takes as it comes.
func anything(*checker, string, any) {}

// text is a text object of one of the kinds, of so many characters.
func text(most int, kinds ...string) rule {
	return func(k *checker, at string, value any) {
		given, ok := value.(object)
		if !ok {
			k.refuse(at, "must be a text object")
			return
		}
		k.fields(at, given, shape{
			"type": must(oneOf(kinds...)), "text": must(str(1, most)), "emoji": may(flag), "verbatim": may(flag),
		})
	}
}

func plain(most int) rule { return text(most, "plain_text") }

func anyText(most int) rule { return text(most, "plain_text", "mrkdwn") }

// element is an element of one of the kinds.
func element(kinds ...string) rule {
	return func(k *checker, at string, value any) { k.either(at, value, k.kit.elements, kinds) }
}

// decode reads a list of objects; what is none is nothing.
func decode(raw json.RawMessage) []object {
	var all []object
	_ = json.Unmarshal(raw, &all) // nothing where there is nothing
	return all
}
