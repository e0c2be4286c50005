package cli

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/templates"
	"muster/timeline"
)

// example is a fact in an incident that it makes sense in.
type example struct {
	when  string                       // what is special about it, for people
	story func(string) []timeline.Fact // what came before, by the kind of incident; the usual one where it is nil
	then  []timeline.Fact              // and after that
	fact  timeline.Fact
	after time.Duration   // the beginning; a minute where it is 0
	in    []string        // the kinds of incidents that it can happen in; all where it is nil
	by    timeline.Person // who did it; ana where it is nobody
}

// The kinds of incidents, as the columns name them.
const (
	public  = "public"
	private = "private"
	drill   = "drill"
)

var (
	kindsOf = []string{public, private, drill}
	nowhere = []string{"no incident"}
	real    = []string{public, private} // nobody is paged in a drill
	heard   = []string{public}          // nor are customers told of it, or of what is private
)

var (
	ana, bo, chi = timeline.Person{ID: "UANA"}, timeline.Person{ID: "UBO"}, timeline.Person{ID: "UCHI"}
	dee, gus     = timeline.Person{ID: "UDEE"}, timeline.Person{ID: "UGUS"}
	room         = timeline.Channel{ID: "C1", Name: "inc-1-checkout-is-down"}
	pooled       = timeline.Message{Channel: "C1", TS: "20.1"}
	elsewhere    = timeline.Message{Channel: "C9", TS: "9.1"}
	began        = time.Date(2026, 3, 12, 9, 20, 0, 0, time.UTC)
	picture      = timeline.File{ID: "F1", Name: "graph.png", Kind: "image/png", Size: 7, URL: "https://files.example/F1"}
	unsaid       = timeline.Effect{Incident: 1, Seq: 8, To: "room", Do: "say"}
)

// begun is how an incident begins: it is declared at a severity by whoever then leads it.
func begun(kind string, s timeline.Severity, service string) []timeline.Fact {
	return []timeline.Fact{
		timeline.Declared{Title: "checkout is down", Severity: s, Service: service, Private: kind == private, Drill: kind == drill},
		timeline.RoleGiven{Role: timeline.Commander, To: ana},
	}
}

// running is an incident that goes on: its messages are posted, ana leads, dee is
// the comms lead, bo is there, and gus follows it.
func running(kind string, s timeline.Severity) []timeline.Fact {
	facts := append(begun(kind, s, "checkout"),
		timeline.ChannelOpened{Channel: room},
		timeline.Posted{What: timeline.ServicePost, Message: timeline.Message{Channel: "C1", TS: "1.1"}},
		timeline.Posted{What: timeline.CardPost, Message: timeline.Message{Channel: "C1", TS: "1.2"}},
		timeline.RoleGiven{Role: timeline.Comms, To: dee}, timeline.Joined{Person: ana}, timeline.Joined{Person: bo}, timeline.Followed{},
	)
	for _, p := range []timeline.Person{ana, bo, dee, gus} {
		facts = append(facts, timeline.Introduced{Person: timeline.Person{ID: p.ID, Name: strings.TrimPrefix(p.ID, "U")}})
	}
	switch kind {
	case private: // nobody outside hears of it
		facts = append(facts, timeline.AccessGranted{To: gus}, timeline.Noted{Text: "each kind has as many facts"})
	default:
		facts = append(facts,
			timeline.Posted{What: timeline.AnnouncementPost, Message: timeline.Message{Channel: "C2", TS: "1.3"}},
			timeline.Posted{What: timeline.ExecutivePost, Message: timeline.Message{Channel: "C3", TS: "1.4"}})
	}
	return facts
}

// The stories that facts are told after.
func usual(kind string) []timeline.Fact   { return running(kind, timeline.Sev1) }
func mild(kind string) []timeline.Fact    { return running(kind, timeline.Sev3) }
func opening(kind string) []timeline.Fact { return begun(kind, timeline.Sev1, "checkout") }
func plain(kind string) []timeline.Fact   { return begun(kind, timeline.Sev1, "") }
func nothing(string) []timeline.Fact      { return nil }

func published(state string) []timeline.Fact {
	return []timeline.Fact{
		timeline.PublishAsked{Title: "Orders fail", Text: "We look into it.", State: state, Components: []string{"Checkout"}, As: "major_outage"},
		timeline.Published{For: 16, Ref: "p1", State: state},
	}
}

var (
	onPage   = published("investigating")
	resolved = []timeline.Fact{timeline.Resolved{}}
	paged    = timeline.Paged{For: 1, Route: "PagerDuty", Ref: "#1", ID: "Q1", To: []string{"Bo"}, People: []timeline.Person{bo}}
	agreed   = timeline.ActionAgreed{What: "add an alert", DRI: bo, Due: "2026-04-01"}
	filed    = timeline.Ticketed{For: 16, Ref: "OPS-1"}
	dart     = timeline.Tagged{Message: pooled, Tag: timeline.FollowUp, Emoji: "dart", When: "21.1"}
	tagged   = timeline.Tagged{Message: pooled, Tag: timeline.CauseTag, Emoji: "bulb", When: "21.1"}
	offered  = timeline.HandoverOffered{Role: timeline.Commander, To: bo, State: "calm"}
)

// examples has at least one of every fact.
var examples = []example{
	{fact: timeline.Declared{}, story: nothing},
	{when: "a service of the directory is hit", story: opening, fact: timeline.ChannelOpened{Channel: room}},
	{when: "no service is known, and it was declared from a message", story: plain, then: []timeline.Fact{timeline.Tagged{Message: elsewhere, Tag: timeline.KeyEvent, Emoji: "shortcut", When: "9.1"}}, fact: timeline.ChannelOpened{Channel: room}},
	{when: "what is known of the service", fact: timeline.Posted{What: timeline.ServicePost, Message: timeline.Message{Channel: "C1", TS: "1.1"}}},
	{when: "the card", fact: timeline.Posted{What: timeline.CardPost, Message: timeline.Message{Channel: "C1", TS: "1.2"}}},
	{when: "the announcement", fact: timeline.Posted{What: timeline.AnnouncementPost, Message: timeline.Message{Channel: "C2", TS: "1.3"}}},
	{when: "the postmortem, and a cause names somebody", then: []timeline.Fact{timeline.Introduced{Person: chi}, tagged, timeline.Captured{Message: pooled, Author: bo, Text: "it was <@UCHI>", At: time.Date(2026, 3, 12, 9, 20, 0, 0, time.UTC)}, timeline.Resolved{}}, fact: timeline.Posted{What: timeline.PostmortemPost, Message: timeline.Message{Channel: "C1", TS: "1.4"}}},
	{when: "within two minutes", fact: timeline.Joined{Person: chi}},
	{when: "later", fact: timeline.Joined{Person: chi}, after: 10 * time.Minute},
	{when: "the title does not name them", fact: timeline.Introduced{Person: chi}},
	{when: "the title names them", then: []timeline.Fact{timeline.Titled{To: "ask <@UCHI>"}}, fact: timeline.Introduced{Person: chi}},
	{when: "commander or comms lead", fact: timeline.RoleGiven{Role: timeline.Commander, To: chi}},
	{when: "any other role", fact: timeline.RoleGiven{Role: timeline.Scribe, To: chi}},
	{when: "worse, and it was not bad enough to page before", story: mild, fact: timeline.SeverityChanged{From: timeline.Sev3, To: timeline.Sev1}},
	{when: "better", fact: timeline.SeverityChanged{From: timeline.Sev1, To: timeline.Sev3}},
	{fact: timeline.Noted{Text: "the pool is full"}},
	{when: "there is news", fact: timeline.Updated{Text: "we know the cause"}},
	{when: "there is nothing new", then: []timeline.Fact{timeline.Updated{Text: "we know the cause"}}, fact: timeline.Updated{Nothing: true}},
	{when: "typed elsewhere", fact: timeline.Identified{}},
	{when: "typed in the room, which saw the answer", fact: timeline.Identified{Aloud: true}},
	{when: "typed elsewhere", fact: timeline.Mitigated{}},
	{when: "typed in the room, which saw the answer", fact: timeline.Mitigated{Aloud: true}},
	{when: "it was paged, and is on the status page", then: append([]timeline.Fact{paged}, onPage...), fact: timeline.Resolved{}},
	{when: "typed in the room, and customers were told nothing", fact: timeline.Resolved{Aloud: true}},
	{when: "metrics were drawn meanwhile", then: []timeline.Fact{timeline.Asked{For: timeline.Metrics, About: "checkout"}}, fact: timeline.Resolved{}},
	{when: "it was over", then: resolved, fact: timeline.Reopened{Reason: "errors are back"}},
	{when: "the channel was archived", then: append(slices.Clone(resolved), timeline.Archived{Channel: room}), fact: timeline.Reopened{Reason: "errors are back"}},
	{when: "the message has no tag yet", fact: tagged},
	{when: "somebody else has tagged the message", then: []timeline.Fact{tagged}, fact: tagged, by: bo},
	{then: []timeline.Fact{tagged}, fact: timeline.Untagged{Message: pooled, Tag: tagged.Tag, Emoji: "bulb", When: "22.1"}},
	{when: "with an image, by someone new", then: []timeline.Fact{tagged}, fact: timeline.Captured{Message: pooled, Author: chi, Text: "look", Files: []timeline.File{picture}}},
	{when: "tagged as a follow-up", then: []timeline.Fact{dart}, fact: timeline.Captured{Message: pooled, Author: chi, Text: "add an alert", At: time.Date(2026, 3, 12, 9, 20, 0, 0, time.UTC)}},
	{then: []timeline.Fact{tagged}, fact: timeline.Edited{Message: pooled, Text: "b", Was: "a"}},
	{then: []timeline.Fact{tagged}, fact: timeline.Deleted{Message: pooled}},
	{when: "a postmortem", then: resolved, fact: timeline.Asked{For: timeline.Postmortem}},
	{when: "a transcript", fact: timeline.Asked{For: timeline.Transcript}},
	{when: "the postmortem is published", then: resolved, fact: timeline.Linked{What: timeline.PostmortemIn("GitHub"), Ref: "shop/postmortems#1", URL: "https://git.example/1"}, in: heard},
	{when: "the postmortem is shared", then: resolved, fact: timeline.Linked{What: timeline.Postmortem, Ref: "F2", URL: "https://files.example/F2"}},
	{when: "a page", fact: timeline.Undelivered{Effect: timeline.Effect{Incident: 1, Seq: 1, To: "pager", Do: "page", On: "1"}, Why: "nobody is on call"}, in: real},
	{when: "a message to the channel", fact: timeline.Undelivered{Effect: unsaid, Why: "the channel is archived"}},
	{when: "the channel itself", story: opening, fact: timeline.Undelivered{Effect: timeline.Effect{Incident: 1, Seq: 1, To: "room", Do: "open-channel"}, Why: "the name is taken"}},
	{when: "and what was given up is ordered anew", then: []timeline.Fact{timeline.Undelivered{Effect: unsaid}}, fact: timeline.Retried{Effect: unsaid}},
	{then: []timeline.Fact{timeline.Undelivered{Effect: unsaid}}, fact: timeline.Dropped{Effect: unsaid}},
	{then: []timeline.Fact{timeline.Undelivered{Effect: unsaid}}, fact: timeline.Delivered{Effect: unsaid}},
	{fact: timeline.Told{What: timeline.AboutTagging, Channel: "C9"}, in: nowhere},
	{fact: timeline.CaughtUp{Changes: 3}},
	{when: "a service", fact: timeline.PageAsked{Service: "checkout"}},
	{when: "a person, who is new", fact: timeline.PageAsked{Person: chi}},
	{when: "as was asked", fact: paged, in: real},
	{when: "somebody else was woken", then: []timeline.Fact{timeline.PageAsked{Person: bo}}, fact: timeline.Paged{For: 16, Route: "PagerDuty", InPlaceOf: bo}, in: real},
	{fact: timeline.PageDoubted{For: 1, Route: "PagerDuty"}, in: real},
	{when: "for the first time", then: []timeline.Fact{paged}, fact: timeline.PageUnanswered{For: 1, Minutes: 5, Step: timeline.SecondLevel}, in: real},
	{when: "nor did the second level", then: []timeline.Fact{paged}, fact: timeline.PageUnanswered{For: 1, Minutes: 5, Step: timeline.TheManager}, in: real},
	{when: "and there is nobody else", then: []timeline.Fact{paged}, fact: timeline.PageUnanswered{For: 1, Minutes: 5, Step: timeline.TheManager, Nobody: true}, in: real},
	{then: []timeline.Fact{paged}, fact: timeline.PageEscalated{For: 1, Level: 2, To: []string{"Chi"}, People: []timeline.Person{chi}}, in: real},
	{then: []timeline.Fact{paged}, fact: timeline.AckAsked{For: 1}, in: real},
	{then: []timeline.Fact{paged}, fact: timeline.PageAnswered{For: 1, By: chi}, in: real},
	{then: []timeline.Fact{paged, timeline.PageAnswered{For: 1, By: bo}}, fact: timeline.PageLapsed{For: 1}, in: real},
	{then: []timeline.Fact{paged}, fact: timeline.PageEnded{For: 1, By: bo}, in: real},
	{then: []timeline.Fact{paged}, fact: timeline.PageJudged{For: 1, Verdict: timeline.Noise}, in: real},
	{fact: timeline.AlarmJudged{ID: "Q1", Ref: "#1", Title: "disk is full", Verdict: timeline.Noise}, in: nowhere},
	{when: "by somebody else", fact: agreed},
	{when: "by whoever answers for it", fact: agreed, by: bo},
	{then: []timeline.Fact{agreed}, fact: timeline.ActionAccepted{For: 16}, by: bo},
	{then: []timeline.Fact{agreed}, fact: timeline.ActionProposed{For: 16, Due: "2026-04-08"}, by: bo},
	{then: []timeline.Fact{agreed, timeline.ActionProposed{For: 16, Due: "2026-04-08"}}, fact: timeline.ActionKept{For: 16}},
	{when: "here", then: []timeline.Fact{agreed, filed}, fact: timeline.ActionChanged{For: 16, To: chi, Due: "2026-04-08"}, in: real},
	{when: "in the tracker", then: []timeline.Fact{agreed, filed}, fact: timeline.ActionChanged{For: 16, Due: "2026-04-08", Source: "Jira"}, in: real},
	{when: "here", then: []timeline.Fact{agreed, filed}, fact: timeline.ActionDone{For: 16}, in: real},
	{when: "in the tracker", then: []timeline.Fact{agreed, filed}, fact: timeline.ActionDone{For: 16, Source: "Jira"}, in: real},
	{then: []timeline.Fact{agreed, filed}, fact: timeline.ActionDropped{For: 16, Why: "no"}, in: real},
	{then: []timeline.Fact{agreed, filed, timeline.ActionDone{For: 16}}, fact: timeline.ActionReopened{For: 16}, in: real},
	{then: []timeline.Fact{agreed}, fact: filed, in: real},
	{then: []timeline.Fact{agreed, filed}, fact: timeline.TicketLeftOut{For: 16, What: []string{"the due date"}}, in: real},
	{then: []timeline.Fact{agreed, filed}, fact: timeline.TicketDoubted{For: 16}, in: real},
	{then: []timeline.Fact{agreed, filed}, fact: timeline.TicketTwice{For: 16, Ref: "OPS-2"}, in: real},
	{then: []timeline.Fact{agreed, filed}, fact: timeline.TicketSeen{For: 16, Status: "In Progress"}, in: real},
	{when: "and it is gone", then: []timeline.Fact{agreed, filed}, fact: timeline.TicketSeen{For: 16, Gone: true}, in: real},
	{fact: timeline.SetAside{}, in: nowhere}, {fact: timeline.TakenUp{}, in: nowhere}, {fact: timeline.Restored{}, in: nowhere}, {fact: timeline.Numbered{}, in: nowhere},
	{fact: timeline.Titled{From: "checkout is down", To: "checkout is slow"}},
	{when: "typed elsewhere", then: resolved, fact: timeline.Closed{}},
	{when: "it was paged, and is on the status page", then: append([]timeline.Fact{paged}, onPage...), fact: timeline.Cancelled{Reason: "a test"}},
	{when: "it was paged, and is on the status page", then: append([]timeline.Fact{paged}, onPage...), fact: timeline.Merged{Into: 2}},
	{fact: timeline.Absorbed{Other: 2, Title: "orders fail"}},
	{then: resolved, fact: timeline.Archived{Channel: room}},
	{then: resolved, fact: timeline.ArchiveKept{}},
	{fact: timeline.SideAsked{}},
	{fact: timeline.SideOpened{Channel: timeline.Channel{ID: "C7", Name: "inc-1-biz"}}},
	{then: resolved, fact: timeline.Surveyed{Score: 4}},
	{fact: timeline.RoleLeft{Role: timeline.Comms, Of: dee}},
	{fact: offered},
	{then: []timeline.Fact{offered}, fact: timeline.HandoverDeclined{Role: timeline.Commander, To: bo}},
	{fact: timeline.Ticked{Role: timeline.Comms, Step: "look"}},
	{fact: timeline.Left{Person: bo}},
	{fact: timeline.Followed{}, by: bo},
	{fact: timeline.Deactivated{Person: dee}},
	{fact: timeline.AccessAsked{Why: "I own the database"}, by: chi, in: []string{private}},
	{fact: timeline.AccessGranted{To: chi}, in: []string{private}},
	{fact: timeline.GlassBroken{Reason: "nobody answers"}, by: chi, in: []string{private}},
	{fact: timeline.Refused{What: "resolve"}, in: nowhere},
	{fact: timeline.TaskSet{What: "look at the pool", For: bo}},
	{then: []timeline.Fact{timeline.TaskSet{What: "look"}}, fact: timeline.TaskTaken{Task: 16, By: bo}},
	{then: []timeline.Fact{timeline.TaskSet{What: "look"}}, fact: timeline.TaskDone{Task: 16}},
	{then: []timeline.Fact{timeline.TaskSet{What: "look"}}, fact: timeline.TaskDropped{Task: 16}},
	{when: "that an update is due", after: 30 * time.Minute, fact: timeline.Reminded{Of: timeline.UpdateDue}},
	{when: "an update, for ten minutes", after: 30 * time.Minute, fact: timeline.Snoozed{Of: timeline.UpdateDue, Until: began.Add(40 * time.Minute)}},
	{fact: onPage[0], in: heard},
	{then: onPage[:1], fact: onPage[1], in: heard},
	{fact: timeline.Amended{Line: 1, Text: "b"}}, {fact: timeline.Hidden{Line: 1}},
	{then: []timeline.Fact{tagged}, fact: timeline.FileKept{Message: pooled, File: "F1", Name: "graph.png"}},
	{when: "what changed", fact: timeline.Asked{For: timeline.Changes}}, {when: "metrics", fact: timeline.Asked{For: timeline.Metrics}},
	{fact: timeline.ChangesListed{Message: pooled, Count: 2}}, {fact: suspected},
	{then: []timeline.Fact{suspected}, fact: timeline.CauseMarked{Key: "ci|1", What: "checkout v2"}},
	{then: []timeline.Fact{suspected}, fact: timeline.AuthorAsked{Key: "ci|1", What: "checkout v2", Author: "ana"}},
	{fact: timeline.Drawn{Title: "checkout", Words: "p95: from 100 ms to 2 s"}},
	{then: resolved, fact: timeline.PartWritten{Part: "summary", Text: "A bug in the pool."}},
	{then: resolved, fact: timeline.PartReleased{Part: "summary"}},
	{then: resolved, fact: timeline.DraftOffered{}, by: bo},
	{then: append(resolved, timeline.DraftOffered{}), fact: timeline.DraftReturned{Why: "the impact is missing"}},
	{then: resolved, fact: timeline.DraftApproved{}},
	{then: resolved, fact: met},
	{when: "they do", then: append(resolved, met), fact: timeline.Understood{Yes: true}, by: dee},
	{when: "they would like it explained", then: append(resolved, met), fact: timeline.Understood{}, by: dee},
	{when: "nor do they after it", then: append(resolved, met), fact: timeline.Understood{After: true}, by: dee},
	{fact: timeline.ReviewPosted{Week: "2026-W11", Message: elsewhere}, in: nowhere},
	{when: "in the thread of a review", fact: timeline.Captured{Message: elsewhere, Author: chi, Text: "we buy a second one", Thread: "8.1"}, in: nowhere},
	{then: []timeline.Fact{timeline.Resolved{}, met}, fact: timeline.MeetingCalledOff{}},
	{fact: timeline.DecisionDone{Message: elsewhere}, in: nowhere}, {fact: timeline.DecisionReopened{Message: elsewhere}, in: nowhere},
}

// met is a meeting about what is over.
var met = timeline.MeetingSet{At: began.Add(48 * time.Hour), Minutes: 45, Host: ana, Guest: chi}

// suspected is a judgement that names a change.
var suspected = timeline.ChangesJudged{
	Message: pooled, Named: "ci|1", Suspects: []timeline.Suspect{{Key: "ci|1", Kind: "deploy", Service: "checkout", Version: "v2", Author: "ana", Rank: 1, Verdict: "unhealthy", Share: 0.9}},
}

// factOf is the name of a fact: "Declared".
func factOf(f timeline.Fact) string { return reflect.TypeOf(f).Name() }

// meanings is what the comment of each fact says, in its first sentence.
func meanings(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "timeline", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
	}
	p, err := doc.NewFromFiles(set, parsed, "muster/timeline")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, typ := range p.Types {
		all[typ.Name] = p.Synopsis(typ.Doc)
	}
	return all
}

// happened is an incident of a kind as the example leaves it, and the event that
// it is about.
func (x example) happened(kind string) (timeline.Incident, timeline.Event) {
	id, story := timeline.ID(1), usual
	if slices.Equal(x.in, nowhere) {
		id, story = timeline.House, nothing
	}
	if x.story != nil {
		story = x.story
	}
	inc, opened := timeline.Fold(id, nil), false
	next := func(f timeline.Fact, by timeline.Person, after time.Duration) timeline.Event {
		ev := timeline.Event{Incident: id, Seq: len(inc.Events) + 1, At: began.Add(after), By: by, Fact: f}
		if !opened {
			ev.Request = "the declaration"
		}
		inc = inc.With(ev)
		return ev
	}
	for _, f := range append(story(kind), x.then...) {
		by := ana
		if _, follows := f.(timeline.Followed); follows {
			by = gus
		}
		_, now := f.(timeline.ChannelOpened)
		opened = opened || now
		next(f, by, 0)
	}
	if opened = len(inc.Events) > 0; x.after == 0 {
		x.after = time.Minute
	}
	if x.by.ID == "" {
		x.by = ana
	}
	fact := x.fact
	if _, first := fact.(timeline.Declared); first {
		fact = opening(kind)[0]
	}
	ev := next(fact, x.by, x.after)
	return inc, ev
}

// called is one line of the document: which follower is to do what.
type called struct{ follower, order string }

// calledFor asks each follower what the example calls for.
func (x example) calledFor(i *Instance, kind string) (all []called) {
	inc, ev := x.happened(kind)
	for _, f := range i.Journal.Followers {
		for _, e := range f.React(inc, ev) {
			e.To = f.Name()
			line := called{e.To, orderOf(i.Bot.Desk.Texts, e)}
			if e.Do == "remind" {
				of, _, _ := strings.Cut(e.On, " U")
				line.order += " (" + of + ")"
			}
			if wait := e.NotUntil.Sub(ev.At); !e.NotUntil.IsZero() && wait > 0 {
				line.order += ", " + templates.New().Span(wait) + " later"
			}
			if !slices.Contains(all, line) {
				all = append(all, line)
			}
		}
	}
	return all
}

// write writes what one example calls for, by kind of incident.
func (x example) write(out *strings.Builder, i *Instance) {
	kinds := kindsOf
	if x.in != nil {
		kinds = x.in
	}
	does := map[string][]called{}
	var lines []called
	for _, kind := range kinds {
		does[kind] = x.calledFor(i, kind)
		for _, line := range does[kind] {
			if !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	if x.when != "" {
		fmt.Fprintf(out, "\n%s%s:\n", strings.ToUpper(x.when[:1]), x.when[1:])
	}
	if len(lines) == 0 {
		out.WriteString("\nnothing: it is only recorded\n")
		return
	}
	slices.SortStableFunc(lines, func(a, b called) int { return place(i, a.follower) - place(i, b.follower) })
	fmt.Fprintf(out, "\n| follower: effect | %s |\n| --- |%s\n", strings.Join(kinds, " | "), strings.Repeat(" --- |", len(kinds)))
	for _, line := range lines {
		fmt.Fprintf(out, "| `%s`: %s |", line.follower, line.order)
		for _, kind := range kinds {
			fmt.Fprintf(out, " %s |", tick(slices.Contains(does[kind], line)))
		}
		out.WriteString("\n")
	}
}

// place is where a follower stands among the others.
func place(i *Instance, name string) int {
	return slices.IndexFunc(i.Journal.Followers, func(f timeline.Follower) bool { return f.Name() == name })
}

// idle are the followers that react to no fact, and what they wait for instead.
var idle = map[string]string{
	"watch":       "rounds call for telling authors how their changes do",
	"nudger":      "the calendar calls for reminders of follow-ups",
	"pager-inbox": "PagerDuty tells by webhook what happened",
	"alarms":      "PagerDuty raises an alarm that may be an incident",
}

// TestDocsReactions holds docs/reactions.md: what each follower does about each
// fact, as the followers themselves say where everything is configured.
func TestDocsReactions(t *testing.T) {
	_, i := everything(t)
	i.Bot.Home.Show(ana.ID) // somebody has opened their Home
	out := &strings.Builder{}
	out.WriteString(generated + "# What happens on each fact\n\nWhat each follower is to do about each fact, where everything is configured: asked of the followers themselves, about an incident that ana leads, " +
		"dee speaks for, bo is in and gus follows. Effects are listed in the order of the followers; they are done side by side, and those of one follower and incident one after the other. " +
		"\"–\" is what is left out of a private incident, or of a drill, and a column that is not there is of a kind in which it can not happen. A state, such as the card, is brought up to date at the same time as others that changed it.\n")
	says := meanings(t)
	for _, f := range timeline.Facts() {
		fmt.Fprintf(out, "\n## %s\n\n%s\n", factOf(f), says[factOf(f)])
		shown := false
		for _, x := range examples {
			if factOf(x.fact) == factOf(f) {
				x.write(out, i)
				shown = true
			}
		}
		if !shown {
			t.Errorf("there is no example of the fact %s; add one to examples", factOf(f))
		}
	}
	out.WriteString("\n## Nothing\n\nSome followers wait for no fact:\n\n")
	for _, f := range i.Journal.Followers {
		if why, ok := idle[f.Name()]; ok {
			fmt.Fprintf(out, "- `%s`: %s\n", f.Name(), why)
			continue
		}
		if !strings.Contains(out.String(), "| `"+f.Name()+"`: ") {
			t.Errorf("no example shows what the follower %s does", f.Name())
		}
	}
	isGenerated(t, "reactions.md", out.String())
}
