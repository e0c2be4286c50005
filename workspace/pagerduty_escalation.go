package workspace

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// pagerPolicy says who is paged, and who after them where nobody acknowledges.
type pagerPolicy struct {
	id, name string
	levels   []pagerLevel
}

// pagerLevel is a schedule, or a person where there is none.
type pagerLevel struct {
	usual     string // by name
	schedule  string // its ID; empty where the person is a target of the policy for good
	overrides []pagerOverride
}

// pagerOverride puts somebody else in for a while.
type pagerOverride struct {
	name        string
	from, until time.Time
}

// escalatesAfter is how long a level has for acknowledging: what PagerDuty sets
// for a new policy, and so what most of them say.
const escalatesAfter = 30 * time.Minute

// override is what holds for a level now, if something does.
func (l pagerLevel) override(now time.Time) (pagerOverride, bool) {
	for _, o := range slices.Backward(l.overrides) {
		if o.until.After(now) {
			return o, true
		}
	}
	return pagerOverride{}, false
}

// onCall is who a level pages now.
func (l pagerLevel) onCall(now time.Time) string {
	if o, ok := l.override(now); ok {
		return o.name
	}
	return l.usual
}

// pagerAgent is who or what did something there.
type pagerAgent struct{ id, kind, summary string }

func (a pagerAgent) json(w *Workspace) any {
	if a.id == "" {
		return nil
	}
	return w.pagerReference(a.kind, a.id, a.summary)
}

func (w *Workspace) asUser(u *user) pagerAgent { return pagerAgent{pagerID(u), "user", u.realName} }

func (s pagerService) agent() pagerAgent { return pagerAgent{s.id, "service", s.name} }

// raise makes a page, for those whom it is assigned to or else for who is on
// call. They do not hear of it before it rings. The lock is held.
func (w *Workspace) raise(p *page, by pagerAgent, channel object) {
	p.number, p.id = len(w.pager.pages)+1, "Q"+w.letters("page", idLetters, 13)
	p.status, p.urgency = "triggered", cmp.Or(p.urgency, "high")
	p.created, p.changed, p.changedBy = w.now(), w.now(), by
	w.pager.pages = append(w.pager.pages, p)
	channel["summary"] = p.title
	w.note(p, logEntry{kind: "trigger_log_entry", summary: "Triggered " + via(by, channel), by: by, channel: channel})
	if p.assigned == nil {
		p.level, p.assigned = 1, []string{p.policy.levels[0].onCall(w.now())}
	}
	w.note(p, logEntry{kind: "assign_log_entry", summary: "Assigned to " + w.realNames(p.assigned), by: by, channel: object{"type": "auto"}, assignees: p.assigned})
	w.announce(p, "incident.triggered", by)
}

func via(by pagerAgent, channel object) string {
	if by.kind == "user" {
		return "by " + by.summary
	}
	return "through the " + strings.ToUpper(channel["type"].(string)) + "."
}

// ring notifies those who have the page, and has it escalate where nobody
// answers. The lock is held.
func (w *Workspace) ring(p *page) {
	for _, name := range p.assigned {
		w.note(p, logEntry{kind: "notify_log_entry", by: p.service.agent(), user: name, channel: w.notification(p, name),
			summary: "Notified " + w.realNames([]string{name}) + " by push notification"})
		w.happen(Happening{Kind: Rang, Channel: "phone", Person: name, Text: fmt.Sprintf("#%d %s", p.number, p.title)})
	}
	p.hands++
	hands := p.hands
	if p.level > 0 && p.level < len(p.policy.levels) {
		w.after(escalatesAfter, func() {
			if p.hands == hands && p.status == "triggered" {
				w.escalate(p, p.level+1, p.service.agent())
			}
		})
	}
	w.showPhone()
}

func (w *Workspace) notification(p *page, name string) object {
	kind := "push_notification"
	if p.urgency == "low" {
		kind = "email"
	}
	u, _ := w.userNamed(name)
	var address any
	if u != nil && kind == "email" {
		address = u.email
	}
	return object{"type": "auto", "notification": object{"type": kind, "address": address, "status": "success"}}
}

// escalate hands a page to a level of its policy, which is to acknowledge it
// anew. The lock is held.
func (w *Workspace) escalate(p *page, level int, by pagerAgent) {
	p.level, p.assigned = level, []string{p.policy.levels[level-1].onCall(w.now())}
	entry := logEntry{kind: "escalate_log_entry", by: by, assignees: p.assigned, summary: "Escalated to " + w.realNames(p.assigned) + " by " + by.summary, channel: object{"type": nil}}
	if by.kind == "service" {
		entry.channel, entry.summary = object{"type": "timeout"}, "Escalated to "+w.realNames(p.assigned)+" due to timeout"
	}
	w.trigger(p, by)
	w.note(p, entry)
	w.announce(p, "incident.escalated", by)
	w.ring(p)
}

// assign hands a page to people. The lock is held.
func (w *Workspace) assign(p *page, names []string, by pagerAgent) {
	p.level, p.assigned = 0, names
	w.trigger(p, by)
	w.note(p, logEntry{kind: "assign_log_entry", by: by, assignees: names, summary: "Reassigned to " + w.realNames(names) + " by " + by.summary, channel: object{"type": nil}})
	w.announce(p, "incident.reassigned", by)
	w.ring(p)
}

// trigger has a page wait again for somebody who acknowledges it.
func (w *Workspace) trigger(p *page, by pagerAgent) {
	if p.status != "triggered" {
		p.status, p.changed, p.changedBy = "triggered", w.now(), by
	}
	p.taken = nil
}

// acknowledge has somebody take a page. The lock is held.
func (w *Workspace) acknowledge(p *page, u *user) {
	by := w.asUser(u)
	p.status, p.changed, p.changedBy = "acknowledged", w.now(), by
	p.taken = append(p.taken, taken{u.name, w.now()})
	w.happen(Happening{Kind: Took, Channel: "phone", Person: u.name, Text: fmt.Sprintf("#%d", p.number)})
	w.note(p, logEntry{kind: "acknowledge_log_entry", summary: "Acknowledged by " + u.realName, by: by, channel: object{"type": "website"}})
	w.announce(p, "incident.acknowledged", by)
	w.showPhone()
}

// resolve ends a page. The lock is held.
func (w *Workspace) resolve(p *page, by pagerAgent) {
	p.status, p.changed, p.changedBy = "resolved", w.now(), by
	channel := object{"type": "website"}
	if by.kind == "service" {
		channel = object{"type": "api"}
	}
	if p.resolution != "" {
		channel["details"] = p.resolution
	}
	w.note(p, logEntry{kind: "resolve_log_entry", summary: "Resolved " + via(by, channel), by: by, channel: channel})
	w.announce(p, "incident.resolved", by)
	w.showPhone()
}

// unacknowledge gives a page back to those who have it. The lock is held.
func (w *Workspace) unacknowledge(p *page, by pagerAgent) {
	w.trigger(p, by)
	w.note(p, logEntry{kind: "unacknowledge_log_entry", summary: "Unacknowledged due to timeout", by: by, channel: object{"type": "timeout"}})
	w.announce(p, "incident.unacknowledged", by)
	w.ring(p)
}

func (w *Workspace) realNames(names []string) string {
	var all []string
	for _, name := range names {
		u, ok := w.userNamed(name)
		if ok {
			name = u.realName
		}
		all = append(all, name)
	}
	return strings.Join(all, ", ")
}
