package document

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const written = `# INC-1: checkout <!-- head 00000000 -->

sev1

## Summary <!-- summary 11111111 -->

It broke.

` + "```" + `
# no heading
` + "```" + `

### Ours

- one
`

func TestSplit(t *testing.T) {
	want := []Part{
		{Key: "head", Level: 1, Heading: "INC-1: checkout", Text: "sev1", Mark: "00000000"},
		{Key: "summary", Level: 2, Heading: "Summary", Text: "It broke.\n\n```\n# no heading\n```", Mark: "11111111"},
		{Level: 3, Heading: "Ours", Text: "- one"},
	}
	if diff := cmp.Diff(want, Split(written)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, Split("\ufeff"+strings.ReplaceAll(written, "\n", "  \r\n"))); diff != "" {
		t.Errorf("from another editor (-want +got):\n%s", diff)
	}
}

// TestAMarkEndsWhatNobodyClosed holds that a code block without an end does not
// swallow the parts after it, and that one with an end keeps its headings.
func TestAMarkEndsWhatNobodyClosed(t *testing.T) {
	text := "## A <!-- a 11111111 -->\n\n```\n## code\n\n## B <!-- b 22222222 -->\n\n```\n## code\n```\n"
	want := []Part{
		{Key: "a", Level: 2, Heading: "A", Text: "```\n## code", Mark: "11111111"},
		{Key: "b", Level: 2, Heading: "B", Text: "```\n## code\n```", Mark: "22222222"},
	}
	if diff := cmp.Diff(want, Split(text)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEdited(t *testing.T) {
	text := Join([]Part{{Key: "summary", Level: 2, Heading: "Summary", Text: "It broke."}})
	for _, c := range []struct {
		what string
		text string
		want bool
	}{
		{"as it was", text, false},
		{"with spaces", strings.ReplaceAll(text, "\n", "  \r\n"), false},
		{"with another word", strings.Replace(text, "broke", "fell over", 1), true},
		{"with another heading", strings.Replace(text, "Summary", "In short", 1), true},
		{"with one line more", text + "\nAnd again.\n", true},
		{"without its mark", "## Summary\n\nIt broke.\n", true},
	} {
		if got := Split(c.text)[0].IsEdited(); got != c.want {
			t.Errorf("%s: edited is %v", c.what, got)
		}
	}
}

func TestBoth(t *testing.T) {
	for _, c := range []struct{ what, base, first, second, want string }{
		{"only the second", "a", "a", "b", "b"},
		{"only the first", "a", "b", "a", "b"},
		{"the same", "a", "b", "b", "b"},
		{"both", "a\nb", "a\nb\nmine", "a\nyours", "a\nyours\n\nmine"},
		{"the second took away what the first left", "a\nb", "a\nb\nc", "a", "a\n\nc"},
		{"the first says again what the second took away", "a\nb", "a\nb\na", "b\nc", "b\nc\n\na"},
		{"nothing was there", "", "mine", "yours", "yours\n\nmine"},
	} {
		if got := Both(c.base, c.first, c.second); got != c.want {
			t.Errorf("%s: %q", c.what, got)
		}
	}
}

// someLine is a line that a person or a hostile one might write.
func someLine() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", "# one", "## two", "### three", "#### four", "```", "~~~", "```go", "- a", "| a | b |", "<!-- head 00000000 -->", "## x <!-- head 00000000 -->", "    # code", "#no", "text ", "שלום", "<script>"}),
		rapid.StringMatching(`[a-z#`+"`"+`<>\- ]{0,12}`),
	)
}

func someText(t *rapid.T, label string) string {
	return strings.Join(rapid.SliceOfN(someLine(), 0, 12).Draw(t, label), "\n")
}

var someMark = regexp.MustCompile(`(?m)<!-- .*$`)

// Whatever stands in a text, taking it apart and putting it together loses no word,
// and doing so again changes nothing.
func TestJoinKeepsEveryWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := someText(t, "text")
		once := Join(Split(text))
		for _, word := range strings.Fields(someMark.ReplaceAllString(text, "")) {
			if !strings.Contains(word, "<!--") && !strings.Contains(once, word) {
				t.Fatalf("%q is not in %q", word, once)
			}
		}
		if again := Join(Split(once)); again != once {
			t.Fatalf("%q became %q", once, again)
		}
	})
}

// A text that somebody writes into one part stays within it.
func TestInnerStaysWithin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inner := Inner(someText(t, "text"))
		text := Join([]Part{{Key: "a", Level: 2, Heading: "A", Text: inner}, {Key: "b", Level: 2, Heading: "B", Text: "b"}})
		got := Split(text)
		if len(got) != 2 || got[0].Text != inner || got[0].IsEdited() || got[1].Text != "b" {
			t.Fatalf("%q became %+v", inner, got)
		}
	})
}

// TestInner holds that what would begin another part begins none, in a code block
// that nobody closed as well: its mark would end that.
func TestInner(t *testing.T) {
	for text, want := range map[string]string{
		"a\n# b":                           "a\n#### b",
		"```\n# code\n```":                 "```\n# code\n```",
		"```\n## x <!-- head 00000000 -->": "```\n#### x <!-- head 00000000 -->\n```",
	} {
		if got := Inner(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestBothKeepsWhatEitherAdded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, first, second := someText(t, "base"), someText(t, "first"), someText(t, "second")
		both := strings.Split(Both(base, first, second), "\n")
		for _, line := range strings.Split(tidy(first)+"\n"+tidy(second), "\n") {
			had := false
			for _, b := range strings.Split(tidy(base), "\n") {
				had = had || b == line
			}
			found := false
			for _, b := range both {
				found = found || b == line
			}
			if strings.TrimSpace(line) != "" && !had && !found {
				t.Fatalf("%q is lost", line)
			}
		}
	})
}

// somethingOpen is a line that begins what may go on for long, or ends it.
var somethingOpen = rapid.OneOf(
	rapid.SampledFrom([]string{
		"", "text", "<!--", "-->", "a <!-- b", "<!-- a --> b", "```", "~~~", "  ```", "   ~~~", "    code", "- a", "1. a", "> q", "- ```", "> ```", "`<!--`",
		"<pre>", "<script>", "<style>", "<textarea>", "<?php", "<!DOCTYPE html>", "<!X", "<![CDATA[", "<div>", "</div>", "| a |", "| - |", "[x]: http://a", "\\", "\t",
	}),
	rapid.StringMatching("[a`<!> -]{0,8}"),
)

// Whatever is left open in one part, the page shows the next one as it is.
func TestAPartHidesNoOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inner := Inner(strings.Join(rapid.SliceOfN(somethingOpen, 0, 6).Draw(t, "lines"), "\n"))
		text := Join([]Part{{Key: "a", Level: 2, Heading: "A", Text: inner}, {Key: "b", Level: 2, Heading: "B", Text: "shown"}})
		page, err := Document{Markdown: text}.HTML()
		if err != nil || !strings.Contains(string(page), "<h2 id=\"b\" dir=\"auto\">B</h2>\n<p dir=\"auto\">shown</p>") {
			t.Fatalf("%q hides what comes after it: %v\n%s", inner, err, page)
		}
	})
}

// A code block or a comment that does not end hides nothing of what comes after it.
func TestOpenEnds(t *testing.T) {
	parts := Split("## A <!-- a 11111111 -->\n\n```\ncode\n\n## B <!-- b 22222222 -->\n\nb\n")
	if len(parts) != 2 || parts[1].Key != "b" {
		t.Errorf("an open code block takes in what follows: %+v", parts)
	}
	for text, want := range map[string]string{
		"```\ncode":                 "```\ncode\n```",
		"a <!-- b":                  "a &lt;!-- b",
		"a <!-- b\nc --> d":         "a <!-- b\nc --> d",
		"<!-- a --> <!-- b":         "<!-- a --> &lt;!-- b",
		"```\n<!-- code\n```\nb":    "```\n<!-- code\n```\nb",
		"<!-- a\n```\nb -->\n```\n": "&lt;!-- a\n```\nb -->\n```\n",
		"<!-- a <!-- b":             "&lt;!-- a &lt;!-- b",
		"a\n<!-- b\n<!-- c":         "a\n&lt;!-- b\n&lt;!-- c",
		"<!-- a\n```\n<!-- b\n```":  "&lt;!-- a\n```\n<!-- b\n```",
		"<pre>\n\na":                "&lt;pre>\n\na",
		"<pre>\n\na\n</pre>":        "<pre>\n\na\n</pre>",
		"- a\n  ```\n  b":           "- a\n  ```\n  b",
	} {
		if got := closedOff(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
