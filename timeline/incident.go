package timeline

import (
	"slices"
	"strings"
	"time"

	"github.com/benbjohnson/immutable"
)

// Incident is what a timeline adds up to. It is a value: a copy stays as it is
// whatever is recorded later, and must not be written to.
type Incident struct {
	ID         ID
	Title      string
	Severity   Severity
	Status     Status
	Service    string // what is hit, as far as it was said
	Private    bool   // nobody but its members hears of it
	Drill      bool   // an exercise
	Source     string // what declared it, where no person did
	DeclaredBy Person
	Holders    []Holder // who holds which role, in the order of Roles
	Handovers  []Handover
	Following  []string // who hears of it without having joined
	Channel    Channel  // the zero Channel until it is opened, and after it was archived
	Side       Channel  // for what is not the work on the incident; zero until it is opened
	Archived   Channel  // the latest one that was archived
	Former     []string // who was in it
	ReopenedBy Person   // who last took it up again
	Failures   []Failure
	Links      []Linked
	Pages      []SentPage // that went out
	Actions    []Action   // that were agreed on
	Tasks      []Task     // that were set
	Page       Published  // what the public status page says; the zero Published where it says nothing

	EndedBecause string // why it was cancelled or merged
	MergedInto   ID     // 0 where it was not
	Reopened     bool   // at least once
	KeepChannel  bool   // it is not to be archived

	mayHavePaged []PageDoubted
	pageNews     []int // the events that tell of pages what was not known
	publishAsked int   // the latest event that asked to publish
	LastUpdate   Update

	Declared   time.Time
	Identified time.Time // zero while it is not
	Mitigated  time.Time // zero while it is not
	Resolved   time.Time // zero while it is not
	Closed     time.Time // zero while it is not closed, cancelled or merged
	Waiting    time.Time // since when everybody waits for the next update

	Events []Event

	house     house
	writeUp   *writeUp // nil where nothing was said of it; what it leads to never changes
	posts     []Posted
	ticked    []Ticked
	free      []vacancy // roles that were given up
	answered  []string  // who has said how it was run
	gone      []string  // whose account was closed
	asking    []AccessWanted
	reminders []reminder
	inside    *immutable.Map[string, bool] // who belongs to it
	there     *immutable.Map[string, bool] // who is in the channel
	people    *immutable.Map[string, Introduced]
	told      *immutable.Map[string, bool]
	tagged    *immutable.Map[Message, TaggedMessage]
	mendings  mendings
}

// Holder holds a role.
type Holder struct {
	Role   Role
	Person Person
}

// Failure is an effect that was given up and neither tried again nor dropped.
type Failure struct {
	Seq    int // the event that tells of it
	Effect Effect
	Why    string
	Times  int // how often it was given up since somebody last saw to it
}

// Update is what everybody was told.
type Update struct {
	Updated
	At time.Time
	By Person
}

// AccessWanted tells who asked to be let into a private incident, and when last.
type AccessWanted struct {
	By Person
	At time.Time
}

type messageHasher struct{}

func (messageHasher) Hash(m Message) uint32 {
	return immutable.NewHasher("").Hash(m.TS)
}
func (messageHasher) Equal(a, b Message) bool { return a == b }

var (
	noPeople = immutable.NewMap[string, Introduced](nil)
	noneTold = immutable.NewMap[string, bool](nil)
	nobody   = immutable.NewMap[string, bool](nil)
	unmended = immutable.NewMap[int, mending](nil)
	noTagged = immutable.NewMap[Message, TaggedMessage](messageHasher{})
)

// Fold adds up events that were read from a store.
func Fold(id ID, events []Event) Incident {
	inc := Incident{ID: id, people: noPeople, told: noneTold, inside: nobody, there: nobody, tagged: noTagged, mendings: unmended}
	for _, ev := range events {
		inc = inc.after(ev)
	}
	inc.Events = events
	return inc
}

// With returns the incident as the event leaves it.
func (inc Incident) With(ev Event) Incident {
	inc = inc.after(ev)
	inc.Events = append(inc.Events, ev) // only the journal appends, and one at a time
	return inc
}

// At returns the incident as the event left it. It costs as much as there are
// events before it, but nothing where that event is the last.
func (inc Incident) At(seq int) Incident {
	if seq >= len(inc.Events) {
		return inc
	}
	return Fold(inc.ID, inc.Events[:max(seq, 0):max(seq, 0)])
}

// Open reports whether the incident is not over: neither resolved, closed,
// cancelled nor merged.
func (inc Incident) Open() bool { return len(inc.Events) > 0 && !inc.Status.IsOver() }

// Holder returns who holds a role; the zero Person where nobody does.
func (inc Incident) Holder(r Role) Person {
	for _, h := range inc.Holders {
		if h.Role == r {
			return h.Person
		}
	}
	return Person{}
}

// Post returns a message that the bot keeps current, and whether it is posted.
func (inc Incident) Post(what string) (Posted, bool) {
	for _, p := range inc.posts {
		if p.What == what {
			return p, true
		}
	}
	return Posted{}, false
}

// Person returns what is known of someone who took part: at least the ID.
func (inc Incident) Person(id string) Person {
	if inc.people != nil {
		if known, ok := inc.people.Get(id); ok {
			return known.Person
		}
	}
	return Person{ID: id}
}

// Known returns everybody whose name is on record, in the order of their IDs.
func (inc Incident) Known() (all []Person) {
	if inc.people == nil {
		return nil
	}
	for it := inc.people.Iterator(); !it.Done(); {
		_, known, _ := it.Next()
		all = append(all, known.Person)
	}
	slices.SortFunc(all, func(a, b Person) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// IsThere reports whether someone is on record as being in the channel.
func (inc Incident) IsThere(id string) bool {
	if inc.there == nil {
		return false
	}
	there, _ := inc.there.Get(id)
	return there
}

// Zone returns the time zone of someone who took part, and whether it is on
// record.
func (inc Incident) Zone(id string) (*time.Location, bool) {
	name := inc.ZoneName(id)
	zone, err := time.LoadLocation(name)
	return zone, err == nil && name != ""
}

// ZoneName returns the name of the time zone of someone who took part; empty where
// it is not on record.
func (inc Incident) ZoneName(id string) string {
	if inc.people == nil {
		return ""
	}
	known, _ := inc.people.Get(id)
	return known.Zone
}

// Knows reports whether the name of a person is on record.
func (inc Incident) Knows(id string) bool { return inc.Person(id).Name != "" }

// WasTold reports whether the bot explained something to a person before.
func (inc Incident) WasTold(by Person, what string) bool {
	if inc.told == nil {
		return false
	}
	_, told := inc.told.Get(by.ID + " " + what)
	return told
}

// Detected returns when somebody first saw it: as the earliest note says that
// begins with the word "detected", else when it was declared. It reports
// whether there is such a note.
func (inc Incident) Detected() (at time.Time, noted bool) {
	for _, l := range inc.Lines() {
		_, ok := l.Fact.(Noted)
		if ok && strings.HasPrefix(strings.ToLower(l.Text), "detected") {
			return l.At, true
		}
	}
	return inc.Declared, false
}

// after is the meaning of every fact. It must not write to anything that inc
// shares with its copies.
func (inc Incident) after(ev Event) Incident {
	inc = inc.withMembers(ev)
	switch f := ev.Fact.(type) {
	case Declared:
		inc.Title, inc.Severity, inc.Status = f.Title, f.Severity, IsDeclared
		inc.Service, inc.Private, inc.Drill, inc.Source = f.Service, f.Private, f.Drill, f.Source
		inc.Declared, inc.DeclaredBy, inc.Waiting = ev.At, ev.By, ev.At
	case Titled:
		inc.Title = f.To
	case ChannelOpened:
		inc.Channel = f.Channel
	case Posted:
		inc.posts = append(without(inc.posts, func(p Posted) bool { return p.What == f.What }), f)
	case Introduced:
		inc.people = inc.people.Set(f.Person.ID, f)
	case Told:
		inc.told = inc.told.Set(ev.By.ID+" "+f.What, true)
	case RoleGiven, RoleLeft, HandoverOffered, HandoverDeclined:
		inc = inc.withRoles(ev)
	case Deactivated:
		inc.gone = append(slices.Clip(inc.gone), f.Person.ID)
	case Ticked:
		inc.ticked = append(slices.Clip(inc.ticked), f)
	case Followed:
		inc.Following = inc.following(ev.By, f.Off)
	case AccessAsked:
		inc.asking = append(without(inc.asking, func(a AccessWanted) bool { return a.By.ID == ev.By.ID }), AccessWanted{ev.By, ev.At})
	case SeverityChanged:
		if inc.Severity = f.To; f.To < f.From {
			inc.Waiting = ev.At
			inc = inc.forgetting(UpdateDue)
		}
	case Updated:
		if inc.Waiting = ev.At; f.Nothing {
			f.Text, f.Actions, f.Needs = inc.LastUpdate.Text, inc.LastUpdate.Actions, inc.LastUpdate.Needs
		}
		inc.LastUpdate = Update{f, ev.At, ev.By}
		inc = inc.forgetting(UpdateDue)
	case Identified, Mitigated, Resolved, Closed, Cancelled, Merged, Reopened, Archived:
		inc = inc.withCourse(ev)
		inc.Pages = withPages(inc.Pages, ev)
	case ArchiveKept:
		inc.KeepChannel = true
	case Surveyed:
		inc.answered = append(slices.Clip(inc.answered), ev.By.ID)
	case SideOpened:
		inc.Side = f.Channel
	case TaskSet, TaskTaken, TaskDone, TaskDropped:
		inc.Tasks = withTasks(inc.Tasks, ev)
	case Reminded:
		inc = inc.withReminder(f.Of, func(r *reminder) { r.last, r.times = ev.At, r.times+1 })
	case Snoozed:
		inc = inc.withReminder(f.Of, func(r *reminder) { r.snoozed = f.Until })
	case Linked:
		inc.Links = append(without(inc.Links, func(l Linked) bool { return l.What == f.What }), f)
	case PageDoubted:
		inc.mayHavePaged = append(slices.Clip(inc.mayHavePaged), f)
	case ActionAgreed, ActionAccepted, ActionProposed, ActionKept, ActionChanged, ActionDone, ActionDropped, ActionReopened, Ticketed, TicketSeen:
		inc.Actions = withActions(inc.Actions, ev)
	case PageAnswered, PageEscalated:
		if inc.isNews(ev.Fact) {
			inc.pageNews = append(slices.Clip(inc.pageNews), ev.Seq)
			inc.Pages = withPages(inc.Pages, ev)
		}
	case Paged, AckAsked, PageUnanswered, PageLapsed, PageEnded, PageJudged:
		inc.Pages = withPages(inc.Pages, ev)
	case PublishAsked:
		inc.publishAsked = ev.Seq
	case Published:
		inc.Page = f
	case Undelivered, Retried, Delivered, Dropped:
		inc.Failures = inc.withFailure(ev)
	case Amended, Hidden:
		inc.mendings = withMending(inc.mendings, ev)
	case PartWritten, PartReleased, DraftOffered, DraftReturned, DraftApproved, MeetingSet, MeetingCalledOff:
		inc.writeUp = inc.writeUp.after(ev)
	case SetAside, TakenUp, Restored, Numbered, ReviewPosted:
		inc.house = inc.house.after(f)
	default:
		inc.tagged = withTag(inc.tagged, ev)
	}
	return inc
}

// or returns what was said with an event, if anything was.
func (u Update) or(text string, ev Event) Update {
	if text == "" {
		return u
	}
	return Update{Updated{Text: text}, ev.At, ev.By}
}

// failed returns how often an effect was given up; 0 where it is not among the
// failures.
func (inc Incident) failed(e Effect) int {
	for _, f := range inc.Failures {
		if f.Effect.Key() == e.Key() {
			return f.Times
		}
	}
	return 0
}

// News reports whether a failure was not told of before: what fails again and
// again, such as a topic that may not be set, is worth one message.
func (inc Incident) News(u Undelivered) bool { return inc.failed(u.Effect) == 1 }

// withFailure follows what became of an effect.
func (inc Incident) withFailure(ev Event) []Failure {
	switch f := ev.Fact.(type) {
	case Undelivered:
		return append(withoutFailure(inc.Failures, f.Effect), Failure{ev.Seq, f.Effect, f.Why, inc.failed(f.Effect) + 1})
	case Retried:
		return withoutFailure(inc.Failures, f.Effect)
	case Delivered:
		return withoutFailure(inc.Failures, f.Effect)
	case Dropped:
		return withoutFailure(inc.Failures, f.Effect)
	}
	return inc.Failures
}

func withoutFailure(failures []Failure, e Effect) []Failure {
	return without(failures, func(f Failure) bool { return f.Effect.Key() == e.Key() })
}

// without returns a copy of list without what is dropped.
func without[T any](list []T, drop func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), drop)
}
