package commands

import (
	"context"
	"errors"
	"time"

	"muster/chat"
	"muster/policy"
	"muster/templates"
	"muster/timeline"
)

// knockAgain is how long after asking to be let in someone may ask again.
const knockAgain = 15 * time.Minute

// access answers the same whether there is such an incident or not: who is
// outside learns nothing.
var access = Command{
	Act:  policy.Knock,
	Name: "access", Args: "INC-N [WHY]", Example: "INC-12 I run the database it is about",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, why, err := c.unseen(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		if err := c.notTooLong(why); err != nil {
			return chat.Answer{}, err
		}
		if inc.Private && !inc.IsMember(c.Request.By.ID) {
			_, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
				if c.now().Sub(inc.AccessAskedAt(c.Request.By.ID)) < knockAgain {
					return nil, nil
				}
				return []timeline.Fact{timeline.AccessAsked{Why: why}}, nil
			})
		}
		if err != nil {
			return chat.Answer{}, err
		}
		return c.tell("access.asked"), nil
	},
}

// unseen returns the incident that the first argument names, whether the caller
// may see it or not; the zero Incident where there is none. Nothing of it may be
// told.
func (c Call) unseen(ctx context.Context) (timeline.Incident, string, error) {
	first, rest := firstWord(c.Args)
	id, err := timeline.ParseID(first)
	if err != nil {
		return timeline.Incident{}, "", c.misused("access.which")
	}
	inc, err := c.Journal.Incident(ctx, id)
	if errors.Is(err, timeline.ErrUnknown) {
		return timeline.Incident{}, rest, nil
	}
	return inc, rest, err
}

var grant = Command{
	Act:  policy.Record,
	Name: "grant", Aliases: []string{"let-in"}, Args: "[INC-N] @user", Example: "@chi",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, rest, err := c.incident(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		if rest == "" {
			return chat.Answer{}, c.misused("handover.whom")
		}
		to, err := c.able(ctx, rest)
		if err != nil {
			return chat.Answer{}, err
		}
		if !inc.Private {
			return chat.Answer{}, c.sorry("access.public", inc.ID)
		}
		_, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
			if inc.IsMember(to.ID) {
				return nil, nil
			}
			return []timeline.Fact{timeline.AccessGranted{To: to}}, nil
		})
		if err != nil {
			return chat.Answer{}, err
		}
		return c.tell("access.granted", templates.Person(to.ID), inc.ID), nil
	},
}

var breakGlass = Command{
	Act:  policy.BreakGlass,
	Name: "break-glass", Args: "INC-N REASON", Example: "INC-12 nobody inside answers",
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		inc, reason, err := c.unseen(ctx)
		if err != nil {
			return chat.Answer{}, err
		}
		if reason == "" {
			return chat.Answer{}, c.misused("access.why")
		}
		if err := c.notTooLong(reason); err != nil { // before it is told whether there is one
			return chat.Answer{}, err
		}
		if inc.ID == 0 || !inc.Private {
			return chat.Answer{}, c.sorry("access.no glass")
		}
		_, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
			if inc.IsMember(c.Request.By.ID) {
				return nil, nil
			}
			return []timeline.Fact{timeline.GlassBroken{Reason: reason}}, nil
		})
		if err != nil {
			return chat.Answer{}, err
		}
		return c.tell("access.broken", inc.ID), nil
	},
}
