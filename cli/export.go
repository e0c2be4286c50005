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
	format, private := "jsonl", false
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
				texts, err := textsOf(c)
				if err != nil {
					return err
				}
				out := bufio.NewWriter(sh.out)
				e := exporter{store: s, format: format, texts: texts, private: private, named: len(args) == 1, out: out}
				for _, id := range ids {
					if err := e.export(cmd.Context(), id); err != nil {
						return err
					}
				}
				if e.leftOut > 0 {
					fmt.Fprintf(sh.err, "private incidents left out: %d; add --private to print them, and keep what it prints from others\n", e.leftOut)
				}
				return out.Flush()
			})
		},
	})
	cmd.Flags().StringVar(&format, "format", format, "`jsonl` or md")
	cmd.Flags().BoolVar(&private, "private", false, "private incidents too; keep what it prints from others")
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

// exporter prints timelines.
type exporter struct {
	store   timeline.Store
	format  string
	texts   templates.Texts
	private bool // print private incidents too
	named   bool // the incident was asked for by its number
	out     io.Writer
	leftOut int // private incidents that were not printed
}

func (e *exporter) export(ctx context.Context, id timeline.ID) error {
	events, err := e.store.Events(ctx, id, 0)
	if err != nil {
		return err
	}
	inc := timeline.Fold(id, events)
	switch {
	case inc.Private && !e.private && e.named:
		return fmt.Errorf("%v is private; add --private to print it, and keep what it prints from others", id)
	case inc.Private && !e.private:
		e.leftOut++
		return nil
	case e.format == "md":
		_, err := io.WriteString(e.out, e.texts.Postmortem(inc))
		return err
	}
	for _, ev := range events {
		if _, err := fmt.Fprintf(e.out, "%s\n", ev.Encode()); err != nil {
			return err
		}
	}
	return nil
}
