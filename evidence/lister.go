package evidence

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"muster/chat"
	"muster/templates"
	"muster/timeline"
)

// Lister gives the first answer to "what changed?": the changes themselves, within
// three seconds of the question.
type Lister struct {
	Library Library
	Chat    chat.Chat
	Texts   templates.Texts
	Team    *time.Location // nil for UTC
}

// Name is "lister".
func (Lister) Name() string { return "lister" }

// Urgency is that of answers.
func (Lister) Urgency() timeline.Urgency { return timeline.Room }

const list = "list-changes"

// listFor is how long sources may take for the first answer.
const listFor = 1800 * time.Millisecond

// React lists when somebody asks in the incident's channel.
func (Lister) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	f, ok := ev.Fact.(timeline.Asked)
	if !ok || f.For != timeline.Changes || inc.Channel.ID == "" {
		return nil
	}
	return []timeline.Effect{timeline.Do(list, f)}
}

// Deliver lists what changed as of now, or as of the end where it is over.
func (l Lister) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var asked timeline.Asked
	if e.Do != list {
		return nil, unknownOrder(e)
	}
	if err := e.Read(&asked); err != nil {
		return nil, err
	}
	if inc.Channel.ID == "" {
		return nil, nil // it was archived meanwhile
	}
	q := l.Library.question(inc, asked.About, asked.Over)
	short, cancel := context.WithTimeout(ctx, listFor)
	defer cancel()
	r := l.Library.List(short, q)
	m := About{l.Texts, inc, zoneOf(l.Team)}.Listed(r, len(r.Changes) > 0 && l.Library.Measured())
	at, _, err := chat.PostOrAdopt(ctx, l.Chat, inc.Channel.ID, m, e, timeline.Message{})
	if err != nil {
		return nil, err
	}
	return []timeline.Fact{timeline.ChangesListed{For: e.Seq, Message: at, Looking: r.looking(nil, l.Texts), About: asked.About, Over: asked.Over, Count: len(r.Changes)}}, nil
}

// question is what is asked of an incident: what changed before it, up to now, or
// to its end where it is over.
func (l Library) question(inc timeline.Incident, service, over string) Question {
	began, _ := inc.Detected()
	q := Question{Service: inc.Service, Of: service, At: l.Now()}
	if end := inc.Resolved; !end.IsZero() {
		q.At = end
	}
	if began.IsZero() || began.After(q.At) {
		began = q.At
	}
	q.Began = began
	if d, err := ParseWindow(over); err == nil && d > 0 {
		q.Since = began.Add(-d)
	}
	for _, m := range inc.Marks() {
		if m.Not {
			q.Not = append(q.Not, m.Key)
		}
	}
	return q
}

func zoneOf(team *time.Location) *time.Location {
	if team == nil {
		return time.UTC
	}
	return team
}

// Windows are from a few minutes to a week.
const (
	windowLeast = 5 * time.Minute
	windowMost  = history
)

// ErrWindow is that a window is written otherwise than as "2h".
var ErrWindow = errors.New("a window is written as 30m, 2h or 1d")

var windowShape = regexp.MustCompile(`^([0-9]{1,4})(m|min|h|d|w)$`)

// ParseWindow reads how far back is asked: "30m", "2h", "1d". Nothing is no window.
func ParseWindow(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	parts := windowShape.FindStringSubmatch(strings.ToLower(text))
	if parts == nil {
		return 0, ErrWindow
	}
	n, err := strconv.Atoi(parts[1])
	each := map[string]time.Duration{"m": time.Minute, "min": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}[parts[2]]
	if d := time.Duration(n) * each; err == nil && d >= windowLeast && d <= windowMost {
		return d, nil
	}
	return 0, ErrWindow
}

func unknownOrder(e timeline.Effect) error {
	return timeline.Refusal(fmt.Errorf("this version of Muster does not know how to %q", e.Do))
}
