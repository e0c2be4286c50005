package evidence

import (
	"context"
	"encoding/json"
	"time"

	"muster/timeline"
)

// Memory keeps how often the change that was named was the one, as the people of
// this team said afterwards.
type Memory struct {
	Records timeline.Records
	Now     func() time.Time
}

// said is what people said of one incident's named change.
type said struct {
	Right bool `json:"right"`
}

const memory = "judgement"

// How long it is remembered, how much of it is read, and for how many answers the
// measured figures of the method itself count.
const (
	memoryFor   = 2 * 365 * 24 * time.Hour
	memoryMost  = 1000
	memoryPrior = 20.0
)

// keep writes down what people said of the change that was named, if they said
// anything: the latest of an incident holds.
func (m Memory) keep(ctx context.Context, inc timeline.Incident) error {
	right, known := wasRight(inc)
	if !known || inc.Drill || m.Records == nil {
		return nil
	}
	text, err := json.Marshal(said{right})
	if err != nil {
		return err
	}
	return m.Records.Merge(ctx, memory, []string{inc.ID.String()}, func(int, []byte) (timeline.Record, error) {
		return timeline.Record{At: m.Now(), Text: text}, nil
	})
}

// wasRight reports whether the change that was named first is the one, and whether
// anybody has said so or the contrary.
func wasRight(inc timeline.Incident) (right, known bool) {
	named := ""
	for _, ev := range inc.Events {
		if f, ok := ev.Fact.(timeline.ChangesJudged); ok && f.Named != "" && named == "" {
			named = f.Named
		}
	}
	if named == "" {
		return false, false
	}
	for _, mark := range inc.Marks() {
		switch {
		case mark.Key == named:
			return !mark.Not, true
		case !mark.Not:
			known = true // it was another one
		}
	}
	return false, known
}

// record is of how many incidents people said whether the named change was the
// one, and of how many it was.
func (m Memory) record(ctx context.Context) (right, all int, err error) {
	if m.Records == nil {
		return 0, 0, nil
	}
	kept, err := m.Records.Dated(ctx, memory, m.Now().Add(-memoryFor), m.Now().Add(time.Minute), memoryMost)
	for _, r := range kept {
		var s said
		if json.Unmarshal(r.Text, &s) != nil {
			continue
		}
		if all++; s.Right {
			right++
		}
	}
	return right, all, err
}

// calibrated is a judgement as this team's own record has it: what is stated of
// the named change goes towards how often that was right here, the more so the
// more answers there are.
func (m Memory) calibrated(ctx context.Context, f timeline.ChangesJudged) timeline.ChangesJudged {
	right, all, err := m.record(ctx)
	s, named := f.First()
	if err != nil || all == 0 || !named {
		return f
	}
	share := (memoryPrior*s.Share + float64(right)) / (memoryPrior + float64(all))
	f.None = max(0, f.None+s.Share-share)
	for i := range f.Suspects {
		if f.Suspects[i].Key == f.Named {
			f.Suspects[i].Share = share
		}
	}
	f.Right, f.Asked = right, all
	return f
}
