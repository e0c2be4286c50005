package review

import (
	"time"

	"muster/timeline"
)

// house is what counts of the bot's own timeline.
type house struct {
	decisions []timeline.Decision
	posted    []posted
	alarms    []alarm
	events    int
}

// posted is a review that was.
type posted struct {
	week string
	at   time.Time
}

// alarm is one of the paging service that became no incident, and what people
// said of it.
type alarm struct {
	id, title, service string
	said               []Opinion
}

func houseOf(inc timeline.Incident) *house {
	h, places := house{decisions: inc.Decisions(), events: len(inc.Events)}, map[string]int{}
	for _, ev := range inc.Events {
		switch f := ev.Fact.(type) {
		case timeline.ReviewPosted:
			h.posted = append(h.posted, posted{f.Week, ev.At})
		case timeline.AlarmJudged:
			at, known := places[f.ID]
			if !known {
				at = len(h.alarms)
				places[f.ID] = at
				h.alarms = append(h.alarms, alarm{id: f.ID, title: clipped(f.Title), service: f.Service})
			}
			h.alarms[at].said = append(h.alarms[at].said, Opinion{ev.By.ID, ev.At, f.Verdict})
		}
	}
	return &h
}

// judged reports whether anybody had said by a moment what a page was, and whether
// more of them called it noise than anything else. The last word of each counts.
func judged(said []Opinion, by time.Time) (some, noise bool) {
	last := map[string]timeline.Verdict{}
	for _, o := range said {
		if !o.At.After(by) {
			last[o.By] = o.Verdict
		}
	}
	calls := 0
	for _, v := range last {
		if v == timeline.Noise {
			calls++
		} else {
			calls--
		}
	}
	return len(last) > 0, calls > 0
}
