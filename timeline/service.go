package timeline

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
)

// The incidents of a service are found by names that count them: the third
// incident of checkout answers to "service/checkout/3". So the latest are found
// in a few look-ups, however many there are, and nothing has to be read at the
// start.
func nthOf(service string, n int) string {
	return fmt.Sprintf("service/%s/%d", strings.ToLower(service), n)
}

// countOf returns how many incidents of a service were declared.
func (j *Journal) countOf(ctx context.Context, service string) (int, error) {
	below, beyond := 0, 1 // there are at least so many, and fewer than so many
	for known := false; beyond-below > 1 || !known; {
		n := 2*below + 1
		if known {
			n = (below + beyond) / 2
		}
		_, err := j.Store.Find(ctx, nthOf(service, n))
		switch {
		case err == nil:
			below = n
		case errors.Is(err, ErrUnknown):
			beyond, known = n, true
		default:
			return 0, err
		}
	}
	return below, nil
}

// OfService returns the incidents that were declared of a service, the newest
// first. One whose record is broken is left out.
func (j *Journal) OfService(ctx context.Context, service string) iter.Seq2[Incident, error] {
	return func(yield func(Incident, error) bool) {
		n, err := j.countOf(ctx, service)
		if err != nil {
			yield(Incident{}, err)
			return
		}
		for ; n > 0; n-- {
			inc, err := j.Named(ctx, nthOf(service, n))
			if errors.Is(err, ErrBroken) {
				continue // Store.Damaged tells
			}
			if !yield(inc, err) || err != nil {
				return
			}
		}
	}
}

// namesOf returns what a declaration answers to: its number, the machine's key
// where one declared it, and its place among the incidents of its service.
func (f Declared) namesOf(j *Journal, id ID) []string {
	names := []string{id.String()}
	if f.Source != "" {
		names = append(names, f.Source)
	}
	if f.Service == "" {
		return names
	}
	n, err := j.countOf(context.Background(), f.Service)
	if err != nil {
		return names // it is declared all the same
	}
	return append(names, nthOf(f.Service, n+1))
}
