package cli

import (
	"context"
	"time"

	"muster/review"
	"muster/timeline"
)

func (i *Instance) stubReview(ctx context.Context, week, person string) (review.Report, error) {
	zone := teamZone(i.config)
	if zone == nil {
		zone = time.UTC
	}
	now := i.Journal.Now().In(zone)
	w := review.WeekOf(now).Plus(-1)
	if week != "" {
		w, _ = review.ParseWeek(week)
	}
	r := review.Report{Week: w, From: w.Begins(zone), To: w.Plus(1).Begins(zone), At: now, SoFar: now.Before(w.Plus(1).Begins(zone))}
	house, err := i.Journal.Incident(ctx, timeline.House)
	for _, d := range house.Decisions() {
		r.Decided = append(r.Decided, review.Decision{Decision: d})
	}
	return r, err
}
