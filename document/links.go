package document

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// linked is a text that leads somewhere, or the text alone where it may not: only
// the web, mail and places of the same document are led to.
func linked(to string, text []span) []span {
	to, ok := target(to)
	if !ok || len(text) == 0 {
		return text
	}
	return []span{{kind: link, to: to, in: text}}
}

func target(to string) (string, bool) {
	to = strings.TrimSpace(to)
	u, err := url.Parse(to)
	if err != nil {
		return "", false
	}
	switch {
	case strings.HasPrefix(to, "#"):
		return "#" + u.Fragment, u.Fragment != ""
	case (u.Scheme == "http" || u.Scheme == "https") && u.Host != "":
		return inASCII(u.String()), true
	case u.Scheme == "mailto" && u.Opaque != "":
		return inASCII(u.String()), true
	}
	return "", false
}

// inASCII is an address with what does not belong into one written as %XX.
func inASCII(to string) string {
	var b strings.Builder
	for _, c := range []byte(to) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}()", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// name gives each heading an id, as GitHub does, and takes away each id that is
// there already.
func (t *tree) name() {
	taken := map[string]bool{}
	eachText(t.blocks, func(text []span) []span {
		eachSpan(text, func(s *span) {
			if s.kind != anchor {
				return
			}
			if taken[s.to] {
				s.kind, s.to = words, ""
			}
			taken[s.to] = true
		})
		return text
	})
	nameHeadings(t.blocks, taken)
}

func nameHeadings(blocks []block, taken map[string]bool) {
	for i := range blocks {
		if b := &blocks[i]; b.kind == heading {
			b.id = freed(slug(plain(b.text)), taken)
		}
		nameHeadings(blocks[i].blocks, taken)
	}
}

// slug is a heading as an address.
func slug(title string) string {
	id := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r) || unicode.IsNumber(r) || r == '_' || r == '-':
			return unicode.ToLower(r)
		case r == ' ':
			return '-'
		}
		return -1
	}, title)
	if id == "" {
		return "section"
	}
	return id
}

func freed(id string, taken map[string]bool) string {
	free := id
	for n := 1; taken[free]; n++ {
		free = fmt.Sprintf("%s-%d", id, n)
	}
	taken[free] = true
	return free
}

// join keeps the links to places that there are, and makes of the others the text that they had.
func (t *tree) join() {
	places := map[string]bool{}
	eachText(t.blocks, func(text []span) []span {
		eachSpan(text, func(s *span) { places[s.to] = places[s.to] || s.kind == anchor })
		return text
	})
	headings(t.blocks, func(b block) { places[b.id] = true })
	t.linked = map[string]bool{}
	eachText(t.blocks, func(text []span) []span { return t.joined(text, places) })
}

func headings(blocks []block, f func(block)) {
	for _, b := range blocks {
		if b.kind == heading {
			f(b)
		}
		headings(b.blocks, f)
	}
}

func (t *tree) joined(text []span, places map[string]bool) []span {
	var out []span
	for _, s := range text {
		s.in = t.joined(s.in, places)
		place, inside := strings.CutPrefix(s.to, "#")
		switch {
		case s.kind == link && len(s.in) == 0:
			continue
		case s.kind == link && inside && !places[place]:
			out = append(out, s.in...)
			continue
		case s.kind == link && inside:
			t.linked[place] = true
		}
		out = append(out, s)
	}
	return merged(out)
}
