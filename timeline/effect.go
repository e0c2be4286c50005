package timeline

import (
	"encoding/json"
	"fmt"
	"time"
)

// Effect is an order to act on the world outside, called for by an event and
// kept until it is settled.
type Effect struct {
	Incident ID     `json:"incident"`
	Seq      int    `json:"seq"` // the event that calls for it, or the last one when it was called for
	Place    uint64 `json:"-"`   // its place in the queue, given by the store

	To   string          `json:"to"`           // the follower that delivers it
	Do   string          `json:"do"`           // the order: "open-channel"
	On   string          `json:"on,omitempty"` // on which object, where an event calls for several
	With json.RawMessage `json:"with,omitempty"`

	// State marks a desired state, such as the text of the card: of one object
	// only the newest is owed, and it takes the place of an older one.
	State bool `json:"state,omitempty"`

	// Lasts marks an urgent effect that is worth trying for as long as any other.
	Lasts bool `json:"lasts,omitempty"`

	Urgency  Urgency   `json:"urgency"`
	Since    time.Time `json:"since"`              // when it was called for: what it did is not older
	Renewed  time.Time `json:"renewed,omitzero"`   // when someone asked for it again
	NotUntil time.Time `json:"not_until,omitzero"` // not due before
	Tries    int       `json:"tries,omitempty"`    // how often it was handed out
	Crashes  int       `json:"crashes,omitempty"`  // how often the process ended while it was handed out
	Rested   int       `json:"rested,omitempty"`   // the crashes after which it was given a rest
	Doubted  time.Time `json:"doubted,omitzero"`   // when it was handed out first since the latest doubt
	Doubt    bool      `json:"doubt,omitempty"`    // an earlier try may have taken effect: look before doing it again
}

// Do returns the order to do something, with what it takes.
func Do(order string, with any) Effect {
	e := Effect{Do: order}
	if with != nil {
		text, err := json.Marshal(with)
		if err != nil {
			panic(err) // unreachable unless a follower orders what JSON can not hold
		}
		e.With = text
	}
	return e
}

// Keep returns the order to bring an object to its newest state.
func Keep(object string) Effect { return Do(object, nil).Newest() }

// Newest returns the same order as a desired state.
func (e Effect) Newest() Effect {
	e.State = true
	return e
}

// Lasting returns the same order as one that is tried for long, although it is
// urgent.
func (e Effect) Lasting() Effect {
	e.Lasts = true
	return e
}

// OnObject returns the same order for one object of several.
func (e Effect) OnObject(object string) Effect {
	e.On = object
	return e
}

// Read decodes what the order takes.
func (e Effect) Read(with any) error {
	if err := json.Unmarshal(e.With, with); err != nil {
		return Refusal(fmt.Errorf("read effect %s: %w", e.Key(), err))
	}
	return nil
}

// Doubtful returns the effect as one that may have happened at its latest try.
func (e Effect) Doubtful() Effect {
	e.Doubt, e.Doubted = true, time.Time{}
	return e
}

// Key names the effect for ever, here and where it takes effect: by the event
// that calls for it, or by its object where only the newest state counts.
func (e Effect) Key() string {
	key := fmt.Sprintf("%v/%d/%s/%s", e.Incident, e.Seq, e.To, e.Do)
	if e.State {
		key = fmt.Sprintf("%v/%s/%s", e.Incident, e.To, e.Do)
	}
	if e.On != "" {
		key += "/" + e.On
	}
	return key
}

// Urgency says what goes first when there is much to do.
type Urgency int

// The urgencies, the most urgent first. Paging has workers of its own.
const (
	Page     Urgency = iota // people have to wake up
	Room                    // the channel, and answers
	Board                   // the card and its mirrors
	Announce                // announcements and tickets
	Cosmetic                // what nobody waits for
)
