package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"muster/chat"
	"muster/commands"
	"muster/policy"
	"muster/timeline"
	"muster/workspace"
)

// viewers are those outside, by what they are, and from where they ask.
var viewers = []struct{ kind, name, from string }{
	{"a member outside", "hana", "general"},
	{"a responder outside", "eli", "general"},
	{"an admin outside", "ola", "general"},
	{"a former member", "fay", "general"},
	{"the same, in direct messages", "fay", "@fay"},
	{"one who left while the bot was away", "chi", "general"},
	{"one who left so when it was over", "dee", "general"},
	{"a multi-channel guest", "ivy", "incidents"},
	{"a single-channel guest", "jon", "incidents"},
	{"a stranger", "kai", "incidents"},
}

// kindsBeside are the other kinds: the declarer, the holder of a role, one who
// was invited, one who was let in, an admin who broke the glass, a closed
// account, an app, the command line, a machine over HTTP.
const kindsBeside = 9

// asks are what the viewers type behind each command; N is an incident.
var asks = []string{"", "N", "N some words", "N 1", "#1", "N #1 words", "N <@eli>", "N commander", "N into INC-3", "into N", "INC-3 into N", long}

// long is more than any text may be.
var long = "N " + strings.Repeat("word ", 700)

// askedFor has everybody outside ask for everything. What is private is answered
// as what there is not.
func (a *aviary) askedFor(when string) {
	a.t.Helper()
	if last, err := a.bot.Store.Last(context.Background()); err != nil || last >= 9 {
		a.t.Fatalf("INC-9 is to be one that there is not: %v, %v", last, err)
	}
	for n, v := range viewers {
		if a.inside[v.name] {
			continue // not yet outside
		}
		for _, c := range turns(n) {
			for _, ask := range append(asks, a.toRoom(c)...) {
				a.asksAlike(v.kind, c, ask, func(line string) string {
					return told(a.does(v.name, v.from, func() (workspace.Answer, error) { return a.town.Say(v.name, v.from, "/incident "+line) }))
				})
			}
		}
		a.beside(v.name, v.from)
	}
	for n, by := range []timeline.Person{{ID: a.town.PersonNamed("max")}, {ID: a.town.PersonNamed("muster")}, {ID: "U0NOBODY000"}, timeline.LocalPerson("mallory"), {}} {
		for _, c := range turns(n) {
			for _, ask := range asks {
				a.asksAlike("by "+by.ID, c, ask, func(line string) string { return a.desk(by, line) })
			}
		}
	}
	a.machines()
	if err := a.rest(); err != nil {
		a.t.Fatal(err)
	}
	a.acks()
	a.tell(when + ", asked by everybody outside")
}

// turns is what the viewer with a number asks for: everything, and a third of it,
// each another, where the race detector is on.
func turns(viewer int) (some []commands.Command) {
	for n, c := range commands.All {
		if !raced || (n+viewer)%3 == 0 {
			some = append(some, c)
		}
	}
	return some
}

// either is the number of a private incident, or one that was never given out.
var either = regexp.MustCompile(`(?i)\binc-[19]\b`)

// toRoom is what somebody could type who has heard of a message inside.
func (a *aviary) toRoom(c commands.Command) []string {
	messages, _ := a.town.Messages("inc-1")
	inc, _ := a.bot.Journal.Incident(context.Background(), 1)
	if !c.Hidden || len(messages) == 0 {
		return nil
	}
	at := inc.Channel.ID + " " + messages[len(messages)-1].TS
	return []string{at + " words", "N " + at + " now words @eli"}
}

// asksAlike asks about a private incident and about none, and compares.
func (a *aviary) asksAlike(kind string, c commands.Command, ask string, do func(line string) string) {
	a.t.Helper()
	with := func(id string) string {
		line := strings.TrimSpace(c.Name + " " + strings.NewReplacer("N ", id+" ", "<@eli>", "@eli").Replace(ask+" "))
		a.questions++
		return either.ReplaceAllString(do(line), "INC-N")
	}
	if c.Act == policy.Declare && ask != "" || c.Name != "merge" && strings.HasPrefix(ask, "INC-3") {
		return // it would be a title, or a text for INC-3
	}
	if c.Name == "break-glass" && ask != "N" && ask != long {
		return // it lets an admin in
	}
	private := with("INC-1")
	if !strings.Contains(ask, "N ") && !strings.HasSuffix(ask, "N") {
		return
	}
	if none := with("INC-9"); none != private {
		a.t.Errorf("%s tells INC-1 from INC-9 by %q:\n%s\n%s", kind, c.Name+" "+ask, private, none)
	}
}

// desk asks as somebody who can not type here.
func (a *aviary) desk(by timeline.Person, line string) string {
	req := chat.Request{ID: fmt.Sprint("viewer ", a.questions), By: by, Channel: "C0GENERAL"}
	answer, err := a.bot.Bot.Desk.Do(context.Background(), req, line)
	text := fmt.Sprint(err)
	if answer.Message != nil {
		text += answer.Message.Text
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.hears(nobody, "the answer to "+by.ID, text)
	return text
}

// beside is what people ask for other than by typing a command.
func (a *aviary) beside(name, from string) {
	a.t.Helper()
	a.as(name, "looks")
	if home, err := a.town.HomeOf(name); err != nil || canary.MatchString(home) {
		a.t.Errorf("the Home of %s: %s, %v", name, home, err)
	}
	said := fmt.Sprint("a word of ", name, ", question ", a.questions)
	if strings.HasPrefix(from, "@") {
		a.pressAll(name)
		return
	}
	a.as(name, "says", from, said)
	a.as(name, "reacts", from, "mag", said)
	a.as(name, "pins", from, said)
	a.as(name, "says", from, "@muster status INC-1")
	a.as(name, "picks", "declare")
	for _, shortcut := range []string{"declare_about", "add_to_timeline", "ask_to_move", "make_follow_up"} {
		a.as(name, "picks", shortcut, from, said)
	}
}

// pressAll presses every button that someone was ever sent.
func (a *aviary) pressAll(name string) {
	messages, _ := a.town.Messages("@" + name)
	for _, m := range messages {
		for _, b := range m.Buttons {
			a.does(name, "@"+name, func() (workspace.Answer, error) { return a.town.Click(name, "@"+name, m.TS, b.ActionID, b.Value) })
		}
	}
}

// machines call over HTTP, with titles that are near.
func (a *aviary) machines() {
	a.t.Helper()
	inc, err := a.bot.Journal.Incident(context.Background(), 1)
	if err != nil {
		a.t.Fatal(err)
	}
	body, _ := json.Marshal(map[string]any{"key": fmt.Sprint("alarm ", a.questions), "title": inc.Title, "private": true, "service": "checkout"})
	for range 2 {
		answer, err := a.machine([]string{string(body)})
		a.mu.Lock()
		a.hears(nobody, "HTTP", answer+fmt.Sprint(err))
		a.mu.Unlock()
	}
}

// readers are inside, and ask for all there is to read from a public place: the
// declarer, the holder of a role, one who was invited and those who were let in.
func (a *aviary) readers(names ...string) {
	a.t.Helper()
	for _, name := range names {
		for _, c := range commands.All {
			if c.Act == policy.Read {
				a.as(name, "says", "general", "/incident "+c.Name+" INC-1")
				a.questions++
			}
		}
		if status := a.as(name, "says", "general", "/incident status INC-1"); !canary.MatchString(status) {
			a.t.Errorf("%s is inside, and is told %s", name, status)
		}
		a.as(name, "looks")
		if home, err := a.town.HomeOf(name); !canary.MatchString(home) {
			a.t.Errorf("%s is inside, and the Home shows %s, %v", name, home, err)
		}
	}
}

// insiders ask for everything too, from a public place: they alone hear.
func (a *aviary) insiders() {
	for _, name := range []string{"lea", "bo", "ana"} {
		for _, c := range commands.All {
			a.does(name, "general", func() (workspace.Answer, error) {
				return a.town.Say(name, "general", "/incident "+c.Name+" INC-1 2 words of "+name)
			})
			a.questions++
		}
		if err := a.rest(); err != nil {
			a.t.Fatal(err)
		}
		a.acks()
	}
	a.tell("asked by those inside")
}
