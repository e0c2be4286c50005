package commands

import (
	"context"
	"errors"
	"strings"

	"muster/chat"
	"muster/evidence"
	"muster/policy"
	"muster/timeline"
)

var metrics = Command{
	Act:  policy.Read,
	Name: "metrics", Aliases: []string{"graph", "chart"}, Args: "[INC-N] [SERVICE|SLI] [WINDOW]", Example: "checkout 2h",
	Run: runMetrics,
}

func runMetrics(ctx context.Context, c Call) (chat.Answer, error) {
	if !c.Evidence.Measured() {
		return chat.Answer{}, c.sorry("metrics.none")
	}
	inc, rest, err := c.hereOrNowhere(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	asked, err := c.wished(ctx, inc, rest)
	if err != nil {
		return chat.Answer{}, err
	}
	switch {
	case inc.ID == timeline.House:
		return c.drawHere(ctx, asked)
	case inc.Channel.ID == "":
		return chat.Answer{}, c.sorry("changes.no channel", inc.ID)
	}
	_, err = c.Journal.Record(ctx, inc.ID, c.cause(), asked)
	return c.tell("metrics.begun", chat.RoomOf(inc.Channel)), err
}

// drawHere draws outside of any incident, for the asker alone.
func (c Call) drawHere(ctx context.Context, asked timeline.Asked) (chat.Answer, error) {
	if _, local := timeline.IsLocal(c.Request.By.ID); local || c.Draw == nil {
		return chat.Answer{}, c.sorry("metrics.local")
	}
	err := c.Draw(ctx, c.Request.ID, c.Request.By.ID, asked)
	if errors.Is(err, timeline.ErrRepeated) {
		err = nil
	}
	return c.tell("metrics.to you"), err
}

// wished reads what is to be drawn: a service, an SLI, or between backquotes a
// query in the source's own language, for who may.
func (c Call) wished(ctx context.Context, inc timeline.Incident, args string) (timeline.Asked, error) {
	asked := timeline.Asked{For: timeline.Metrics}
	args = strings.TrimSpace(args)
	if query, rest, ok := between(args); ok {
		asked.Query, asked.Over = query, rest
		if _, err := evidence.ParseWindow(rest); err != nil {
			return asked, c.misused("changes.window", chat.Clip(rest, 20))
		}
		return asked, c.mayQuery(ctx, inc, &asked)
	}
	whole := unquoted(chat.CleanLine(args))
	if whole != "" && c.isMeasured(whole, inc.Service) == nil {
		asked.About = whole // its name may end like a window
		return asked, nil
	}
	words := strings.Fields(whole)
	if n := len(words); n > 0 {
		if _, err := evidence.ParseWindow(words[n-1]); err == nil {
			words, asked.Over = words[:n-1], words[n-1]
		}
	}
	asked.About = unquoted(strings.Join(words, " "))
	return asked, c.isMeasured(asked.About, inc.Service)
}

// between is what stands between backquotes, and what comes after it.
func between(args string) (query, rest string, ok bool) {
	inside, found := strings.CutPrefix(args, "`")
	if !found {
		return "", "", false
	}
	query, rest, found = strings.Cut(strings.TrimLeft(inside, "`"), "`")
	return strings.TrimSpace(query), strings.TrimSpace(strings.TrimLeft(rest, "`")), found && strings.TrimSpace(query) != ""
}

// mayQuery refuses a raw query of who may not ask for one, or where nobody could
// answer it.
func (c Call) mayQuery(ctx context.Context, inc timeline.Incident, asked *timeline.Asked) error {
	raw := c
	raw.Command.Act = policy.RawQuery
	place := policy.Anywhere
	if inc.ID != timeline.House {
		place = placeOf(inc, c.Request.By.ID)
	}
	if err := raw.allowed(ctx, place, inc.ID); err != nil {
		return err
	}
	asked.About = c.Evidence.Usual()
	return nil
}

// namesMost is how many names are offered for one that is not known.
const namesMost = 12

// isMeasured refuses what is neither a service with SLIs nor the name of one.
func (c Call) isMeasured(about, service string) error {
	if about == "" {
		about = service
	}
	if len(c.Evidence.Of(about)) > 0 || about == service && len(c.Evidence.Of("")) > 0 {
		return nil
	}
	found := c.Evidence.Find(about, service)
	if len(found) == 1 {
		return nil
	}
	names := c.Evidence.Titles(found)
	if len(names) > namesMost {
		names = append(names[:namesMost], "…")
	}
	key := "metrics.unknown"
	switch {
	case about == "":
		return c.sorry("metrics.say which", c.Texts.List(names))
	case len(found) > 1:
		key = "metrics.several"
	}
	return c.sorry(key, chat.Clip(about, 60), c.Texts.List(names))
}
