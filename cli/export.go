package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"muster/config"
	"muster/templates"
	"muster/timeline"
	"muster/timeline/bolt"
)

func exportCommand(sh *shell) *cobra.Command {
	format := "jsonl"
	cmd := withConfig(sh, &cobra.Command{
		Use: "export [INCIDENT]", Short: "Prints timelines: one incident's or all.",
		Long: "Prints the timeline of one incident or of all. jsonl is the record itself, one event a line,\neach chained to the one before; md is the postmortem.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return misuse{errors.New("name one incident or none")}
			}
			if format != "jsonl" && format != "md" {
				return misuse{fmt.Errorf("there is no format %q in this version; there are jsonl and md", format)}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withStore(func(c config.Config, s timeline.Store) error {
				ids, err := chosen(cmd.Context(), s, args)
				if err != nil {
					return err
				}
				out := bufio.NewWriter(sh.out)
				for _, id := range ids {
					if err := export(cmd.Context(), s, id, format, textsOf(c), out); err != nil {
						return err
					}
				}
				return out.Flush()
			})
		},
	})
	cmd.Flags().StringVar(&format, "format", format, "`jsonl` or md")
	return cmd
}

// withStore does something with the store of the configuration, which must
// exist and which no running bot may hold.
func (sh *shell) withStore(do func(config.Config, timeline.Store) error) error {
	c, err := config.Load(sh.config, config.Tolerate)
	if err != nil {
		return err
	}
	if _, err := os.Stat(c.StorePath()); err != nil {
		return fmt.Errorf("open store: %w; name it under store: in %s", err, sh.config)
	}
	s, err := bolt.Open(c.StorePath(), bolt.Options{})
	if err != nil {
		return err
	}
	return errors.Join(do(c, s), s.Close())
}

// chosen returns the incident that is named, or all.
func chosen(ctx context.Context, s timeline.Store, args []string) ([]timeline.ID, error) {
	if len(args) == 1 {
		id, err := timeline.ParseID(args[0])
		if err != nil {
			return nil, misuse{err}
		}
		return []timeline.ID{id}, nil
	}
	return timeline.Numbers(ctx, s)
}

func export(ctx context.Context, s timeline.Store, id timeline.ID, format string, texts templates.Texts, out io.Writer) error {
	events, err := s.Events(ctx, id, 0)
	if err != nil {
		return err
	}
	if format == "md" {
		_, err := io.WriteString(out, texts.Postmortem(timeline.Fold(id, events)))
		return err
	}
	for _, ev := range events {
		if _, err := fmt.Fprintf(out, "%s\n", ev.Encode()); err != nil {
			return err
		}
	}
	return nil
}
