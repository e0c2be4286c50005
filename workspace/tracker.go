package workspace

import (
	"errors"
	"fmt"
)

// Issue is a ticket.
type Issue struct {
	Key        string            `json:"key"`
	Summary    string            `json:"summary"`
	Body       string            `json:"description"`
	Assignee   string            `json:"assignee"` // a name
	Due        string            `json:"due"`      // a day, "2026-01-19"
	Labels     []string          `json:"labels"`
	Status     string            `json:"status"`
	URL        string            `json:"url"` // where people look at it
	Priority   string            `json:"priority"`
	Components []string          `json:"components"`
	Epic       string            `json:"epic"`       // a key
	Resolution string            `json:"resolution"` // empty while it is open
	Links      []IssueLink       `json:"links"`
	Comments   []string          `json:"comments"`
	Fields     map[string]string `json:"fields"` // those of the project's own, by ID
	Deleted    bool              `json:"deleted"`
}

// IssueLink leads from a ticket to what it is about.
type IssueLink struct {
	URL   string `json:"url"`
	Title string `json:"title"`
}

// Issues returns every ticket, the first one first.
func (w *Workspace) Issues() []Issue {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.issuesTold(w.tracker.issues)
}

func (w *Workspace) issuesTold(issues []*issue) []Issue {
	all := []Issue{}
	for _, i := range issues {
		all = append(all, w.issueTold(i))
	}
	return all
}

func (w *Workspace) issueTold(i *issue) Issue {
	status, _ := statusCalled(i.status)
	told := Issue{
		Key: i.key, Summary: i.summary, Body: i.description, Assignee: i.assignee, Due: i.due, Labels: i.labels, Status: i.status,
		URL: w.base + "/jira/browse/" + i.key, Priority: i.priority, Components: listed(i.components), Epic: i.epic, Resolution: status.resolution,
		Links: []IssueLink{}, Comments: []string{}, Fields: map[string]string{}, Deleted: i.deleted,
	}
	for _, l := range i.links {
		told.Links = append(told.Links, IssueLink{l.url, l.title})
	}
	for _, m := range i.comments {
		told.Comments = append(told.Comments, m.text)
	}
	for id, value := range i.fields {
		told.Fields[id] = value
	}
	return told
}

// onIssue has somebody change an issue.
func (w *Workspace) onIssue(as, key string, change func(*issueState) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, i, err := w.atIssue(as, key)
	if err != nil {
		return err
	}
	to := i.issueState
	if err := change(&to); err != nil {
		return err
	}
	w.changeIssue(i, u, to)
	w.beat()
	return nil
}

func (w *Workspace) atIssue(as, key string) (*user, *issue, error) {
	u, known := w.userNamed(as)
	if err := idle(u, known, as); err != nil {
		return nil, nil, err
	}
	i, ok := w.issueCalled(key)
	if !ok {
		return nil, nil, fmt.Errorf("there is no issue %q", key)
	}
	return u, i, nil
}

// MoveIssue has somebody move an issue: to "To Do", "In Progress", "Done" or
// "Won't Do".
func (w *Workspace) MoveIssue(as, key, status string) error {
	return w.onIssue(as, key, func(to *issueState) error {
		s, ok := statusCalled(status)
		if !ok {
			return fmt.Errorf("there is no status %q: there are To Do, In Progress, Done and Won't Do", status)
		}
		to.status = s.name
		w.happen(Happening{Kind: Moved, Channel: "tracker", Person: as, Text: key + " to " + s.name})
		return nil
	})
}

// DeleteIssue has somebody delete an issue: it is there no more for anybody.
func (w *Workspace) DeleteIssue(as, key string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, i, err := w.atIssue(as, key)
	if err != nil {
		return err
	}
	w.deleteIssue(i, u)
	w.beat()
	return nil
}

// deleteIssue deletes an issue; by nobody it is the app. The lock is held.
func (w *Workspace) deleteIssue(i *issue, by *user) {
	to := i.issueState
	to.deleted = true
	i.become(to, w.now())
	w.tellTracker("jira:issue_deleted", i, by, nil)
}

// AssignIssue has somebody give an issue to another one, or to nobody.
func (w *Workspace) AssignIssue(as, key, whom string) error {
	return w.onIssue(as, key, func(to *issueState) error {
		if u, ok := w.userNamed(whom); whom != "" && (!ok || !w.assignable(u)) {
			return fmt.Errorf("%q can not be given issues", whom)
		}
		to.assignee = whom
		return nil
	})
}

// DueIssue has somebody set the day by which an issue is due, such as
// "2026-01-19"; an empty one takes it away.
func (w *Workspace) DueIssue(as, key, day string) error {
	return w.onIssue(as, key, func(to *issueState) error {
		if wrongDay(day) != "" {
			return fmt.Errorf("%q is no day: write it as in 2026-01-19", day)
		}
		to.due = day
		return nil
	})
}

// CommentIssue has somebody write a comment to an issue.
func (w *Workspace) CommentIssue(as, key, text string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, i, err := w.atIssue(as, key)
	if err == nil && text == "" {
		err = errors.New("there is nothing to say")
	}
	if err != nil {
		return err
	}
	w.comment(i, u, text)
	w.beat()
	return nil
}

// issuesShown is how many issues the page shows, the newest ones.
const issuesShown = 200

func (w *Workspace) pageTracker() []Issue {
	all := w.tracker.issues
	return w.issuesTold(all[max(0, len(all)-issuesShown):])
}

// showTracker sends readers the issues as they are now. The lock is held.
func (w *Workspace) showTracker() {
	if len(w.readers) == 0 {
		return
	}
	w.tell(func(*user) bool { return true }, func(*user) any { return object{"type": "tracker", "tracker": w.pageTracker()} })
}
