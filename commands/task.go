package commands

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

var task = Command{
	Act:     policy.Record,
	Numbers: true,
	Name:    "task", Aliases: []string{"todo"}, Args: "[INC-N] WHAT [@user] | take N | give N @user | done N | drop N", Example: "look at the cache @bo",
	Run: runTask,
}

var tasks = Command{
	Act:  policy.Read,
	Name: "tasks", Args: "[INC-N]",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, _, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		if len(inc.Tasks) == 0 {
			return c.tell("task.none", inc.ID, c.Slash), nil
		}
		lines := c.taskLines(inc)
		return c.tell("task.list", inc.ID, strings.Join(lines, "\n")), nil
	},
}

// taskLines lists the tasks: all of them where there is room, and otherwise the
// open ones, as far as there is.
func (c Call) taskLines(inc timeline.Incident) []string {
	line := func(t timeline.Task) string {
		mark := "☐ "
		if t.Done {
			mark = "☑ "
		} else if t.Over {
			mark = "– "
		}
		return mark + chat.Clip(c.Texts.Task(t), lineMost)
	}
	shown := inc.Tasks
	if len(shown) > linesMost {
		shown = inc.OpenTasks()
	}
	var lines []string
	for n, t := range shown {
		if n == linesMost {
			lines = append(lines, c.Texts.T("task.more", len(shown)-n))
			break
		}
		lines = append(lines, line(t))
	}
	return lines
}

func runTask(ctx context.Context, c Call) (chat.Answer, error) {
	inc, rest, err := c.ongoing(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	word, number := firstWord(rest)
	if _, err := strconv.Atoi(strings.TrimPrefix(word, "#")); err == nil { // "1 done" is "done 1"
		word, number = number, word
	}
	n, err := strconv.Atoi(strings.TrimPrefix(number, "#"))
	switch word = strings.ToLower(word); {
	case err != nil && number == "" && (word == "take" || word == "done" || word == "drop"):
		return chat.Answer{}, c.misused("task.which")
	case err == nil && word == "finish":
		word = "done"
	}
	switch {
	case err == nil && word == "take":
		return c.changeTask(ctx, inc, n, func(t timeline.Task) (timeline.Fact, string) {
			return timeline.TaskTaken{Task: t.Seq, By: c.Request.By}, "task.taken"
		})
	case word == "give" && numbered.MatchString(number):
		return c.giveTask(ctx, inc, number)
	case err == nil && word == "done":
		return c.changeTask(ctx, inc, n, func(t timeline.Task) (timeline.Fact, string) { return timeline.TaskDone{Task: t.Seq}, "task.done" })
	case err == nil && word == "drop":
		return c.changeTask(ctx, inc, n, func(t timeline.Task) (timeline.Fact, string) {
			return timeline.TaskDropped{Task: t.Seq}, "task.dropped"
		})
	}
	return c.setTask(ctx, inc, rest)
}

func (c Call) setTask(ctx context.Context, inc timeline.Incident, args string) (chat.Answer, error) {
	set := timeline.TaskSet{What: chat.CleanLine(args)}
	if at := someone.FindAllStringIndex(args, -1); len(at) > 0 {
		last := at[len(at)-1]
		for_, err := c.able(ctx, args[last[0]:last[1]])
		if err != nil {
			return chat.Answer{}, err
		}
		set.For = for_
		if strings.TrimSpace(args[last[1]:]) == "" { // a name at the end is whose task it is, and no part of it
			set.What = chat.CleanLine(args[:last[0]])
		}
	}
	set.What = unquoted(set.What)
	if n := len([]rune(set.What)); n == 0 || n > titleMost {
		return chat.Answer{}, c.misused("task.what", titleMost)
	}
	inc, err := c.record(ctx, inc.ID, func(timeline.Incident) ([]timeline.Fact, error) { return []timeline.Fact{set}, nil })
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell("task.set", inc.ID, c.Texts.Task(inc.Tasks[len(inc.Tasks)-1])), nil
}

// numbered begins with a number.
var numbered = regexp.MustCompile(`^#?[0-9]`)

// giveTask has someone do a task: "3 @bo".
func (c Call) giveTask(ctx context.Context, inc timeline.Incident, args string) (chat.Answer, error) {
	number, whom := firstWord(args)
	n, err := strconv.Atoi(strings.TrimPrefix(number, "#"))
	if err != nil || whom == "" {
		return chat.Answer{}, c.misused("task.which")
	}
	to, err := c.able(ctx, whom)
	if err != nil {
		return chat.Answer{}, err
	}
	_, err = c.record(ctx, inc.ID, func(inc timeline.Incident) ([]timeline.Fact, error) {
		if n < 1 || n > len(inc.Tasks) || inc.Tasks[n-1].Over {
			return nil, c.sorry("task.unknown", inc.ID, n, c.Slash)
		}
		return []timeline.Fact{timeline.TaskTaken{Task: inc.Tasks[n-1].Seq, By: to}}, nil
	})
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell("task.given", n, templates.Person(to.ID)), nil
}

// changeTask changes a task by its number.
func (c Call) changeTask(ctx context.Context, inc timeline.Incident, n int, how func(timeline.Task) (timeline.Fact, string)) (chat.Answer, error) {
	var changed timeline.Task
	var key string
	_, err := c.record(ctx, inc.ID, func(inc timeline.Incident) ([]timeline.Fact, error) {
		if n < 1 || n > len(inc.Tasks) {
			return nil, c.sorry("task.unknown", inc.ID, n, c.Slash)
		}
		changed = inc.Tasks[n-1]
		if changed.Over {
			return nil, c.sorry("task.over", n, changed.What)
		}
		fact, done := how(changed)
		taken, takes := fact.(timeline.TaskTaken)
		switch {
		case takes && changed.By.ID == taken.By.ID:
			return nil, errAlready
		case takes && changed.By.ID != "" && taken.By.ID == c.Request.By.ID:
			return nil, c.sorry("task.theirs", templates.Person(changed.By.ID), n, c.Slash, inc.ID, templates.Person(c.Request.By.ID))
		}
		key = done
		return []timeline.Fact{fact}, nil
	})
	if errors.Is(err, errAlready) {
		return c.tell("task.taken", n, changed.What), nil
	}
	if err != nil {
		return chat.Answer{}, err
	}
	return c.tell(key, n, changed.What), nil
}
