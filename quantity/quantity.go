// Package quantity tells numbers as people read them, short and with their units.
package quantity

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Text is a number as people read it, short and with its unit: "3.2 %", "412 ms",
// "1.4 s", "1.2 GiB", "19.1 k/min". Units that are known:
//
//	"ratio"           1 is 100 %
//	"%"               100 is 100 %
//	"s", "ms"         lengths of time, from microseconds to days
//	"B", "B/s"        bytes, by 1024
//	"", "/min", "req/s" and all others: a count, by 1000
//
// What is not a number is "–".
func Text(v float64, unit string) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case math.IsInf(v, 0):
		return minus(v) + "∞"
	}
	scales := scalesOf(unit)
	i := fitting(scales, math.Abs(v))
	n := math.Abs(v) / scales[i].Size
	for i+1 < len(scales) && rounded(n)*scales[i].Size >= scales[i+1].from {
		i++
		n = math.Abs(v) / scales[i].Size
	}
	text := trimmed(number(n, decimals(n)))
	if text == "0" {
		return text + zeroOf(scales).Unit
	}
	return minus(v) + text + scales[i].Unit
}

// Scale is one size in which numbers of a unit are told.
type Scale struct {
	from float64 // the smallest number for it
	Size float64 // what 1 is in it
	Unit string  // with the space before it
}

// ScaleOf is the scale in which a number of a unit is told.
func ScaleOf(v float64, unit string) Scale {
	scales := scalesOf(unit)
	return scales[fitting(scales, math.Abs(v))]
}

// Text is a number that is in the scale already, with so many decimals.
func (s Scale) Text(n float64, decimals int) string {
	return minus(n) + number(math.Abs(n), decimals) + s.Unit
}

// scalesOf are the sizes of a unit, the smallest first.
func scalesOf(unit string) []Scale {
	switch unit {
	case "%", "percent":
		return []Scale{{0, 1, " %"}}
	case "ratio":
		return []Scale{{0, 0.01, " %"}}
	case "s", "seconds":
		return lengths(1)
	case "ms", "milliseconds":
		return lengths(1000)
	case "B", "bytes":
		return byThousands(1024, " B", " KiB", " MiB", " GiB", " TiB", " PiB")
	case "B/s", "bytes/s":
		return byThousands(1024, " B/s", " KiB/s", " MiB/s", " GiB/s", " TiB/s", " PiB/s")
	}
	return counts(unit)
}

// lengths are the sizes of lengths of time that are given in parts of a second.
func lengths(second float64) []Scale {
	return []Scale{
		{0, 1e-6 * second, " µs"},
		{1e-4 * second, 1e-3 * second, " ms"},
		{second, second, " s"},
		{120 * second, 60 * second, " min"},
		{7200 * second, 3600 * second, " h"},
		{172800 * second, 86400 * second, " d"},
	}
}

func byThousands(thousand float64, units ...string) []Scale {
	scales := []Scale{{0, 1, units[0]}}
	for i, unit := range units[1:] {
		size := math.Pow(thousand, float64(i+1))
		scales = append(scales, Scale{size, size, unit})
	}
	return scales
}

func counts(unit string) []Scale {
	behind := unit
	if unit != "" && !strings.HasPrefix(unit, "/") {
		behind = " " + unit
	}
	return byThousands(1000, behind, " k"+behind, " M"+behind, " G"+behind, " T"+behind)
}

// fitting is the largest of the scales that a number reaches.
func fitting(scales []Scale, abs float64) int {
	return max(0, slices.IndexFunc(append(slices.Clone(scales), Scale{from: math.Inf(1)}), func(s Scale) bool { return s.from > abs })-1)
}

// zeroOf is the scale in which nothing is told: that of the plain unit.
func zeroOf(scales []Scale) Scale {
	for _, s := range scales {
		if s.Unit == " s" {
			return s
		}
	}
	return scales[0]
}

// decimals is how many are worth telling.
func decimals(n float64) int {
	switch {
	case n >= 99.95:
		return 0
	case n >= 0.95:
		return 1
	case n >= 0.01:
		return 2
	}
	return 1 - int(math.Floor(math.Log10(max(n, 1e-12))))
}

func rounded(n float64) float64 {
	tens := math.Pow(10, float64(decimals(n)))
	return math.Round(n*tens) / tens
}

// number is a number that is not negative, its thousands apart by thin spaces. One
// that would be a long row of digits is told by its power of ten.
func number(n float64, decimals int) string {
	if n >= 1e9 || n > 0 && n < 1e-4 {
		text := strings.Replace(strconv.FormatFloat(n, 'g', 3, 64), "e-0", "e-", 1)
		return strings.Replace(strings.Replace(text, "e+0", "e", 1), "e+", "e", 1)
	}
	text := strconv.FormatFloat(n, 'f', decimals, 64)
	whole, rest, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0 && len(whole) > 4; i -= 3 {
		whole = whole[:i] + "\u202f" + whole[i:]
	}
	if rest == "" {
		return whole
	}
	return whole + "." + rest
}

// trimmed leaves out the noughts that say nothing.
func trimmed(text string) string {
	if !strings.Contains(text, ".") || strings.Contains(text, "e") {
		return text
	}
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

func minus(v float64) string {
	if v < 0 {
		return "−"
	}
	return ""
}
