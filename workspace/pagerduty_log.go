package workspace

import (
	"net/http"
	"slices"
	"time"
)

// logEntry is a line of the log of a page.
type logEntry struct {
	id, kind, summary string
	at                time.Time
	page              *page
	by                pagerAgent
	channel           object // the means; its type is null where PagerDuty knows none
	user              string // of a notification: who got it, by name
	assignees         []string
}

// note writes a line into the log. The lock is held.
func (w *Workspace) note(p *page, e logEntry) {
	e.id, e.at, e.page = "R"+w.letters("pagerduty-log", idLetters, 25), w.now(), p
	if e.channel == nil {
		e.channel = object{"type": "website"}
	}
	w.pager.log = append(w.pager.log, &e)
}

func (w *Workspace) logObject(e *logEntry, whole bool) object {
	incident := w.pagerReference("incident", e.page.id, e.page.summary())
	incident["html_url"] = w.pageURL(e.page)
	if whole {
		incident = w.pageObject(e.page)
	}
	o := object{
		"id": e.id, "type": e.kind, "summary": e.summary, "self": w.base + "/pagerduty/log_entries/" + e.id, "html_url": nil, "created_at": pagerTime(e.at),
		"agent": e.by.json(w), "channel": e.channel, "incident": incident, "teams": []object{}, "contexts": []object{}, "event_details": object{},
		"service": w.pagerReference("service", e.page.service.id, e.page.service.name),
	}
	if e.user != "" {
		o["user"] = w.userReference(e.user)
	}
	if e.assignees != nil {
		assignees := []object{}
		for _, name := range e.assignees {
			assignees = append(assignees, w.userReference(name))
		}
		o["assignees"] = assignees
	}
	if e.kind == "acknowledge_log_entry" {
		o["acknowledgement_timeout"] = nil
	}
	return o
}

// logged is the log of some pages as it is asked for: the newest first.
func (c *vendorCall) logged(of func(*page) bool) vendorAnswer {
	since, until, refused := c.window()
	if refused != nil {
		return *refused
	}
	overview, whole := c.URL.Query().Get("is_overview") == "true", c.includes("incidents")
	found := []object{}
	for _, e := range slices.Backward(c.pager.log) {
		switch {
		case !of(e.page), overview && e.kind == "notify_log_entry", e.at.Before(since), !until.IsZero() && !e.at.Before(until):
		default:
			found = append(found, c.logObject(e, whole))
		}
	}
	return c.listed("log_entries", found)
}

func listLog(c *vendorCall) vendorAnswer {
	return c.logged(func(*page) bool { return true })
}

func listLogOfPage(c *vendorCall, p *page) vendorAnswer {
	return c.logged(func(o *page) bool { return o == p })
}

// pageNote is what somebody wrote down beside a page.
type pageNote struct {
	id, by, text string
	at           time.Time
}

// notesMost is how many notes a page can have.
const notesMost = 2000

func createPageNote(c *vendorCall, p *page) vendorAnswer {
	var in struct {
		Note struct{ Content string } `json:"note"`
	}
	who, ok := c.from()
	if !ok {
		return pagerNoSuchFrom
	}
	if !c.into(&in) || in.Note.Content == "" {
		return pagerInvalid("Content cannot be empty.")
	}
	if len(p.notes) >= notesMost {
		return pagerInvalid("The incident has too many notes.")
	}
	return vendorAnswer{http.StatusOK, object{"note": c.noteObject(c.annotate(p, who, in.Note.Content))}}
}

func listPageNotes(c *vendorCall, p *page) vendorAnswer {
	all := []object{}
	for _, n := range p.notes {
		all = append(all, c.noteObject(n))
	}
	return vendorAnswer{http.StatusOK, object{"notes": all}}
}

func (w *Workspace) noteObject(n pageNote) object {
	return object{"id": n.id, "user": w.userReference(n.by), "channel": object{"summary": "The PagerDuty website or APIs"}, "content": n.text, "created_at": pagerTime(n.at)}
}

// annotate has somebody write a note. The lock is held.
func (w *Workspace) annotate(p *page, u *user, text string) pageNote {
	n := pageNote{"P" + w.letters("pagerduty-note", idLetters, 6), u.name, text, w.now()}
	p.notes = append(p.notes, n)
	w.note(p, logEntry{kind: "annotate_log_entry", summary: "Note added by " + u.realName, by: w.asUser(u), channel: object{"type": "note", "summary": text, "content": text}})
	w.announceNote(p, n)
	w.showPhone()
	return n
}

func requestResponders(c *vendorCall, p *page) vendorAnswer {
	if !slices.Contains(c.pager.abilities, "coordinated_responding") {
		return pagerRefusal(http.StatusPaymentRequired, 2014, "Account Does Not Have The Required Ability", "coordinated_responding")
	}
	var in struct {
		Requester string `json:"requester_id"`
		Message   string
		Targets   []struct {
			Target reference `json:"responder_request_target"`
		} `json:"responder_request_targets"`
	}
	who, ok := c.from()
	if !ok {
		return pagerNoSuchFrom
	}
	if !c.into(&in) || len(in.Targets) == 0 || in.Requester == "" || in.Message == "" {
		return pagerInvalid("requester_id, message and responder_request_targets cannot be empty.")
	}
	targets := []object{}
	for _, t := range in.Targets {
		name, ok := c.responder(t.Target)
		if !ok {
			return pagerInvalid("Responder request target not found")
		}
		c.note(p, logEntry{kind: "notify_log_entry", by: c.asUser(who), user: name, channel: c.notification(p, name), summary: "Notified " + c.realNames([]string{name}) + " by push notification: " + in.Message})
		targets = append(targets, object{"responder_request_target": object{"id": t.Target.ID, "type": t.Target.Type, "incident_responders": []object{
			{"state": "pending", "user": c.userReference(name), "incident": c.pagerReference("incident", p.id, p.summary()), "message": in.Message, "requested_at": pagerTime(c.now())},
		}}})
	}
	c.announce(p, "incident.responder.added", c.asUser(who))
	c.showPhone()
	return vendorAnswer{http.StatusOK, object{"responder_request": object{
		"incident": c.pagerReference("incident", p.id, p.summary()), "requester": c.userReference(who.name),
		"requested_at": pagerTime(c.now()), "message": in.Message, "responder_request_targets": targets,
	}}}
}

// responder is who is asked for help: a person, or who is on call first.
func (c *vendorCall) responder(target reference) (string, bool) {
	if u, ok := c.pagerUser(target.ID); ok {
		return u.name, true
	}
	s, ok := find(c.pager.services, func(s pagerService) bool { return s.policy.id == target.ID })
	if !ok {
		return "", false
	}
	return s.policy.levels[0].onCall(c.now()), true
}
