package slack

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"muster/templates"
)

func TestDecode(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"plain", "a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"},
		{"a person", "ask <@U12AB> and <@U12AB|ana>", "ask <@U12AB> and <@U12AB>"},
		{"a channel", "in <#C1|incidents> and <#C2|>", "in #incidents and #C2"},
		{"everybody", "<!channel> <!here|here> <!everyone>", "@channel here @everyone"},
		{"a group", "<!subteam^S1|@oncall> <!subteam^S1>", "@oncall @subteam^S1"},
		{"a date", "<!date^1^{time}|noon>", "noon"},
		{"a link", "<https://x.example/a?b&amp;c>", "https://x.example/a?b&c"},
		{"a link with a label", "<https://x.example|the runbook>", "the runbook (https://x.example)"},
		{"a bare name", "<http://x.example|x.example>", "http://x.example"},
		{"mail", "<mailto:a@b.example|a@b.example>", "a@b.example"},
		{"typed as a mention", "&lt;@U12AB&gt;", "< @U12AB>"},
		{"typed twice", "&amp;lt;!channel&amp;gt;", "&lt;!channel&gt;"},
		{"controls", "a\x00b\x1b[31m\u202ec\u200bd", "ab[31mcd"},
		{"a secret", "token xoxb-" + "123456789012-abc", "token [redacted: Slack token]"},
		{"lines", "a\nb", "a\nb"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := decode(tt.text); got != tt.want {
				t.Errorf("decode(%q)\n got %q\nwant %q", tt.text, got, tt.want)
			}
		})
	}
}

// FuzzTextCanNotControl sends whatever people type out again, and looks for
// control sequences other than a mention of a person.
func FuzzTextCanNotControl(f *testing.F) {
	for _, seed := range []string{"<!channel>", "&lt;!channel&gt;", "<@U1> <@U1", "<https://x|y>", "\x01link\x02http://x\x02y\x03", "&amp;lt;!here&amp;gt;", "<!subteam^S1|x>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		out := pen{}.mrkdwn().Write(decode(typed))
		for rest := out; ; {
			i := strings.IndexByte(rest, '<')
			if i < 0 {
				break
			}
			rest = rest[i:]
			end := strings.IndexByte(rest, '>')
			if end < 0 || !strings.HasPrefix(rest, "<@") || strings.ContainsAny(rest[:end], "!|#^ ") {
				t.Fatalf("decode(%q) is sent as %q", typed, out)
			}
			rest = rest[end:]
		}
		if !utf8.ValidString(out) {
			t.Errorf("%q is no UTF-8", out)
		}
	})
}

// FuzzPieces cuts a written text and looks for pieces that are too long or cut
// through a sequence.
func FuzzPieces(f *testing.F) {
	f.Add("one two &amp; three <@U1> four", 10)
	f.Add(strings.Repeat("&lt;", 40), 11)
	f.Fuzz(func(t *testing.T, text string, n int) {
		n = 80 + abs(n)%100
		written := pen{}.mrkdwn().Write(decode(text) + templates.When(time.Unix(0, 0)) + decode(text))
		for _, piece := range pieces(written, n) {
			if utf8.RuneCountInString(piece) > n {
				t.Fatalf("a piece of %d characters: %q", utf8.RuneCountInString(piece), piece)
			}
			if strings.Count(piece, "<") != strings.Count(piece, ">") {
				t.Fatalf("cut through a sequence: %q of %q", piece, written)
			}
			if i := strings.LastIndexByte(piece, '&'); i >= 0 && !strings.Contains(piece[i:], ";") {
				t.Fatalf("cut through an escape: %q", piece)
			}
		}
		if c := clip(written, n); utf8.RuneCountInString(c) > n {
			t.Fatalf("clip(%d) is of %d characters", n, utf8.RuneCountInString(c))
		}
	})
}

func abs(n int) int {
	if n < 0 {
		return -(n + 1)
	}
	return n
}
