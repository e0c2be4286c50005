package timeline

import (
	"fmt"
	"slices"
	"time"

	"github.com/benbjohnson/immutable"
)

// Amended tells that a line of the timeline is to read otherwise, or happened at
// another time. What it said before stays known.
type Amended struct {
	Line int       `json:"line"`           // by its number
	Text string    `json:"text,omitempty"` // empty where it reads as it did
	At   time.Time `json:"at,omitzero"`    // zero where it happened when it did
}

// Hidden tells that a line of the timeline is shown no more, or again.
type Hidden struct {
	Line int  `json:"line"` // by its number
	Off  bool `json:"off,omitempty"`
}

func (Amended) kind() string { return "amended" }
func (Hidden) kind() string  { return "hidden" }

func (f Amended) String() string { return fmt.Sprintf("amended line %d", f.Line) }
func (f Hidden) String() string {
	if f.Off {
		return fmt.Sprintf("showed line %d again", f.Line)
	}
	return fmt.Sprintf("hid line %d", f.Line)
}

// mending is what people made of a line after it was recorded.
type mending struct {
	texts  []string // oldest first
	at     time.Time
	by     Person // who amended it last
	hidden bool
}

type mendings = *immutable.Map[int, mending]

// withMending is the meaning of the facts that tell of mended lines.
func withMending(all mendings, ev Event) mendings {
	switch f := ev.Fact.(type) {
	case Amended:
		m, _ := all.Get(f.Line)
		m.by = ev.By
		if f.Text != "" {
			m.texts = append(slices.Clip(m.texts), f.Text)
		}
		if !f.At.IsZero() {
			m.at = f.At
		}
		return all.Set(f.Line, m)
	case Hidden:
		m, _ := all.Get(f.Line)
		m.hidden = !f.Off
		return all.Set(f.Line, m)
	}
	return all
}

// mended returns a line as people have mended it.
func (inc Incident) mended(l Line) Line {
	l.Text, l.Former, l.WasAt = l.words(), l.Message.Former, l.At
	if inc.mendings == nil {
		return l
	}
	m, ok := inc.mendings.Get(l.N)
	if !ok {
		return l
	}
	l.AmendedBy, l.Hidden = m.by, m.hidden
	for _, text := range m.texts {
		if l.Text != "" {
			l.Former = append(slices.Clip(l.Former), l.Text)
		}
		l.Text = text
	}
	if !m.at.IsZero() {
		l.At = m.at
	}
	return l
}

// words is what someone wrote in a line, where that can be amended.
func (l Line) words() string {
	switch {
	case l.IsMessage():
		return l.Message.Text
	case l.HasWords():
		return TextOf(l.Fact)
	}
	return ""
}

// HasWords reports whether the text of a line can be amended. What everybody
// was told in an update stays as it was told, and so does what Muster did.
func (l Line) HasWords() bool {
	switch l.Fact.(type) {
	case Noted, Tagged, Identified, Mitigated, Resolved, Closed, Cancelled, Reopened:
		return true
	}
	return false
}
