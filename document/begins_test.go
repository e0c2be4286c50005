package document

import (
	"strings"
	"testing"
	"time"
)

// TestAHeadingStaysWithItsTable holds that a heading reserves room for the head of
// the table that follows it, and for its first row.
func TestAHeadingStaysWithItsTable(t *testing.T) {
	for _, tt := range []struct {
		what, next string
		least      float64
	}{
		{"a line", "one line", 13},
		{"nothing", "", 13},
		{"a table whose first row has many lines", "| a | b |\n| - | - |\n| " + strings.Repeat("word ", 90) + " | x |", 25},
	} {
		p, err := Document{Language: "en"}.openPDF(time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if got := p.begins(Document{Markdown: tt.next}.read().blocks); got < tt.least {
			t.Errorf("before %s a heading reserves %.1f mm, and not %.0f", tt.what, got, tt.least)
		}
	}
}
