package bot

import (
	"context"
	"slices"
	"sync"

	"muster/timeline"
)

// Trouble is what did not work at once and is being tried again, for the card. It
// is not kept: after a start it is found out anew.
type Trouble struct {
	mu sync.Mutex
	of map[timeline.ID][]timeline.Effect
}

// Of returns the effects of an incident that are being tried again.
func (t *Trouble) Of(id timeline.ID) []timeline.Effect {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.of[id])
}

// set notes that an effect is being tried again, or is not any more, and reports
// whether that is news.
func (t *Trouble) set(e timeline.Effect, again bool) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := t.of[e.Incident]
	at := slices.IndexFunc(all, func(o timeline.Effect) bool { return o.Key() == e.Key() })
	if t.of == nil {
		t.of = map[timeline.ID][]timeline.Effect{}
	}
	switch {
	case again && at < 0:
		t.of[e.Incident] = append(slices.Clip(all), e)
	case again:
		all = slices.Clone(all)
		all[at] = e
		t.of[e.Incident] = all
	case at >= 0:
		t.of[e.Incident] = slices.Delete(slices.Clone(all), at, at+1)
		if len(t.of[e.Incident]) == 0 {
			delete(t.of, e.Incident)
		}
	default:
		return false
	}
	return true
}

// shown are the followers whose trouble the card shows: those that do not work
// by the chat. Where the chat is away, so is the card.
var shown = []string{"pager", "pager-clock", "pager-notes", "tracker", "tracker-keeper", "statuspage", "documents-github", "documents-confluence", "shelf", "merger"}

// told is the tries after which the card is brought up to date: an effect that is
// tried for long does not keep it busy.
var told = []int{1, 2, 3, 5, 10, 20, 40}

// tellTrouble has the card show what is being tried again.
func (b *Bot) tellTrouble(ctx context.Context, e timeline.Effect, again bool) {
	if b.Trouble == nil || e.Incident == timeline.House || !slices.Contains(shown, e.To) {
		return
	}
	news := b.Trouble.set(e, again)
	if again && !slices.Contains(told, e.Tries) || !again && !news && e.Tries <= 1 { // after a start the card may show more than is known
		return
	}
	board, ok := b.follower("board")
	if !ok {
		return
	}
	inc, err := b.Desk.Journal.Incident(ctx, e.Incident)
	if err != nil || inc.Channel.ID == "" {
		return
	}
	if err := b.Desk.Journal.Owe(ctx, e.Incident, "", board, timeline.Keep("card")); err != nil {
		b.Log.Info("the card does not show what is being tried again", "err", err)
	}
}
