package document_test

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"muster/document"
)

var look = flag.String("look", "", "folder that gets pictures of the page as a phone shows it")

// TestPhone holds that the page's own rule lets its style and pictures in, and that
// nothing on it is wider than a phone, in a real browser.
func TestPhone(t *testing.T) {
	ctx := browser(t)
	d := sample(t)
	d.Markdown += "\n\n" + strings.Repeat("| Acknowledged at ", 12) + "|\n" + strings.Repeat("| --- ", 12) + "|\n" + strings.Repeat("| 10:02 by somebody ", 12) + "|\n\n" +
		strings.Repeat("long", 60) + " `" + strings.Repeat("code", 60) + "` <https://example.com/" + strings.Repeat("path", 60) + ">\n\n" + strings.Repeat("> ", 5) + "deep\n"
	for _, scheme := range []string{"light", "dark"} {
		show(t, ctx, d, scheme)
	}
	for what, expression := range map[string]string{
		"the style is not let in":            `getComputedStyle(document.querySelector("h1")).marginTop === "0px"`,
		"a picture is not let in":            `[...document.images].every((i) => i.naturalWidth > 0)`,
		"the page is wider than a phone":     `document.documentElement.scrollWidth <= 375`,
		"a wide table does not scroll":       `[...document.querySelectorAll(".table")].some((e) => e.scrollWidth > e.clientWidth)`,
		"Hebrew does not begin at the right": `getComputedStyle([...document.querySelectorAll("h3")][0]).direction === "rtl"`,
		"dark is not dark":                   `getComputedStyle(document.body).backgroundColor === "rgb(21, 24, 29)"`,
	} {
		if is, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression)); err != nil || !is {
			t.Errorf("%s (%v)", what, err)
		}
	}
}

// browser is a tab as wide as a phone; without a browser the test is skipped, and
// fails where CI is set.
func browser(t *testing.T) context.Context {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless-shell"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		within, stop := context.WithTimeout(t.Context(), time.Minute)
		t.Cleanup(stop)
		ctx, end := chromedp.NewContext(within, chromedp.WithAllocatorOptions(chromedp.ExecPath(path), chromedp.NoSandbox))
		t.Cleanup(end)
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(375, 812)); err != nil {
			t.Fatal(err)
		}
		return ctx
	}
	if os.Getenv("CI") != "" {
		t.Fatal("Chromium is missing: apt-get install chromium")
	}
	t.Skip("skipped for want of Chromium")
	return nil
}

// show opens the page of a document, and leaves a picture of it where that is asked for.
func show(t *testing.T, ctx context.Context, d document.Document, scheme string) {
	t.Helper()
	page, err := d.HTML()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, page, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate("file://"+file)); err != nil {
		t.Fatal(err)
	}
	if *look == "" {
		return
	}
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(90))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*look, scheme+".png"), picture, 0o600); err != nil {
		t.Fatal(err)
	}
}
