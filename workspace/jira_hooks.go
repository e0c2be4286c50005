package workspace

import (
	"fmt"
	"slices"
	"strings"
)

// jiraHook is a webhook that an admin has set up.
type jiraHook struct {
	secret string
	*courier
}

// jiraTries is how often Jira brings a webhook.
const jiraTries = 5

// TrackerHook has everything that happens to issues sent to an address on this
// machine, as webhooks of Jira Cloud, signed with a secret. An address elsewhere
// is an error.
func (w *Workspace) TrackerHook(url, secret string) error {
	if err := nearby(url); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tracker.hooks = append(w.tracker.hooks, &jiraHook{secret, &courier{to: url, tries: jiraTries}})
	return nil
}

// issueChange is one field that changed, as the history of an issue tells it.
type issueChange struct{ field, from, to string }

// changesOf is what differs.
func changesOf(was, is issueState) (all []issueChange) {
	for _, c := range []issueChange{
		{"summary", was.summary, is.summary}, {"description", was.description, is.description}, {"duedate", was.due, is.due},
		{"status", was.status, is.status}, {"assignee", was.assignee, is.assignee}, {"priority", was.priority, is.priority},
		{"labels", strings.Join(was.labels, " "), strings.Join(is.labels, " ")},
		{"Component", strings.Join(was.components, " "), strings.Join(is.components, " ")},
		{"resolution", resolutionOf(was), resolutionOf(is)},
	} {
		if c.from != c.to {
			all = append(all, c)
		}
	}
	return all
}

func resolutionOf(s issueState) string {
	status, _ := statusCalled(s.status)
	return status.resolution
}

// tellTracker sends readers and hooks what happened to an issue; by nobody it is
// the app's doing. The lock is held.
func (w *Workspace) tellTracker(event string, i *issue, by *user, changes []issueChange) {
	w.showTracker()
	if len(w.tracker.hooks) == 0 {
		return
	}
	c := &jiraCall{&vendorCall{Workspace: w}, jiraCloud}
	body := object{
		"timestamp": w.now().UnixMilli(), "webhookEvent": event, "issue": c.issueObject(i, i.issueState, []string{"*all"}),
		"user": object{"accountId": "5b10muster", "accountType": "app", "displayName": "Muster", "active": true},
	}
	if by != nil {
		body["user"] = c.userJSONOf(by)
	}
	switch event {
	case "jira:issue_updated":
		body["issue_event_type_name"] = "issue_generic"
		body["changelog"] = object{"id": fmt.Sprint(w.tracker.draw()), "items": w.changeItems(changes)}
	case "comment_created":
		body["comment"] = c.commentObject(i, i.comments[len(i.comments)-1])
	}
	for _, h := range w.tracker.hooks {
		w.bring(h.courier, h.parcel(w, event, body))
	}
}

func (h *jiraHook) parcel(w *Workspace, event string, payload object) parcel {
	body := slices.Clone(encode(payload))
	return parcel{what: event, body: body, header: map[string]string{
		"Content-Type": "application/json; charset=UTF-8", "User-Agent": "Atlassian Webhook HTTP Client", "X-Hub-Signature": "sha256=" + signature(h.secret, body),
		"X-Atlassian-Webhook-Identifier": w.uuid("jira-parcel"),
	}}
}

// changeItems is the fields that changed. Whoever has an ID is told by it too.
func (w *Workspace) changeItems(changes []issueChange) []object {
	items := []object{}
	for _, c := range changes {
		items = append(items, object{
			"field": c.field, "fieldId": strings.ToLower(c.field), "fieldtype": "jira",
			"from": w.changeID(c.field, c.from), "fromString": w.changeName(c.field, c.from), "to": w.changeID(c.field, c.to), "toString": w.changeName(c.field, c.to),
		})
	}
	return items
}

func (w *Workspace) changeID(field, value string) any {
	if value == "" {
		return nil
	}
	u, ok := w.userNamed(value)
	s, known := statusCalled(value)
	switch {
	case field == "assignee" && ok:
		return jiraID(u)
	case field == "status" && known:
		return s.id
	}
	return value
}

func (w *Workspace) changeName(field, value string) any {
	u, ok := w.userNamed(value)
	switch {
	case value == "":
		return nil
	case field == "assignee" && ok:
		return u.realName
	}
	return value
}
