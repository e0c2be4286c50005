package commands

import (
	"context"
	"regexp"
	"strings"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

var page = Command{
	Act:  policy.Run,
	Name: "page", Args: "[INC-N] SERVICE|@user [TEXT]", Example: "checkout orders fail since 14:05",
	Run: runPage,
}

func runPage(ctx context.Context, c Call) (chat.Answer, error) {
	inc, rest, err := c.ongoing(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	if inc.Drill {
		return chat.Answer{}, c.sorry("page.drill", inc.ID)
	}
	if !c.Pages {
		return chat.Answer{}, c.sorry("page.none")
	}
	asked, err := c.pageAsked(rest)
	if err != nil {
		return chat.Answer{}, err
	}
	if _, err := c.Journal.Record(ctx, inc.ID, c.cause(), asked); err != nil {
		return chat.Answer{}, err
	}
	return c.tell("page.asked", c.Texts.PageAskedFor(asked), inc.ID), nil
}

// quoted is the name of a service that has spaces in it.
var quoted = regexp.MustCompile(`^["“”]([^"“”]+)["“”]`)

// pageAsked reads whom to wake, and what to tell them.
func (c Call) pageAsked(args string) (timeline.PageAsked, error) {
	whom, text := firstWord(args)
	if m := quoted.FindStringSubmatch(args); m != nil {
		whom, text = m[1], args[len(m[0]):]
	}
	if whom == "" {
		return timeline.PageAsked{}, c.misused("page.whom")
	}
	asked := timeline.PageAsked{Text: unquoted(chat.CleanLine(text))}
	if n := len([]rune(asked.Text)); n > textMost {
		return asked, c.misused("page.too long", n, textMost)
	}
	if !strings.ContainsAny(whom, "<@") {
		asked.Service = c.service(chat.CleanLine(whom))
		if n := len([]rune(asked.Service)); n > serviceMost {
			return asked, c.misused("service.too long", n)
		}
		return asked, nil
	}
	var err error
	asked.Person, err = c.person(whom)
	if err == nil && !c.PagesPeople {
		err = c.sorry("page.nobody by name")
	}
	return asked, err
}

// serviceMost is how many characters the name of a service may have.
const serviceMost = 100

// unquoted takes off the quotes that a whole text stands in.
func unquoted(text string) string {
	inside := strings.TrimRight(strings.TrimLeft(text, `"“”`), `"“”`)
	if strings.ContainsAny(inside, `"“”`) || len(inside) == len(text) {
		return text
	}
	return inside
}
