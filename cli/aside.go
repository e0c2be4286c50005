package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"muster/bot"
	"muster/chat"
)

func asideCommand(sh *shell) *cobra.Command {
	return withConfig(sh, &cobra.Command{
		Use: "aside [retry|drop KEY]", Short: "Shows requests that could not be handled, tries one again, or drops it.",
		Long: "Shows the requests that were set aside: each ended the process, or failed, three times when it was\nhandled, or could not be read. Retry handles one again, as when a new version mends the fault; drop\nforgets it. The bot may be running or not.",
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return sh.ask(cmd.Context(), order{Aside: "list"})
			case len(args) == 2 && (args[0] == "retry" || args[0] == "drop"):
				return sh.ask(cmd.Context(), order{Aside: args[0], Key: args[1]})
			}
			return misuse{errors.New("say aside, aside retry KEY, or aside drop KEY")}
		},
	})
}

// aside does what the command line asks about what was set aside.
func (i *Instance) aside(ctx context.Context, o order) outcome {
	intake := bot.Intake{Journal: i.Journal}
	all, err := intake.Aside(ctx)
	if err != nil {
		return refusal(err.Error())
	}
	if o.Aside == "list" {
		var out strings.Builder
		for _, a := range all {
			fmt.Fprintf(&out, "%s  %s\n    %s\n", a.Key, a.Why, a.Frame)
		}
		if len(all) == 0 {
			return outcome{Text: "Nothing is set aside."}
		}
		return outcome{Text: out.String() + "muster aside retry KEY tries one again, muster aside drop KEY forgets it."}
	}
	done := map[string]string{"retry": "It is done.", "drop": "It is dropped."}[o.Aside]
	for _, a := range all {
		if a.Key != o.Key {
			continue
		}
		if o.Aside == "retry" {
			if said, err := i.again(ctx, a.Frame); err != nil {
				return refusal("It failed again, and stays set aside: " + err.Error())
			} else if said != "" {
				done = said
			}
		}
		if err := intake.TakeUp(ctx, a.Key, o.Aside == "drop"); err != nil {
			return refusal(err.Error())
		}
		return outcome{Text: done}
	}
	return refusal("Nothing with that key is set aside; muster aside shows what is.")
}

// again handles a frame that was set aside, and returns what there is to say to
// whoever asked. What they asked wrongly is an error.
func (i *Instance) again(ctx context.Context, frame string) (said string, err error) {
	req, ok, err := i.Slack.Reread([]byte(frame))
	if err != nil {
		return "", err
	}
	if !ok {
		return "", errors.New("it is nothing that concerns Muster; drop it")
	}
	typed, ok := req.What.(chat.Typed)
	if !ok {
		_, err := i.Bot.Handle(ctx, req)
		return "", err
	}
	answer, err := i.Bot.Desk.Do(ctx, req, typed.Text)
	if err != nil || answer.Message == nil {
		return "", err
	}
	return "It is done: " + i.plainly(ctx, answer.Message.Text), nil
}
