package review

import (
	"strconv"
	"strings"
	"time"

	"muster/timeline"
)

// Columns are those of a row for each incident. Their names and their order are a
// promise; new ones come last.
var Columns = []string{
	"incident", "title", "severity", "status", "service", "private", "drill", "counts", "source", "declared_by", "lead",
	"declared_at", "detected_at", "paged_at", "acknowledged_at", "first_update_at", "mitigated_at", "ended_at",
	"acknowledge_s", "first_update_s", "mitigate_s", "resolve_s",
	"reopened", "pages", "pages_noise", "follow_ups", "follow_ups_open", "postmortem_at", "merged_into", "ended_by", "cause",
}

// Row is an incident as it stood at a moment, by [Columns]. What it has not is
// empty. A text that a spreadsheet would take for a formula begins with an
// apostrophe.
func (l Life) Row(at time.Time) []string {
	s := l.as(at)
	paged, answered := l.firstPage()
	mitigated, resolved := s.mitigated, s.ended
	if s.status == timeline.IsMerged || s.status == timeline.IsCancelled {
		mitigated, resolved = time.Time{}, time.Time{} // nothing was mended
	}
	merged := ""
	if l.MergedInto != 0 {
		merged = l.MergedInto.String()
	}
	noise, open := 0, 0
	for _, p := range l.Pages {
		if _, is := judged(p.Said, at); is {
			noise++
		}
	}
	for i := range l.Todos {
		if turn, ok := l.Todos[i].as(at); ok && !turn.Over {
			open++
		}
	}
	return []string{
		l.ID.String(), defused(l.Title), s.severity.String(), string(s.status), defused(l.Service),
		strconv.FormatBool(l.Private), strconv.FormatBool(l.Drill), strconv.FormatBool(l.counts(s)), defused(l.Source), defused(nameOf(l.DeclaredBy)), defused(nameOf(l.lead(at))),
		moment(l.Declared), moment(l.Detected), moment(paged), moment(answered), moment(l.FirstWord), moment(mitigated), moment(s.ended),
		since(paged, answered), since(l.Declared, l.FirstWord), since(l.Declared, mitigated), since(l.Declared, resolved),
		strconv.Itoa(s.reopened), strconv.Itoa(len(l.Pages)), strconv.Itoa(noise), strconv.Itoa(len(l.Todos)), strconv.Itoa(open),
		moment(l.written()), merged, defused(s.endedBy), defused(l.Cause),
	}
}

// firstPage is when the first page went out, and when somebody said yes to any of
// them.
func (l *Life) firstPage() (paged, answered time.Time) {
	for _, p := range l.Pages {
		if paged.IsZero() || p.At.Before(paged) {
			paged = p.At
		}
		if !p.Answered.IsZero() && (answered.IsZero() || p.Answered.Before(answered)) {
			answered = p.Answered
		}
	}
	return paged, answered
}

func nameOf(p timeline.Person) string {
	if p.Name != "" {
		return p.Name
	}
	return p.ID
}

func moment(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

func since(from, to time.Time) string {
	if from.IsZero() || to.IsZero() {
		return ""
	}
	return strconv.FormatInt(seconds(to.Sub(from)), 10)
}

// defused is a text that no spreadsheet takes for a formula.
func defused(text string) string {
	if text != "" && strings.ContainsAny(text[:1], "=+-@\t\r\n") {
		return "'" + text
	}
	return text
}
