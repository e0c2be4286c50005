package templates

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"muster/timeline"
)

// HasDraft reports whether an event calls for words on the public status page.
// The incident is as the event left it. What is over calls for words only where
// the page shows it.
func HasDraft(inc timeline.Incident, ev timeline.Event) bool {
	if inc.Private || inc.Drill || !MayHaveDraft(ev.Fact) {
		return false
	}
	asked, seq := inc.LastPublishAsked()
	switch f := ev.Fact.(type) {
	case timeline.Updated:
		return !f.Nothing && (inc.Open() || seq > 0)
	case timeline.Identified, timeline.Mitigated:
		return true
	case timeline.Resolved, timeline.Cancelled, timeline.Merged:
		return seq > 0 && asked.State != timeline.PublicResolved
	case timeline.Reopened:
		return seq > 0
	}
	return false
}

// MayHaveDraft reports whether customers may be told of a fact, whatever the
// incident is.
func MayHaveDraft(f timeline.Fact) bool {
	switch f.(type) {
	case timeline.Updated, timeline.Identified, timeline.Mitigated, timeline.Resolved, timeline.Cancelled, timeline.Merged, timeline.Reopened:
		return true
	}
	return false
}

// Draft is what the public status page would say about an event: its words
// without people, places and links. The incident is as the event left it, and
// the components are those of its service.
func (t Texts) Draft(inc timeline.Incident, ev timeline.Event, components []string) timeline.PublishAsked {
	asked := t.Publish(inc, components)
	if _, back := ev.Fact.(timeline.Reopened); back {
		asked.State = publicState(inc.Status)
		asked = WithComponents(asked, inc.Severity, nil)
	}
	asked.About, asked.Text = ev.Seq, t.Impersonal(inc, links.ReplaceAllString(t.publicText(inc, ev.Fact), t.T("public.link")))
	return asked
}

// Publish is what the status page would show about an incident, but for the
// words. It goes on where the page left off: the same title, and at least the
// same components, so that each is set right in the end, and no earlier state.
func (t Texts) Publish(inc timeline.Incident, components []string) timeline.PublishAsked {
	asked := timeline.PublishAsked{Title: t.publicTitle(inc), State: publicState(inc.Status)}
	if before, seq := inc.LastPublishAsked(); seq > 0 {
		asked.Title, asked.Components = before.Title, slices.Clone(before.Components)
		if before.State != timeline.PublicResolved && slices.Index(timeline.PublicStates, before.State) > slices.Index(timeline.PublicStates, asked.State) {
			asked.State = before.State
		}
	}
	return WithComponents(asked, inc.Severity, components)
}

// WithComponents adds components, and says what all of them show.
func WithComponents(asked timeline.PublishAsked, s timeline.Severity, more []string) timeline.PublishAsked {
	for _, c := range more {
		if !slices.Contains(asked.Components, c) {
			asked.Components = append(asked.Components, c)
		}
	}
	if asked.As = ""; len(asked.Components) > 0 {
		asked.As = componentsAs(asked.State, s)
	}
	return asked
}

// componentsAs is what components show. While a fix is watched nobody suffers
// any more, but nobody is sure of it yet.
func componentsAs(state string, s timeline.Severity) string {
	switch {
	case state == timeline.PublicResolved:
		return "operational"
	case state == timeline.PublicMonitoring || s >= timeline.Sev3:
		return "degraded_performance"
	case s == timeline.Sev2:
		return "partial_outage"
	}
	return "major_outage"
}

// ComponentsWord says in words what components show.
func (t Texts) ComponentsWord(as string) string {
	if key := "public.shows." + strings.ReplaceAll(as, "_", " "); t.Has(key) {
		return t.T(key)
	}
	return as
}

// PublicState is what a state of the status page is called.
func (t Texts) PublicState(state string) string {
	if key := "public.state." + state; t.Has(key) {
		return t.T(key)
	}
	return state
}

func publicState(s timeline.Status) string {
	switch {
	case s.IsOver():
		return timeline.PublicResolved
	case s == timeline.IsMitigated:
		return timeline.PublicMonitoring
	case s == timeline.IsIdentified:
		return timeline.PublicIdentified
	}
	return timeline.PublicInvestigating
}

// publicText is what an event says, or what is usually said where it has no words.
func (t Texts) publicText(inc timeline.Incident, f timeline.Fact) string {
	switch f := f.(type) {
	case timeline.Updated:
		return strings.TrimSpace(f.Text + "\n\n" + f.Actions) // what is needed is asked of our own people
	case timeline.Reopened:
		return t.T("public.reopened") // why is our own affair
	case timeline.Cancelled:
		return t.T("public.cancelled")
	case timeline.Merged:
		return t.T("public.merged")
	case timeline.Identified:
		return orElse(f.Text, t.T("public.identified"))
	case timeline.Mitigated:
		return orElse(f.Text, t.T("public.mitigated"))
	case timeline.Resolved:
		return orElse(f.Text, t.T("public.resolved"))
	}
	return ""
}

func orElse(text, usual string) string {
	if strings.TrimSpace(text) == "" {
		return usual
	}
	return text
}

var links = regexp.MustCompile(`(?i)\b(?:https?|slack|ftp)://[^\s<>()]*[^\s<>().,;:!?'"]`)

// titleMost is how many characters a public title may have.
const titleMost = 255

func (t Texts) publicTitle(inc timeline.Incident) string {
	title := strings.Join(strings.Fields(t.Impersonal(inc, links.ReplaceAllString(inc.Title, t.T("public.link")))), " ")
	if letters := []rune(title); len(letters) > titleMost {
		title = string(letters[:titleMost-1]) + "…"
	}
	return title
}

var rooms = regexp.MustCompile(`(^|[\s(])#\pL[\pL\d_-]*`)

// Impersonal is a text without the people that took part, mentioned or by full
// name, and without channels of the chat.
func (t Texts) Impersonal(inc timeline.Incident, text string) string {
	d := Plain(nil)
	d.Person = func(string) string { return t.T("public.someone") }
	d.Room = func(_, _ string) string { return t.T("public.room") }
	d.Link = func(_, label string) string { return label }
	text = rooms.ReplaceAllString(d.Write(text), "${1}"+t.T("public.room"))
	for _, ev := range inc.Events {
		if known, ok := ev.Fact.(timeline.Introduced); ok && strings.Contains(known.Person.Name, " ") {
			text = strings.ReplaceAll(text, known.Person.Name, t.T("public.someone"))
		}
	}
	return begun(strings.TrimSpace(text), t.T("public.someone"), t.T("public.room"))
}

// begun writes words with a capital where they begin a sentence.
func begun(text string, words ...string) string {
	for _, word := range words {
		first, size := utf8.DecodeRuneInString(word)
		begins := regexp.MustCompile(`(^|\n|[.!?]\s+)` + regexp.QuoteMeta(word))
		text = begins.ReplaceAllStringFunc(text, func(found string) string {
			return strings.TrimSuffix(found, word) + string(unicode.ToUpper(first)) + word[size:]
		})
	}
	return text
}

// public is what the status page says; empty where it says nothing.
func (t Texts) public(inc timeline.Incident) string {
	if inc.Page.Ref == "" {
		return ""
	}
	return t.PublishedWords(inc.Page)
}

// PublishedWords says what the status page says, and where to see it.
func (t Texts) PublishedWords(f timeline.Published) string {
	if f.URL == "" {
		return t.PublicState(f.State)
	}
	return Link(f.URL, t.PublicState(f.State))
}
