package timeline

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/benbjohnson/immutable"
)

// TaggedMessage is a message that someone put a tagging emoji on, with all
// that became of it. It stays known when every tag is taken back.
type TaggedMessage struct {
	Message Message
	Marks   []Mark // the latest of each person and emoji
	First   int    // the event that tagged it first, by which its line is known
	Since   int    // the event that tagged it, after it was untagged or new

	Author  Person
	Text    string
	Former  []string  // what it said before each edit, oldest first
	At      time.Time // when it was said; zero until it is captured
	URL     string
	Thread  string // the time stamp of the message that began the thread, if it is in one
	Files   []File
	Kept    []FileKept // files of it that are kept
	Deleted bool

	version string
	edits   []Edited // by version
}

// Mark is one person's emoji on a message, or its removal.
type Mark struct {
	Person string
	Tag    Tag
	Emoji  string
	On     bool

	when string
}

// Captured reports whether the bot has read the message.
func (m TaggedMessage) Captured() bool { return !m.At.IsZero() }

// On reports whether at least one tag is on the message.
func (m TaggedMessage) On() bool { return slices.ContainsFunc(m.Marks, isOn) }

// Tags returns the tags that are on the message, in the order of Tags.
func (m TaggedMessage) Tags() []Tag {
	var tags []Tag
	for _, t := range Tags {
		if m.Count(t) > 0 {
			tags = append(tags, t)
		}
	}
	return tags
}

// Count returns how many people have put a tag on the message.
func (m TaggedMessage) Count(t Tag) int {
	people := map[string]bool{}
	for _, mark := range m.Marks {
		if mark.On && mark.Tag == t {
			people[mark.Person] = true
		}
	}
	return len(people)
}

// by returns who has a tag on the message, each once.
func (m TaggedMessage) by() []Person {
	var people []Person
	for _, mark := range m.Marks {
		if p := (Person{ID: mark.Person}); mark.On && !slices.Contains(people, p) {
			people = append(people, p)
		}
	}
	return people
}

func isOn(m Mark) bool { return m.On }

// Tagged returns what is known of a message, and whether it was ever tagged.
func (inc Incident) Tagged(m Message) (TaggedMessage, bool) {
	if inc.tagged == nil {
		return TaggedMessage{}, false
	}
	return inc.tagged.Get(m)
}

// TaggedMessages returns every message that was ever tagged, in the order in
// which they were said; those not captured yet come last.
func (inc Incident) TaggedMessages() []TaggedMessage {
	if inc.tagged == nil {
		return nil
	}
	all := make([]TaggedMessage, 0, inc.tagged.Len())
	for it := inc.tagged.Iterator(); !it.Done(); {
		_, m, _ := it.Next()
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b TaggedMessage) int {
		if a.Captured() && !b.Captured() {
			return -1
		}
		if b.Captured() && !a.Captured() {
			return 1
		}
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Message.TS, b.Message.TS))
	})
	return all
}

// IsNews reports whether a tag or its removal says something that the timeline
// does not hold yet. Reactions may arrive late, twice or in the wrong order: of
// one person's emoji on one message, and of its pin, the latest holds. The chat's time stamps
// are decimal seconds of one length, so that their texts order as their times.
func (inc Incident) IsNews(m Message, by Person, emoji, when string) bool {
	known, ok := inc.Tagged(m)
	if !ok {
		return true
	}
	for _, mark := range known.Marks {
		if mark.isSame(by.ID, emoji) {
			return strings.Compare(mark.when, when) < 0
		}
	}
	return true
}

// PinEmoji stands for the emoji where a message was pinned. A message has one
// pin, which anybody may take off, whoever put it there.
const PinEmoji = "pin"

// isSame reports whether a later mark takes the place of this one.
func (m Mark) isSame(person, emoji string) bool {
	return m.Emoji == emoji && (m.Person == person || emoji == PinEmoji)
}

type taggedMap = *immutable.Map[Message, TaggedMessage]

// withTag is the meaning of the facts that tell of tagged messages.
func withTag(all taggedMap, ev Event) taggedMap {
	switch f := ev.Fact.(type) {
	case Tagged:
		return mark(all, ev, f.Message, Mark{ev.By.ID, f.Tag, f.Emoji, true, f.When})
	case Untagged:
		return mark(all, ev, f.Message, Mark{ev.By.ID, f.Tag, f.Emoji, false, f.When})
	case Captured:
		return change(all, f.Message, func(m *TaggedMessage) {
			m.Author, m.At, m.URL, m.Thread = f.Author, f.At, cmp.Or(f.URL, m.URL), cmp.Or(f.Thread, m.Thread)
			if len(f.Files) > 0 {
				m.Files = f.Files
			}
			if strings.Compare(f.Version, m.version) >= 0 {
				m.Text, m.version = f.Text, f.Version
			}
		})
	case Edited:
		return change(all, f.Message, func(m *TaggedMessage) {
			m.Former = m.withFormer(f)
			if strings.Compare(f.Version, m.version) > 0 {
				m.Text, m.version = f.Text, f.Version
			}
		})
	case FileKept:
		return change(all, f.Message, func(m *TaggedMessage) {
			m.Kept = append(without(m.Kept, func(k FileKept) bool { return k.File == f.File }), f)
		})
	case Deleted:
		return change(all, f.Message, func(m *TaggedMessage) {
			m.Deleted = true
			if !m.Captured() {
				m.Author, m.Text = f.Author, f.Was
			}
		})
	}
	return all
}

// withFormer returns the former texts by the time of their edits, which may be
// told in another order.
func (m *TaggedMessage) withFormer(f Edited) []string {
	m.edits = append(slices.Clone(m.edits), f)
	slices.SortStableFunc(m.edits, func(a, b Edited) int { return strings.Compare(a.Version, b.Version) })
	var former []string
	for _, e := range m.edits {
		former = append(former, e.Was)
	}
	return former
}

func mark(all taggedMap, ev Event, message Message, latest Mark) taggedMap {
	return change(all, message, func(m *TaggedMessage) {
		m.Message = message
		was := m.On()
		same := func(o Mark) bool { return o.isSame(latest.Person, latest.Emoji) }
		for _, o := range m.Marks {
			if same(o) && strings.Compare(o.when, latest.when) >= 0 {
				return
			}
		}
		m.Marks = append(without(m.Marks, same), latest)
		if !was && m.On() {
			m.Since = ev.Seq
			m.First = cmp.Or(m.First, ev.Seq)
		}
	})
}

func change(all taggedMap, message Message, how func(*TaggedMessage)) taggedMap {
	m, _ := all.Get(message)
	how(&m)
	return all.Set(message, m)
}
