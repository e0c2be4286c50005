package quantity_test

import (
	"math"
	"testing"

	"muster/quantity"
)

func TestText(t *testing.T) {
	for _, c := range []struct {
		v    float64
		unit string
		want string
	}{
		{0.032, "ratio", "3.2 %"}, {1, "ratio", "100 %"}, {0.9996, "ratio", "100 %"}, {0.00037, "ratio", "0.04 %"}, {0, "ratio", "0 %"}, {123.45, "ratio", "12\u202f345 %"},
		{3.2, "%", "3.2 %"}, {99.94, "%", "99.9 %"},
		{0.412, "s", "412 ms"}, {1.4, "s", "1.4 s"}, {0.9999, "s", "1 s"}, {0.0042, "s", "4.2 ms"}, {0.000021, "s", "21 µs"}, {0, "s", "0 s"}, {75, "s", "75 s"}, {150, "s", "2.5 min"}, {9000, "s", "2.5 h"}, {-0.2, "s", "−200 ms"}, {864000, "s", "10 d"},
		{412, "ms", "412 ms"}, {1400, "ms", "1.4 s"},
		{1288490188.8, "B", "1.2 GiB"}, {1023, "B", "1023 B"}, {1023.9, "B", "1 KiB"}, {2048, "bytes", "2 KiB"}, {1536, "B/s", "1.5 KiB/s"}, {0, "B", "0 B"}, {math.Pow(2, 71), "B", "2\u202f097\u202f152 PiB"},
		{19149, "/min", "19.1 k/min"}, {412, "/min", "412/min"}, {3.21, "/min", "3.2/min"}, {999.7, "/min", "1 k/min"}, {19149, "req/s", "19.1 k req/s"}, {12, "req/s", "12 req/s"},
		{7, "", "7"}, {12345, "", "12.3 k"}, {1e12, "", "1 T"}, {1e300, "", "1e288 T"}, {1e-9, "", "1e-9"}, {0.05, "", "0.05"}, {-3.5, "", "−3.5"}, {0.0012, "cores", "0.0012 cores"},
		{math.NaN(), "s", "–"}, {math.Inf(1), "s", "∞"}, {math.Inf(-1), "%", "−∞"},
	} {
		if got := quantity.Text(c.v, c.unit); got != c.want {
			t.Errorf("Text(%v, %q) = %q, want %q", c.v, c.unit, got, c.want)
		}
	}
}
