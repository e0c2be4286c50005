package commands

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"muster/chat"
	"muster/templates"
	"muster/timeline"
)

// whysMost is how often it is asked why.
const whysMost = 5

// whyMost is how many characters an answer may have: it is one line.
const whyMost = 500

// askWhys asks five times why, each time of the answer before it.
func askWhys(_ context.Context, c Call, inc timeline.Incident, _ string) (chat.Answer, error) {
	if c.Request.Trigger == "" {
		return chat.Answer{}, c.sorry("postmortem.by word", inc.ID, c.Slash, templates.WhysPart)
	}
	t := c.Texts
	form := chat.Form{
		Command: fmt.Sprintf("postmortem %v answered %d", inc.ID, len(inc.Events)), Instead: fmt.Sprintf("postmortem %v write %s", inc.ID, templates.WhysPart),
		Title: t.T("whys.title", inc.ID), Submit: t.T("whys.submit"), Note: t.T("whys.note"),
	}
	answers, _ := c.whys(inc)
	for n := range whysMost {
		label := t.T("whys.next")
		switch {
		case n == 0:
			label = t.T("whys.first")
		case answers[n-1] != "":
			label = t.T("whys.next of", chat.Clip(strings.TrimRight(answers[n-1], ".!"), 120))
		}
		form.Fields = append(form.Fields, chat.Input{Name: whyName(n), Label: fmt.Sprintf("%d. %s", n+1, label), Value: answers[n], Optional: n > 0, Max: whyMost})
	}
	return chat.Ask(form), nil
}

func whyName(n int) string { return "why" + strconv.Itoa(n+1) }

// whysAnswered takes the form of askWhys in: each answer is a line. What else people
// wrote there stays below them.
func whysAnswered(ctx context.Context, c Call, inc timeline.Incident, rest string) (chat.Answer, error) {
	form, ok := c.Request.What.(chat.Submitted)
	seq, _ := firstWord(rest)
	base, err := strconv.Atoi(seq)
	if !ok || err != nil {
		return chat.Answer{}, c.misused("postmortem.no such", "answered")
	}
	var lines []string
	for n := range whysMost {
		answer := c.reason(form.Values[whyName(n)])
		if answer == "" {
			continue // those below it move up
		}
		question := c.Texts.T("whys.next")
		if len(lines) == 0 {
			question = c.Texts.T("whys.first")
		}
		lines = append(lines, fmt.Sprintf("%d. %s %s", len(lines)+1, question, c.Texts.T("whys.because", answer)))
	}
	before := inc.At(base)
	_, others := c.whys(before)
	text := strings.Trim(strings.Join(lines, "\n")+"\n\n"+strings.Join(others, "\n"), "\n")
	return c.writeParts(ctx, inc.ID, before, []timeline.PartWritten{{Part: templates.WhysPart, Text: text}})
}

// reason is an answer on one line, without the word with which each of them begins.
func (c Call) reason(answer string) string {
	answer = chat.CleanLine(answer)
	because, _, _ := strings.Cut(c.Texts.T("whys.because", "\x00"), "\x00")
	if n := len(because); len(answer) > n && strings.EqualFold(answer[:n], because) {
		return answer[n:]
	}
	return answer
}

var whyLine = regexp.MustCompile(`^[1-5]\. `)

// whys are the answers that were given so far, empty where there is none, and what
// else people wrote there: other lines, and what no field of a form holds.
func (c Call) whys(inc timeline.Incident) (answers [whysMost]string, rest []string) {
	n := 0
	for _, line := range strings.Split(templates.WrittenText(inc, templates.WhysPart), "\n") {
		answer, ok := c.whyIn(line)
		switch {
		case ok && strings.Trim(answer, "_ ") == "": // it waits for an answer
		case !ok || n == whysMost || len([]rune(answer)) > whyMost:
			rest = append(rest, line)
		default:
			answers[n] = answer
			n++
		}
	}
	return answers, rest
}

// whyIn is the answer in a line, without its number and without our question.
func (c Call) whyIn(line string) (answer string, ok bool) {
	if !whyLine.MatchString(line) {
		return "", false
	}
	answer = line[len("1. "):]
	for _, key := range []string{"whys.first", "whys.next"} {
		answer = strings.TrimPrefix(answer, c.Texts.T(key)+" ")
	}
	before, after, _ := strings.Cut(c.Texts.T("whys.because", "\x00"), "\x00")
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(answer, before), after)), true
}
