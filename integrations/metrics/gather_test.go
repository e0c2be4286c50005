package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"muster/integrations/metrics"
)

var noon = time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)

func at(minute int, value float64) metrics.Point {
	return metrics.Point{At: noon.Add(time.Duration(minute) * time.Minute), Value: value}
}

func TestPointsAreInOrderAndNumbers(t *testing.T) {
	g := metrics.Gathering{From: noon, To: noon.Add(3 * time.Minute)}
	g.Add(nil, []metrics.Point{at(-1, 1), at(0, 2), at(0, 3), at(1, math.NaN()), at(2, math.Inf(1))})
	g.Add(nil, []metrics.Point{at(2, 4), at(1, 5), at(3, 6), at(4, 7)})
	g.Add(map[string]string{"a": "b"}, []metrics.Point{at(9, 1)})
	if got := fmt.Sprint(g.Answer().Series[0].Points); len(g.Answer().Series) != 1 || got != fmt.Sprint([]metrics.Point{at(0, 2), at(2, 4), at(3, 6)}) {
		t.Errorf("there are %v", g.Answer().Series)
	}
}

// TestTheSameSeriesAreKept adds them in two orders, and twice.
func TestTheSameSeriesAreKept(t *testing.T) {
	answer := func(from, step int) metrics.Answer {
		g := metrics.Gathering{From: noon, To: noon.Add(time.Hour)}
		for part := range 2 {
			for n := range 30 {
				g.Add(map[string]string{"n": fmt.Sprintf("%02d", from+n*step)}, []metrics.Point{at(part, 1)})
			}
		}
		return g.Answer()
	}
	up, down := answer(0, 1), answer(29, -1)
	if fmt.Sprint(up) != fmt.Sprint(down) || up.Cut != 10 || len(up.Series) != metrics.SeriesMost || up.Series[19].Labels["n"] != "19" || len(up.Series[19].Points) != 2 {
		t.Errorf("%+v\n%+v", up, down)
	}
}

func TestWhatIsToldIsOneShortLine(t *testing.T) {
	for text, want := range map[string]string{
		"parse error:\n\tat 1\x1b[31m": "parse error: at 1 [31m", "with hunter2 in it": "with *** in it", "  ": "", "a\xffb": "ab", "a\u202eb": "a b",
	} {
		if got := metrics.Told(text, "", "hunter2"); got != want {
			t.Errorf("%q is told as %q, want %q", text, got, want)
		}
	}
	if got := metrics.Told(strings.Repeat("wörter ", 100)); len([]rune(got)) != 300 || !strings.HasSuffix(got, "…") {
		t.Errorf("%d characters are told: %s", len([]rune(got)), got)
	}
}

func TestErrorsHideWhatWasSent(t *testing.T) {
	err := metrics.Hide(fmt.Errorf("Get with hunter2: %w", context.Canceled), "", "hunter2")
	if err.Error() != "Get with ***: context canceled" || !errors.Is(err, context.Canceled) {
		t.Errorf("it says %v", err)
	}
}

func TestSpansAreShort(t *testing.T) {
	for d, want := range map[time.Duration]string{
		90 * time.Second: "1m30s", 5 * time.Minute: "5m", time.Hour: "1h", 90 * time.Minute: "1h30m", 10 * time.Second: "10s", time.Hour + time.Second: "1h0m1s", 0: "0s",
	} {
		if got := metrics.Span(d); got != want {
			t.Errorf("%v is written %s, want %s", d, got, want)
		}
	}
}
