// Package metrics is how well services do, in numbers over time: the port to
// whoever keeps them.
package metrics

import (
	"context"
	"time"
)

// Source answers queries. Errors are marked as those of followers are.
type Source interface {
	// Name is what people call it: "Prometheus".
	Name() string
	// Range returns what a query gave from one time up to another, a sample each
	// step. A query that the source does not understand is a refusal which says
	// what is wrong with it.
	Range(ctx context.Context, q Query) (Answer, error)
}

// Query is what is asked.
type Query struct {
	Text     string // in the source's own language
	From, To time.Time
	Step     time.Duration
}

// Answer is what came of it.
type Answer struct {
	Series   []Series
	Warnings []string // why it may not be the whole truth, in the source's words
	Cut      int      // how many series were left out because there were too many
}

// Series is one line of numbers.
type Series struct {
	Labels map[string]string
	Points []Point // the oldest first; a missing sample is absent
}

// Point is one sample. It is never NaN nor infinite.
type Point struct {
	At    time.Time
	Value float64
}
