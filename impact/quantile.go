package impact

import "slices"

// quantile is the q-th quantile of values, which it puts into another order; 0
// where there are none.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	at := q * float64(len(values)-1)
	low := int(at)
	pick(values, low)
	if low+1 >= len(values) {
		return values[low]
	}
	return values[low] + (at-float64(low))*(slices.Min(values[low+1:])-values[low])
}

// sorted is the q-th quantile of values in order.
func sorted(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	at := q * float64(len(values)-1)
	low := int(at)
	if low+1 >= len(values) {
		return values[len(values)-1]
	}
	return values[low] + (at-float64(low))*(values[low+1]-values[low])
}

// pickRounds is after how many unlucky guesses values are sorted instead.
const pickRounds = 64

// pick puts that value in place k which would stand there if all were sorted, with
// none before it that is larger, and none after it that is smaller. It takes a
// fifth of the time of sorting, and judgements spend much of theirs here.
func pick(values []float64, k int) {
	for range pickRounds {
		if len(values) < 2 {
			return
		}
		less, more := split(values, middle(values[0], values[len(values)/2], values[len(values)-1]))
		switch {
		case k < less:
			values = values[:less]
		case k >= more:
			values, k = values[more:], k-more
		default:
			return
		}
	}
	slices.Sort(values)
}

// split puts what is less than a value first, and what is more last. It returns
// where what is equal begins and ends.
func split(values []float64, by float64) (less, more int) {
	i, more := 0, len(values)
	for i < more {
		switch v := values[i]; {
		case v < by:
			values[i], values[less] = values[less], v
			i, less = i+1, less+1
		case v > by:
			more--
			values[i], values[more] = values[more], v
		default:
			i++
		}
	}
	return less, more
}

// middle is the one of three that is neither the smallest nor the largest.
func middle(a, b, c float64) float64 { return max(min(a, b), min(max(a, b), c)) }
