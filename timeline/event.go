package timeline

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Person is someone in the chat. The zero Person is the bot itself.
type Person struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"` // as far as it was known at the time
}

// Cause says who asked for facts, and in which request.
type Cause struct {
	By      Person
	Request string // the key of the request; empty where nobody asked
	CanWait bool   // it can be asked again later: refused first where there is little room
}

// Event is one fact on the timeline of one incident.
type Event struct {
	Incident ID
	Seq      int       // counts from 1 without a gap
	At       time.Time // when it was recorded; never before the event before it
	By       Person
	Request  string
	Fact     Fact
	Sum      Sum // chains over the event before
}

// Sum is the SHA-256 of the sum of the event before (32 zero bytes for the
// first) and of this event's line up to the comma in front of "sum".
type Sum [sha256.Size]byte

func (s Sum) String() string { return hex.EncodeToString(s[:]) }

// recordVersion is the version of the lines that are written today. Lines of
// every earlier version can be read for ever.
const recordVersion = 1

// record is the JSON of an event, but for its sum.
type record struct {
	V        int             `json:"v"`
	Incident ID              `json:"incident"`
	Seq      int             `json:"seq"`
	At       time.Time       `json:"at"`
	By       Person          `json:"by,omitzero"`
	Request  string          `json:"request,omitempty"`
	Kind     string          `json:"kind"`
	Fact     json.RawMessage `json:"fact"`
}

// ErrBroken says that a line is not what was once written: its sum does not
// fit its bytes or the event before it.
var ErrBroken = errors.New("the chain of the timeline is broken")

// sumKey divides what is summed from the sum.
const sumKey = `,"sum":"`

// Encode returns the event as one line of JSON, without a line feed. It is
// what stores keep and what is exported.
func (ev Event) Encode() []byte {
	return append(ev.summed(), sumKey+ev.Sum.String()+`"}`...)
}

// summed returns the part of the line that the sum covers.
func (ev Event) summed() []byte {
	line, err := json.Marshal(record{
		V: recordVersion, Incident: ev.Incident, Seq: ev.Seq, At: ev.At, By: ev.By,
		Request: ev.Request, Kind: ev.Fact.kind(), Fact: encodeFact(ev.Fact),
	})
	if err != nil {
		panic(err) // unreachable unless a fact holds what JSON can not
	}
	return line[:len(line)-1]
}

// Chained returns the event with its sum, given the sum of the event before.
func (ev Event) Chained(before Sum) Event {
	ev.Sum = chain(before, ev.summed())
	return ev
}

func chain(before Sum, line []byte) Sum {
	h := sha256.New()
	h.Write(before[:])
	h.Write(line)
	return Sum(h.Sum(nil))
}

// Decode reads a line that Encode wrote and proves it: its sum must follow
// from its bytes and from the sum of the event before, or it is [ErrBroken].
func Decode(before Sum, line []byte) (Event, error) {
	cut := bytes.LastIndex(line, []byte(sumKey))
	if cut < 0 {
		return Event{}, fmt.Errorf("%w: a line has no sum", ErrBroken)
	}
	sum := chain(before, line[:cut])
	if want := sumKey + sum.String() + `"}`; string(line[cut:]) != want {
		return Event{}, fmt.Errorf("%w: a line does not follow from the one before", ErrBroken)
	}
	var rec record
	if err := json.Unmarshal(append(bytes.Clone(line[:cut]), '}'), &rec); err != nil {
		return Event{}, fmt.Errorf("%w: %v", ErrBroken, err)
	}
	if rec.V != recordVersion {
		return Event{}, fmt.Errorf("%v/%d is a record of version %d, and this Muster reads version %d: use a later one", rec.Incident, rec.Seq, rec.V, recordVersion)
	}
	return Event{
		Incident: rec.Incident, Seq: rec.Seq, At: rec.At, By: rec.By,
		Request: rec.Request, Fact: decodeFact(rec.Kind, rec.Fact), Sum: sum,
	}, nil
}

// DecodeAll reads the lines of one incident from its first event on and
// proves the whole chain: sums, numbers without a gap, one incident.
func DecodeAll(lines [][]byte) ([]Event, error) {
	events := make([]Event, 0, len(lines))
	var before Sum
	for i, line := range lines {
		ev, err := Decode(before, line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		if ev.Seq != i+1 || ev.Incident != first(events, ev).Incident {
			return nil, fmt.Errorf("line %d: %w: it is event %d of %v", i+1, ErrBroken, ev.Seq, ev.Incident)
		}
		events, before = append(events, ev), ev.Sum
	}
	return events, nil
}

func first(events []Event, otherwise Event) Event {
	if len(events) > 0 {
		return events[0]
	}
	return otherwise
}
