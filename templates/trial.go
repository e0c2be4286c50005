package templates

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"text/template"
	"text/template/parse"

	"muster/timeline"
)

// tried renders every text of an incident of which nothing is known, and of one
// of which everything is, so that a team's own text that can not be rendered is
// found at the start.
func (t Texts) tried() error {
	var errs []error
	seen := map[string]bool{}
	tell := func(err error) {
		if err != nil && !seen[err.Error()] {
			seen[err.Error()], errs = true, append(errs, err)
		}
	}
	for _, facts := range [][]timeline.Fact{{declaredSo}, everything} {
		var events []timeline.Event
		for n, f := range facts {
			events = append(events, timeline.Event{Incident: 1, Seq: n + 1, By: someBody, Fact: f})
		}
		some := timeline.Fold(1, events)
		role := roleBoard{t.board(some), t.Part(timeline.Commander), t.Command}
		offered := t.state(some)
		offered.Role, offered.From = t.Part(timeline.Comms), some.Holder(timeline.Comms)
		for name, with := range map[string]any{
			"card.tmpl": t.board(some), "announcement.tmpl": t.board(some), "topic.tmpl": t.board(some), "role.tmpl": role,
			"handover.tmpl": offered, "catchup.tmpl": t.state(some), "executive.tmpl": t.board(some),
		} {
			tell(t.set.ExecuteTemplate(io.Discard, name, with))
		}
		full := t.record(some)
		filled(reflect.ValueOf(&full))
		for _, name := range named(t.set) {
			if isPostmortem(name) {
				tell(t.postmortemTried(name, t.record(some)))
				tell(t.postmortemTried(name, full))
			}
		}
	}
	return errors.Join(errs...)
}

func (t Texts) postmortemTried(name string, record postmortem) error {
	if err := t.set.ExecuteTemplate(&limited{}, name, record); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// What the incidents are made of that texts are tried with.
var (
	someBody    = timeline.Person{ID: "U1", Name: "a name"}
	someMessage = timeline.Message{Channel: "C1", TS: "1.1"}
	declaredSo  = timeline.Declared{Title: "a title", Severity: timeline.Sev1}
	everything  = []timeline.Fact{
		timeline.Declared{Title: "a title", Severity: timeline.Sev1, Service: "a service", Drill: true},
		timeline.ChannelOpened{Channel: timeline.Channel{ID: "C1", Name: "a-channel"}},
		timeline.RoleGiven{Role: timeline.Comms, To: someBody}, timeline.Joined{Person: someBody},
		timeline.Updated{Text: "a text", Actions: "actions", Needs: "needs"}, timeline.Noted{Text: "a note"}, timeline.Hidden{Line: 6},
		timeline.Tagged{Message: someMessage, Tag: timeline.Finding, Emoji: "a", When: "1"},
		timeline.Tagged{Message: someMessage, Tag: timeline.ActionTaken, Emoji: "b", When: "2"},
		timeline.Tagged{Message: someMessage, Tag: timeline.CauseTag, Emoji: "c", When: "3"},
		timeline.Tagged{Message: someMessage, Tag: timeline.FollowUp, Emoji: "d", When: "4"},
		timeline.Captured{Message: someMessage, Author: someBody, Text: "a text", URL: "https://a.example/1"},
		timeline.Edited{Message: someMessage, Text: "another text", Was: "a text", Version: "2.1"},
		timeline.FileKept{Message: someMessage, Name: "an image", Path: "a/path"},
		timeline.ActionAgreed{What: "a follow-up", DRI: someBody, Due: "2026-11-27"}, timeline.TaskSet{What: "a task"},
		timeline.Paged{Route: "a route", Ref: "1"}, timeline.Published{Ref: "1", State: timeline.PublicInvestigating},
		timeline.Linked{What: timeline.Postmortem, Ref: "a file", URL: "https://a.example/2"}, timeline.Mitigated{Text: "a text"},
		timeline.Resolved{Text: "a text"}, timeline.Reopened{Reason: "a reason"},
	}
)

// filled gives one value to each list of a record that is empty, and something to
// every other field of it, so that whatever a template does with them is tried.
func filled(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for n := range v.NumField() {
			if v.Type().Field(n).IsExported() {
				filled(v.Field(n))
			}
		}
	case reflect.Slice:
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		for n := range v.Len() {
			filled(v.Index(n))
		}
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		filled(v.Elem())
	case reflect.String:
		if v.Len() == 0 {
			v.SetString("a text")
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(max(v.Int(), 1))
	}
}

// endless refuses a template that is part of itself, or that counts without end.
func endless(set *template.Template) error {
	all := set.Templates()
	slices.SortFunc(all, func(a, b *template.Template) int { return cmp.Compare(a.Name(), b.Name()) })
	for _, one := range all {
		if isWithin(set, one.Name(), one.Name(), map[string]bool{}) {
			return fmt.Errorf("%s: the text %q is part of itself", one.ParseName, one.Name())
		}
		if one.Tree != nil && counts(one.Root) {
			return fmt.Errorf("%s: the text %q counts further than %d", one.ParseName, one.Name(), rangeMost)
		}
	}
	return nil
}

// isWithin reports whether a template is used by another, or by what that uses.
func isWithin(set *template.Template, name, by string, seen map[string]bool) bool {
	one := set.Lookup(by)
	if one == nil || one.Tree == nil || seen[by] {
		return false
	}
	seen[by] = true
	for _, used := range usedBy(one.Root) {
		if used == name || isWithin(set, name, used, seen) {
			return true
		}
	}
	return false
}

// usedBy lists the templates that a node of one uses.
func usedBy(n parse.Node) (names []string) {
	walk(n, func(n parse.Node) {
		if used, ok := n.(*parse.TemplateNode); ok {
			names = append(names, used.Name)
		}
	})
	return names
}

// rangeMost is the highest number that a template may count to.
const rangeMost = 1000

// counts reports whether a node counts further than that: it may as well not come to
// an end.
func counts(n parse.Node) (far bool) {
	walk(n, func(n parse.Node) {
		if r, ok := n.(*parse.RangeNode); ok {
			for _, command := range r.Pipe.Cmds {
				for _, arg := range command.Args {
					number, ok := arg.(*parse.NumberNode)
					far = far || ok && !(number.IsInt && number.Int64 <= rangeMost)
				}
			}
		}
	})
	return far
}

// walk sees a node and everything within it.
func walk(n parse.Node, see func(parse.Node)) {
	see(n)
	branch := func(b *parse.BranchNode) {
		walk(b.List, see)
		if b.ElseList != nil {
			walk(b.ElseList, see)
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, one := range n.Nodes {
			walk(one, see)
		}
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	}
}
