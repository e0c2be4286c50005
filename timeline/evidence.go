package timeline

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Changes and Metrics are what is asked for to see what did it: the changes
// before the incident, and pictures of metrics.
const (
	Changes = "changes"
	Metrics = "metrics"
)

// Suspect is a change that may have done it, as it was judged.
type Suspect struct {
	Key      string    `json:"key"` // by which its sources know it; the same each time
	Kind     string    `json:"kind"`
	Service  string    `json:"service,omitempty"`
	Title    string    `json:"title,omitempty"`
	Version  string    `json:"version,omitempty"`
	Author   string    `json:"author,omitempty"` // as the source calls them
	URL      string    `json:"url,omitempty"`
	Rollback string    `json:"rollback,omitempty"` // how to take it back
	State    string    `json:"state,omitempty"`
	At       time.Time `json:"at"`

	Rank    int      `json:"rank,omitempty"` // from 1; 0 where it is not judged yet
	Verdict string   `json:"verdict,omitempty"`
	Share   float64  `json:"share,omitempty"` // how likely it is that it did it, 0 to 1
	Why     []string `json:"why,omitempty"`   // in words
	SLI     string   `json:"sli,omitempty"`   // that tells the most of it
}

// Name is a suspect in a few words: "checkout v412".
func (s Suspect) Name() string {
	what := s.Version
	if what == "" {
		what = clipped(s.Title, 40)
	}
	if name := strings.TrimSpace(s.Service + " " + what); name != "" {
		return name
	}
	_, id, _ := strings.Cut(s.Key, "\x00")
	return id
}

// clipped is a text of at most n characters, with a mark where it was longer.
func clipped(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return strings.TrimSpace(string(r[:n-1])) + "…"
	}
	return text
}

// Looking is what was looked at for changes, and who did not answer.
type Looking struct {
	Service string    `json:"service,omitempty"` // empty for all of them
	From    time.Time `json:"from"`
	Began   time.Time `json:"began"`            // the trouble, before which it was looked
	Asked   []string  `json:"asked,omitempty"`  // who answered, with how fresh that is
	Silent  []string  `json:"silent,omitempty"` // who did not, and why
}

// ChangesListed tells what changed before an incident, before it is judged.
type ChangesListed struct {
	For     int     `json:"for,omitempty"` // the event that asked; 0 where nobody did
	Message Message `json:"message"`       // where it stands
	Looking Looking `json:"looking"`
	About   string  `json:"about,omitempty"` // the service that was asked for
	Over    string  `json:"over,omitempty"`  // the window that was
	Count   int     `json:"count"`
}

// ChangesJudged tells which change most likely did it, and why.
type ChangesJudged struct {
	Message  Message   `json:"message"`           // where it stands
	Offered  bool      `json:"offered,omitempty"` // it was said in short, and by itself
	Looking  Looking   `json:"looking"`
	Suspects []Suspect `json:"suspects,omitempty"` // the likeliest first
	More     int       `json:"more,omitempty"`     // suspects that are left out
	Named    string    `json:"named,omitempty"`    // the key of the one that stands out
	None     float64   `json:"none"`               // how likely it is that it was none of them
	Unused   []string  `json:"unused,omitempty"`   // what could not be made use of
	Right    int       `json:"right,omitempty"`    // of so many earlier judgements that named a change it was the one
	Asked    int       `json:"asked,omitempty"`    // of which people said whether it was
}

// CauseMarked tells that somebody knows whether a change did it.
type CauseMarked struct {
	Key  string `json:"key"`
	What string `json:"what"` // the change in a few words
	Not  bool   `json:"not,omitempty"`
}

// AuthorAsked tells that whoever made a change was asked about it.
type AuthorAsked struct {
	Key    string `json:"key"`
	What   string `json:"what"`
	Author string `json:"author"`           // as the source calls them
	Person Person `json:"person,omitempty"` // who that is here; the zero Person where it is not known
}

// Drawn tells that a picture of metrics was shared.
type Drawn struct {
	Title string `json:"title"`
	Words string `json:"words"` // what it shows
	URL   string `json:"url,omitempty"`
	Path  string `json:"path,omitempty"` // in the folder of files, with slashes; empty where it is not kept
}

func (ChangesListed) kind() string { return "changes_listed" }
func (ChangesJudged) kind() string { return "changes_judged" }
func (CauseMarked) kind() string   { return "cause_marked" }
func (AuthorAsked) kind() string   { return "author_asked" }
func (Drawn) kind() string         { return "drawn" }

func (f ChangesListed) String() string { return fmt.Sprintf("listed %d changes", f.Count) }
func (f ChangesJudged) String() string { return fmt.Sprintf("judged %d changes", len(f.Suspects)) }
func (f CauseMarked) String() string   { return fmt.Sprintf("marked %s, not: %v", f.Key, f.Not) }
func (f AuthorAsked) String() string   { return "asked " + f.Author }
func (f Drawn) String() string         { return "drew " + f.Title }

// First is the likeliest suspect of a judgement that stands out, and whether
// there is one.
func (f ChangesJudged) First() (Suspect, bool) {
	at := slices.IndexFunc(f.Suspects, func(s Suspect) bool { return s.Key == f.Named && f.Named != "" })
	if at < 0 {
		return Suspect{}, false
	}
	return f.Suspects[at], true
}

// Suspect returns a change of the latest judgement by its key.
func (inc Incident) Suspect(key string) (Suspect, bool) {
	for _, ev := range slices.Backward(inc.Events) {
		if f, ok := ev.Fact.(ChangesJudged); ok {
			if at := slices.IndexFunc(f.Suspects, func(s Suspect) bool { return s.Key == key }); at >= 0 {
				return f.Suspects[at], true
			}
		}
	}
	return Suspect{}, false
}

// Judged returns the latest judgement, and whether there is one.
func (inc Incident) Judged() (ChangesJudged, bool) {
	return inc.judgedLast(func(ChangesJudged) bool { return true })
}

// JudgedInFull returns the latest judgement of a change that stands in full in the
// channel, and whether there is one.
func (inc Incident) JudgedInFull(key string) (ChangesJudged, bool) {
	return inc.judgedLast(func(f ChangesJudged) bool {
		return !f.Offered && slices.ContainsFunc(f.Suspects, func(s Suspect) bool { return s.Key == key })
	})
}

// JudgedAt returns the latest judgement that stands in a message.
func (inc Incident) JudgedAt(at Message) (ChangesJudged, bool) {
	return inc.judgedLast(func(f ChangesJudged) bool { return f.Message == at })
}

func (inc Incident) judgedLast(fits func(ChangesJudged) bool) (ChangesJudged, bool) {
	for _, ev := range slices.Backward(inc.Events) {
		if f, ok := ev.Fact.(ChangesJudged); ok && fits(f) {
			return f, true
		}
	}
	return ChangesJudged{}, false
}

// Opinion is what somebody said of a change.
type Opinion struct {
	CauseMarked
	By Person
}

// Marks returns what people said of changes: of each the latest, the latest of all
// first.
func (inc Incident) Marks() (all []Opinion) {
	seen := map[string]bool{}
	for _, ev := range slices.Backward(inc.Events) {
		if f, ok := ev.Fact.(CauseMarked); ok && !seen[f.Key] {
			seen[f.Key] = true
			all = append(all, Opinion{f, ev.By})
		}
	}
	return all
}

// MarkOf returns what somebody said of a change last, and whether anybody did.
func (inc Incident) MarkOf(key string) (Opinion, bool) {
	all := inc.Marks()
	at := slices.IndexFunc(all, func(m Opinion) bool { return m.Key == key })
	if at < 0 {
		return Opinion{}, false
	}
	return all[at], true
}

// KnownCause returns the change that somebody said did it, the latest where there
// are several, and whether anybody did.
func (inc Incident) KnownCause() (Opinion, bool) {
	all := inc.Marks()
	at := slices.IndexFunc(all, func(m Opinion) bool { return !m.Not })
	if at < 0 {
		return Opinion{}, false
	}
	return all[at], true
}

// AskedAuthor reports whether whoever made a change was asked about it.
func (inc Incident) AskedAuthor(key string) bool {
	return slices.ContainsFunc(inc.Events, func(ev Event) bool {
		f, ok := ev.Fact.(AuthorAsked)
		return ok && f.Key == key
	})
}
