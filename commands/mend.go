package commands

import (
	"context"
	"strconv"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

// retry and drop are what the buttons under a failure stand for.
var retry = Command{
	Act:     policy.Run,
	Numbers: true,
	Name:    "retry", Args: "INC-N EVENT", Hidden: true,
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		return c.mend(ctx, "mend.retried", func(e timeline.Effect) timeline.Fact { return timeline.Retried{Effect: e} })
	},
}

var drop = Command{
	Act:     policy.Run,
	Numbers: true,
	Name:    "drop", Args: "INC-N EVENT", Hidden: true,
	Run: func(ctx context.Context, c Call) (chat.Answer, error) {
		return c.mend(ctx, "mend.dropped", func(e timeline.Effect) timeline.Fact { return timeline.Dropped{Effect: e} })
	},
}

// mend settles a failure, once.
func (c Call) mend(ctx context.Context, done string, how func(timeline.Effect) timeline.Fact) (chat.Answer, error) {
	inc, rest, err := c.incident(ctx)
	if err != nil {
		return chat.Answer{}, err
	}
	seq, err := strconv.Atoi(rest)
	if err != nil {
		return chat.Answer{}, c.misused("mend.no event", chat.Clip(rest, 60))
	}
	_, err = c.Journal.Decide(ctx, inc.ID, c.cause(), func(inc timeline.Incident) ([]timeline.Fact, error) {
		for _, f := range inc.Failures {
			if f.Seq == seq {
				return []timeline.Fact{how(f.Effect)}, nil
			}
		}
		return nil, c.sorry("mend.settled")
	})
	return c.tell(done), err
}
