package commands

import (
	"context"
	"errors"
	"strings"
	"time"

	"muster/chat"
	"muster/evidence"
	"muster/policy"
	"muster/timeline"
)

var changes = Command{
	Act:  policy.Read,
	Name: "changes", Aliases: []string{"deploys", "changed"}, Args: "[INC-N] [SERVICE] [WINDOW]", Example: "checkout 2h",
	Run: runChanges,
}

func runChanges(ctx context.Context, c Call) (chat.Answer, error) {
	if !c.Evidence.Knows() {
		return chat.Answer{}, c.sorry("changes.no source")
	}
	inc, rest, err := c.hereOrNowhere(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	service, over, err := c.where(rest)
	if err != nil {
		return chat.Answer{}, err
	}
	if inc.ID == timeline.House {
		return c.changesHere(ctx, service, over), nil
	}
	if inc.Channel.ID == "" {
		return chat.Answer{}, c.sorry("changes.no channel", inc.ID)
	}
	_, err = c.Journal.Record(ctx, inc.ID, c.cause(), timeline.Asked{For: timeline.Changes, About: service, Over: over})
	return c.tell("changes.begun", inc.ID, chat.RoomOf(inc.Channel)), err
}

// hereOrNowhere is the incident that is named, or that of the channel; the House where
// it is asked outside of any.
func (c Call) hereOrNowhere(ctx context.Context) (timeline.Incident, string, error) {
	if first, _ := firstWord(c.Args); first != "" {
		if _, err := timeline.ParseID(first); err == nil {
			return c.incident(ctx)
		}
	}
	inc, err := c.here(ctx)
	switch {
	case errors.Is(err, timeline.ErrUnknown):
		return timeline.Incident{ID: timeline.House}, c.Args, nil
	case err == nil:
		err = c.allowed(ctx, placeOf(inc, c.Request.By.ID), inc.ID)
	}
	return inc, c.Args, err
}

// where reads a service and a window, each of which may be missing.
func (c Call) where(args string) (service, over string, err error) {
	words := strings.Fields(chat.CleanLine(args))
	if n := len(words); n > 0 {
		_, named := c.Directory[c.service(unquoted(strings.Join(words, " ")))]
		if _, err := evidence.ParseWindow(words[n-1]); err == nil && !named {
			words, over = words[:n-1], words[n-1]
		} else if strings.ContainsAny(words[n-1][:1], "0123456789") && !named {
			return "", "", c.misused("changes.window", chat.Clip(words[n-1], 20))
		}
	}
	service = c.service(unquoted(strings.Join(words, " ")))
	if _, known := c.Directory[service]; service != "" && !known && len(c.Directory) > 0 {
		return "", "", Sorry{Text: c.unknownService(service)}
	}
	return service, over, nil
}

// How long an answer outside of any incident may take: there it can not be
// refined in place.
const (
	hereList  = 900 * time.Millisecond
	hereJudge = 1900 * time.Millisecond
)

// changesHere answers outside of any incident, for the asker alone.
func (c Call) changesHere(ctx context.Context, service, over string) chat.Answer {
	now := c.now()
	q := evidence.Question{Service: service, Of: service, At: now, Began: now}
	if d, err := evidence.ParseWindow(over); err == nil && d > 0 {
		q.Since = now.Add(-d)
	}
	ctx, cancel := context.WithTimeout(ctx, hereJudge)
	defer cancel()
	short, done := context.WithTimeout(ctx, hereList)
	defer done()
	about := evidence.About{Texts: c.Texts, Zone: c.teamZone()}
	listing := c.Evidence.List(short, q)
	if !c.Evidence.Measured() || len(listing.Changes) == 0 || ctx.Err() != nil {
		return chat.Reply(about.Listed(listing, false))
	}
	return chat.Reply(about.Judged(c.Evidence.Judge(ctx, listing, c.Texts, c.teamZone()), now))
}

func (d Desk) teamZone() *time.Location {
	if d.Team == nil {
		return time.UTC
	}
	return d.Team
}

// The commands of a judgement's buttons. A key may hold spaces.
var (
	causeIs = Command{
		Act: policy.Record, Hidden: true,
		Name: "cause", Args: "[INC-N] CHANGE",
		Run: func(ctx context.Context, c Call) (chat.Answer, error) { return markCause(ctx, c, false) },
	}
	causeIsNot = Command{
		Act: policy.Record, Hidden: true,
		Name: "not-cause", Args: "[INC-N] CHANGE",
		Run: func(ctx context.Context, c Call) (chat.Answer, error) { return markCause(ctx, c, true) },
	}
	askAuthor = Command{
		Act: policy.Record, Hidden: true,
		Name: "ask-author", Args: "[INC-N] CHANGE",
		Run: runAskAuthor,
	}
)

// suspected is the incident and the change that a button is about.
func (c Call) suspected(ctx context.Context) (timeline.Incident, timeline.Suspect, error) {
	inc, rest, err := c.incident(ctx)
	if err != nil {
		return inc, timeline.Suspect{}, err
	}
	s, ok := inc.Suspect(evidence.Unquoted(rest))
	if !ok {
		return inc, s, c.sorry("changes.not there", inc.ID, c.Slash)
	}
	return inc, s, nil
}

// markCause writes down what somebody knows of a change. Said twice it is said
// once.
func markCause(ctx context.Context, c Call, not bool) (chat.Answer, error) {
	inc, s, err := c.suspected(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	again := false
	_, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		if before, ok := inc.MarkOf(s.Key); ok && before.Not == not {
			again = true
			return nil, nil
		}
		return []timeline.Fact{timeline.CauseMarked{Key: s.Key, What: s.Name(), Not: not}}, nil
	})
	switch {
	case err != nil:
		return chat.Answer{}, err
	case again:
		return c.tell("answer.done already"), nil
	case not:
		return c.tell("changes.marked it not", s.Name()), nil
	}
	return c.tell("changes.marked it", s.Name()), nil
}

// authorFor is how long it may take to look up who an author is here.
const authorFor = time.Second

// runAskAuthor asks whoever made a change, in the incident's channel, once.
func runAskAuthor(ctx context.Context, c Call) (chat.Answer, error) {
	inc, s, err := c.suspected(ctx)
	switch {
	case err != nil:
		return chat.Answer{}, err
	case s.Author == "":
		return chat.Answer{}, c.sorry("changes.no author", s.Name())
	case inc.Channel.ID == "":
		return chat.Answer{}, c.sorry("changes.no channel", inc.ID)
	}
	asked := timeline.AuthorAsked{Key: s.Key, What: s.Name(), Author: s.Author}
	if c.Author != nil {
		short, cancel := context.WithTimeout(ctx, authorFor)
		defer cancel()
		if asked.Person, _, err = c.Author(short, s.Author); err != nil {
			return chat.Answer{}, c.sorry("changes.author not known", s.Author)
		}
	}
	again := false
	_, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		if again = inc.AskedAuthor(s.Key); again {
			return nil, nil
		}
		return []timeline.Fact{asked}, nil
	})
	if err == nil && again {
		return c.tell("changes.asked already", s.Author), nil
	}
	return c.tell("changes.asked author", s.Author), err
}
