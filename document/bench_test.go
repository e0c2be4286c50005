package document_test

import (
	"fmt"
	"strings"
	"testing"

	"muster/document"
)

// long is a postmortem with ten thousand lines in its timeline.
func long() document.Document {
	var b strings.Builder
	b.WriteString("# INC-8: a long night\n\n## Timeline\n\n")
	for n := range 10_000 {
		fmt.Fprintf(&b, "- <a id=\"line-%d\"></a>**%02d:%02d** Ana · finding — the error rate of `checkout` is at %d %% and the pool has no connection left ([link](https://acme.slack.com/archives/C1/p%d))\n", n, n/60%24, n%60, n%100, n)
		if n%7 == 0 {
			b.WriteString("  - captured by Bea Lindqvist\n")
		}
	}
	b.WriteString("\n## Causes\n\n[what was said](#line-9000)\n")
	return document.Document{Title: "INC-8: a long night", Language: "en", Markdown: b.String()}
}

func BenchmarkTenThousandLines(b *testing.B) {
	d := long()
	for name, write := range map[string]func() error{
		"html":    func() error { _, err := d.HTML(); return err },
		"pdf":     func() error { _, err := d.PDF(made); return err },
		"storage": func() error { _, err := d.Storage(); return err },
		"canvas":  func() error { _ = d.Canvas(); return nil },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := write(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSamplePDF(b *testing.B) {
	d := sample(b)
	for b.Loop() {
		if _, err := d.PDF(made); err != nil {
			b.Fatal(err)
		}
	}
}
