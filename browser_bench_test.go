package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// watchLags makes a page note how long after it was sent each message stands
// on it, in milliseconds.
const watchLags = `(() => {
	window.lags = [];
	new MutationObserver((changes) => {
		for (const row of changes.flatMap((c) => [...c.addedNodes])) {
			const sent = row.textContent.match(/sent (\d+)/);
			if (sent && !row.querySelector('.editing')) window.lags.push(Date.now() - Number(sent[1]));
		}
	}).observe(document.querySelector('.messages'), { childList: true });
	return true;
})()`

// BenchmarkPages posts a hundred messages a second while two people look at the
// channel, and measures how late they see them and what that costs. Run it with
// -benchtime 6000x for a minute.
func BenchmarkPages(b *testing.B) {
	path := findChromium()
	if path == "" {
		b.Skip("skipped for want of Chromium: apt-get install chromium")
	}
	s := onEmptyStage(b)
	var pages []context.Context
	for _, as := range []string{"ana", "bo"} {
		ctx, stop := chromedp.NewContext(b.Context(), chromedp.WithAllocatorOptions(chromedp.ExecPath(path), chromedp.NoSandbox))
		defer stop()
		err := chromedp.Do(ctx, chromedp.Navigate(fmt.Sprintf("http://%s/?as=%s#general", s.address, as)), chromedp.WaitVisible(chromedp.CSS(".messages")), chromedp.Sleep(300*time.Millisecond))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](watchLags)); err != nil {
			b.Fatal(err)
		}
		pages = append(pages, ctx)
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	b.ResetTimer()
	for n := range b.N {
		<-tick.C
		if _, err := s.town.Say(people[n%len(people)], "general", fmt.Sprintf("Message number %d, sent %d :eyes: to @bo", n, time.Now().UnixMilli())); err != nil {
			b.Fatal(err)
		}
	}
	time.Sleep(500 * time.Millisecond)
	b.StopTimer()
	var lags []float64
	for _, page := range pages {
		var seen struct {
			Lags  []float64
			Heap  float64
			Nodes float64
		}
		text, err := chromedp.Run(page, chromedp.Evaluate[string](`JSON.stringify({lags: window.lags, heap: performance.memory.usedJSHeapSize, nodes: document.querySelectorAll('*').length})`))
		if err != nil {
			b.Fatal(err)
		}
		if err := json.Unmarshal([]byte(text), &seen); err != nil {
			b.Fatal(err)
		}
		lags = append(lags, seen.Lags...)
		b.ReportMetric(seen.Heap/1e6, "page-MB")
		b.ReportMetric(seen.Nodes, "page-elements")
	}
	if len(lags) == 0 {
		b.Fatal("no message was seen")
	}
	slices.Sort(lags)
	b.ReportMetric(lags[len(lags)/2], "ms-median")
	b.ReportMetric(lags[len(lags)*99/100], "ms-p99")
	b.ReportMetric(lags[len(lags)-1], "ms-worst")
	b.ReportMetric(float64(len(lags))/2, "seen")
	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	b.ReportMetric(float64(memory.HeapAlloc)/1e6, "server-MB")
}

// onEmptyStage is a workspace without a bot.
func onEmptyStage(b *testing.B) *stage {
	b.Helper()
	s, err := newStage(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(s.close)
	return s
}
