package workspace

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Page is a page that somebody was sent.
type Page struct {
	Number         int       `json:"number"`
	At             time.Time `json:"at"`
	ID             string    `json:"id"`
	Title          string    `json:"title"`
	To             []string  `json:"to"` // names of people
	Status         string    `json:"status"`
	By             string    `json:"by"` // "rest", "events" or "alarm"
	Room           string    `json:"room,omitempty"`
	URL            string    `json:"url"` // where people look at it
	Service        string    `json:"service"`
	Urgency        string    `json:"urgency"`                   // "high" or "low"
	Priority       string    `json:"priority,omitempty"`        // "P1"
	AcknowledgedBy string    `json:"acknowledged_by,omitempty"` // a name
	Level          int       `json:"level"`                     // of the policy; 0 where people were chosen by hand
	Notes          []string  `json:"notes"`
	Log            []string  `json:"log"` // the oldest line first
}

// Pages returns every page that was sent, the first one first.
func (w *Workspace) Pages() []Page {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pagesTold(w.pager.pages)
}

func (w *Workspace) pagesTold(pages []*page) []Page {
	lines := map[*page][]string{}
	for _, e := range w.pager.log {
		lines[e.page] = append(lines[e.page], e.line())
	}
	all := []Page{}
	for _, p := range pages {
		all = append(all, p.told(w, lines[p]))
	}
	return all
}

// line is a line of the log as people read it.
func (e *logEntry) line() string {
	text := e.at.UTC().Format("15:04 ") + e.summary
	if note, ok := e.channel["content"].(string); ok {
		text += ": " + note
	}
	return text
}

func (p *page) told(w *Workspace, log []string) Page {
	seen := Page{
		Number: p.number, At: p.created, ID: p.id, Title: p.title, To: p.assigned, Status: p.status, By: "rest", Room: p.bridge.URL,
		URL: w.pageURL(p), Service: p.service.name, Urgency: p.urgency, Priority: p.priority, Level: p.level, Notes: []string{}, Log: log,
	}
	switch {
	case p.alarm:
		seen.By = "alarm"
	case p.dedup != "":
		seen.By = "events"
	}
	if len(p.taken) > 0 {
		seen.AcknowledgedBy = p.taken[0].by
	}
	for _, n := range p.notes {
		seen.Notes = append(seen.Notes, n.text)
	}
	return seen
}

// AnswerPage has whoever was paged acknowledge a page, by its ID.
func (w *Workspace) AnswerPage(id string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, ok := w.pageCalled(id)
	if !ok || p.status != "triggered" {
		return fmt.Errorf("no page %s waits for an answer", id)
	}
	u, _ := w.userNamed(p.assigned[0])
	w.acknowledge(p, u)
	w.beat()
	return nil
}

// onPage has somebody do something to a page, by its ID or, where that is
// empty, to the newest one that waits.
func (w *Workspace) onPage(as, id string, do func(*page, *user) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, known := w.userNamed(as)
	if err := idle(u, known, as); err != nil {
		return err
	}
	if u.email == "" {
		return fmt.Errorf("%s has no account at PagerDuty", as)
	}
	p, ok := w.pageCalled(id)
	if id == "" {
		p, ok = w.waitingPage()
	}
	switch {
	case !ok && id == "":
		return errNoPage
	case !ok:
		return fmt.Errorf("there is no page %q", id)
	}
	defer w.beat()
	return do(p, u)
}

// errNoPage is what happens to who wants to answer and is not paged.
var errNoPage = errors.New("no page waits")

// waitingPage is the newest page that nobody has acknowledged or, where there
// is none, the newest that is open.
func (w *Workspace) waitingPage() (*page, bool) {
	var open *page
	for _, p := range slices.Backward(w.pager.pages) {
		if p.status == "triggered" {
			return p, true
		}
		if p.status == "acknowledged" && open == nil {
			open = p
		}
	}
	return open, open != nil
}

// AnswerPageAs has somebody acknowledge a page: the newest one that waits where
// the ID is empty.
func (w *Workspace) AnswerPageAs(name, id string) error {
	return w.onPage(name, id, func(p *page, u *user) error {
		if p.status != "triggered" {
			return fmt.Errorf("page %s is %s already", p.id, p.status)
		}
		w.acknowledge(p, u)
		return nil
	})
}

// ResolvePageAs has somebody resolve a page.
func (w *Workspace) ResolvePageAs(name, id string) error {
	return w.onPage(name, id, func(p *page, u *user) error {
		if p.status == "resolved" {
			return fmt.Errorf("page %s is resolved already", p.id)
		}
		w.resolve(p, w.asUser(u))
		return nil
	})
}

// NotePage has somebody write a note beside a page.
func (w *Workspace) NotePage(name, id, text string) error {
	return w.onPage(name, id, func(p *page, u *user) error {
		if text == "" {
			return errors.New("there is nothing to note")
		}
		w.annotate(p, u, text)
		return nil
	})
}

// EscalatePageAs has somebody hand a page to the next level of its policy.
func (w *Workspace) EscalatePageAs(name, id string) error {
	return w.onPage(name, id, func(p *page, u *user) error {
		switch {
		case p.status == "resolved":
			return fmt.Errorf("page %s is resolved already", p.id)
		case p.level >= len(p.policy.levels):
			return fmt.Errorf("page %s is at the last level", p.id)
		}
		w.escalate(p, p.level+1, w.asUser(u))
		return nil
	})
}

// LapsePage has the acknowledgement of a page run out, as a service can be set
// to: it is notified of anew.
func (w *Workspace) LapsePage(id string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, ok := w.pageCalled(id)
	if !ok || p.status != "acknowledged" {
		return fmt.Errorf("no page %s is acknowledged", id)
	}
	w.unacknowledge(p, p.service.agent())
	w.beat()
	return nil
}

// Alarm has monitoring raise an incident at PagerDuty, for a service by its name
// or ID, and returns its ID. The urgency is "high" or "low", high where it is
// empty; the priority is such as "P1", or empty.
func (w *Workspace) Alarm(service, title, urgency, priority string) (id string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s, ok := w.pagerServiceCalled(cmp.Or(service, w.pager.services[0].id))
	switch {
	case !ok:
		return "", fmt.Errorf("there is no service %q", service)
	case title == "":
		return "", errors.New("an alarm needs a title")
	case urgency != "" && urgency != "high" && urgency != "low":
		return "", fmt.Errorf("an urgency is high or low, not %q", urgency)
	case priority != "" && w.priorityObject(priority) == nil:
		return "", fmt.Errorf("there is no priority %q", priority)
	}
	p := &page{alarm: true, dedup: w.letters("alarm", hex, 32), title: title, service: s, policy: s.policy, urgency: urgency, priority: priority}
	w.raise(p, s.agent(), object{"type": "api"})
	w.ring(p)
	w.beat()
	return p.id, nil
}

// pagesShown is how many pages the page shows, the newest ones.
const pagesShown = 50

func (w *Workspace) pagePhone() []Page {
	all := w.pager.pages
	return w.pagesTold(all[max(0, len(all)-pagesShown):])
}

// showPhone sends readers the pages as they are now. The lock is held.
func (w *Workspace) showPhone() {
	if len(w.readers) == 0 {
		return
	}
	w.tell(func(*user) bool { return true }, func(*user) any { return object{"type": "phone", "phone": w.pagePhone()} })
}
