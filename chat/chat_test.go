package chat_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"muster/chat"
)

func TestChannelName(t *testing.T) {
	for _, tt := range []struct {
		title string
		n     int
		want  string
	}{
		{"checkout is down", 0, "inc-12-checkout-is-down"},
		{"checkout is down", 2, "inc-12-checkout-is-down-3"},
		{"Größe & Œuvre — naïve façade", 0, "inc-12-grosse-oeuvre-naive-facade"},
		{"🔥🔥", 0, "inc-12"},
		{"الدفع متوقف", 1, "inc-12-2"},
		{"can't log in", 0, "inc-12-cant-log-in"},
		{"  --a__b--  ", 0, "inc-12-a-b"},
		{strings.Repeat("x", 300), 0, "inc-12-" + strings.Repeat("x", 73)},
		{strings.Repeat("x", 300), 9, "inc-12-" + strings.Repeat("x", 70) + "-10"},
		{"ﬁle Ⅳ ①", 0, "inc-12-file-iv-1"},
	} {
		if got := chat.ChannelName("inc", 12, tt.title, tt.n); got != tt.want {
			t.Errorf("ChannelName(%q, %d) = %q, want %q", tt.title, tt.n, got, tt.want)
		}
	}
}

func FuzzChannelName(f *testing.F) {
	f.Add("checkout is down", 3)
	f.Fuzz(func(t *testing.T, title string, n int) {
		name := chat.ChannelName("inc", 12, title, n%20)
		if !regexp.MustCompile(`^inc-12(-[a-z0-9]+)*$`).MatchString(name) || len(name) > 80 {
			t.Errorf("ChannelName(%q) = %q", title, name)
		}
	})
}

func FuzzClip(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string, n int) {
		if n = 1 + (n & 0xff); utf8.RuneCountInString(chat.Clip(text, n)) > n {
			t.Errorf("Clip(%q, %d) is longer", text, n)
		}
	})
}
