package templates

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"muster/timeline"
)

// Part is a role as people read of it.
type Part struct {
	Role   timeline.Role
	Name   string   // "comms lead"
	Duties string   // what its holder does, in a sentence or two
	Steps  []string // its checklist
}

// Parts returns every role there is, in the order in which the card names them:
// Muster's own, and those that the configuration adds.
func (t Texts) Parts() []Part {
	var all []Part
	for _, r := range timeline.Roles {
		all = append(all, t.Part(r))
	}
	for _, p := range t.added {
		all = append(all, t.Part(p.Role))
	}
	return all
}

// Part returns what is known of a role. One that the configuration no longer
// has keeps its name.
func (t Texts) Part(r timeline.Role) Part {
	for _, p := range t.added {
		if p.Role == r {
			return p
		}
	}
	key := "role." + string(r) + "."
	p := Part{Role: r, Name: string(r)}
	if t.Has(key + "name") {
		p.Name, p.Duties = t.T(key+"name"), t.T(key+"duties")
		p.Steps = lines(t.T(key + "steps"))
	}
	if changed, ok := t.changed[r]; ok {
		p = changed.over(p)
	}
	return p
}

// over returns a part with what is filled in of another in its place.
func (p Part) over(usual Part) Part {
	if p.Name != "" {
		usual.Name = p.Name
	}
	if p.Duties != "" {
		usual.Duties = p.Duties
	}
	if len(p.Steps) > 0 {
		usual.Steps = p.Steps
	}
	return usual
}

// Title is the name of a role at the head of a field.
func (p Part) Title() string { return Capital(p.Name) }

// Capital writes words with a capital at their beginning.
func Capital(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	if size == 0 {
		return words
	}
	return string(unicode.ToUpper(first)) + words[size:]
}

// WithRoles returns the texts with the roles of a configuration: more of them,
// and other words for Muster's own.
func (t Texts) WithRoles(parts []Part) Texts {
	changed := map[timeline.Role]Part{}
	var added []Part
	for _, p := range parts {
		if t.Has("role." + string(p.Role) + ".name") {
			changed[p.Role] = p
		} else {
			added = append(added, p.over(Part{Role: p.Role, Name: string(p.Role)}))
		}
	}
	t.added, t.changed = added, changed
	return t
}

// RoleName is what a role is called.
func (t Texts) RoleName(r timeline.Role) string { return t.Part(r).Name }

// Severity is what a severity is called, and Meaning when it is the right one.
func (t Texts) Severity(s timeline.Severity) string {
	if key := "severity." + s.String() + ".name"; t.Has(key) {
		return t.T(key)
	}
	return s.String() // there is none of that number
}

// Meaning says in a line when a severity is the right one.
func (t Texts) Meaning(s timeline.Severity) string { return t.T("severity." + s.String() + ".meaning") }

// Status is what a status is called.
func (t Texts) Status(s timeline.Status) string { return t.T("status." + string(s)) }

// SeverityCalled returns the severity of a name, as people type it.
func (t Texts) SeverityCalled(name string) (timeline.Severity, bool) {
	for _, s := range timeline.Severities {
		if strings.EqualFold(t.Severity(s), name) {
			return s, true
		}
	}
	return 0, false
}

// Since tells in a sentence since when an incident has its status; empty where
// that goes without saying.
func (t Texts) Since(inc timeline.Incident) string {
	switch inc.Status {
	case timeline.IsIdentified:
		return t.T("since.identified", When(inc.Identified))
	case timeline.IsMitigated:
		return t.T("since.mitigated", When(inc.Mitigated))
	case timeline.IsResolved:
		return t.T("since.resolved", When(inc.Resolved))
	case timeline.IsClosed:
		return t.T("since.closed", When(inc.Closed))
	case timeline.IsCancelled:
		return t.T("since.cancelled", When(inc.Closed), inc.EndedBecause)
	case timeline.IsMerged:
		return strings.TrimSpace(t.T("since.merged", When(inc.Closed), inc.MergedInto, inc.EndedBecause))
	}
	return ""
}

// lines returns the lines of a text that are not empty.
func lines(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
}
