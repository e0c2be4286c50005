package cli

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"muster/config"
	"muster/document"
	"muster/review"
	"muster/templates"
	"muster/timeline"
	"muster/timeline/bolt"
)

func exportCommand(sh *shell) *cobra.Command {
	e := exporter{format: "jsonl"}
	cmd := withConfig(sh, &cobra.Command{
		Use: "export [INCIDENT]", Short: "Prints timelines: one incident's or all.",
		Long: "Prints the timeline of one incident or of all. jsonl is the record itself, one event a line,\neach chained to the one before; csv is a row of figures for each incident, by the columns of\ndocs/metrics.md; md is the postmortem, html the same as a page, and pdf that of one incident.",
		Args: func(_ *cobra.Command, args []string) error { return exportable(e.format, args) },
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withStore(func(c config.Config, s timeline.Store) (err error) {
				if e.texts, err = textsOf(c); err != nil {
					return err
				}
				if e.font, err = fontOf(c); err != nil {
					return err
				}
				e.config, e.store, e.named, e.now = c, s, len(args) == 1, time.Now()
				return sh.export(cmd.Context(), &e, args)
			})
		},
	})
	cmd.Flags().StringVar(&e.format, "format", e.format, "`jsonl`, csv, md, html or pdf")
	cmd.Flags().BoolVar(&e.private, "private", false, "private incidents too; keep what it prints from others")
	return cmd
}

// exportable refuses what can not be exported.
func exportable(format string, args []string) error {
	switch {
	case len(args) > 1:
		return misuse{errors.New("name one incident or none")}
	case !slices.Contains(exportFormats, format):
		return misuse{fmt.Errorf("there is no format %q; there are %s", format, strings.Join(exportFormats, ", "))}
	case len(args) == 0 && format == "pdf":
		return misuse{errors.New("pdf is a document of one incident; name it, as INC-42")}
	}
	return nil
}

// export prints the incident that is named, or all, and says what it left out.
func (sh *shell) export(ctx context.Context, e *exporter, args []string) error {
	ids, err := chosen(ctx, e.store, args)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(sh.out)
	e.out = out
	var broken []error
	if err := e.head(); err != nil {
		return err
	}
	for _, id := range ids {
		if err := e.export(ctx, id); errors.Is(err, timeline.ErrBroken) && len(ids) > 1 {
			broken = append(broken, err) // the others are printed all the same
		} else if err != nil {
			return err
		}
	}
	if err := e.end(); err != nil {
		return err
	}
	if e.leftOut > 0 {
		fmt.Fprintf(sh.err, "private incidents left out: %d; add --private to print them, and keep what it prints from others\n", e.leftOut)
	}
	return errors.Join(append(broken, out.Flush())...)
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

// exportFormats are those of muster export.
var exportFormats = []string{"jsonl", "csv", "md", "html", "pdf"}

// exporter prints timelines.
type exporter struct {
	store   timeline.Store
	config  config.Config
	format  string
	texts   templates.Texts
	font    *document.Font // of the team's own; nil for none
	private bool           // print private incidents too
	named   bool           // the incident was asked for by its number
	now     time.Time
	out     io.Writer
	leftOut int                 // private incidents that were not printed
	pages   []document.Document // that are printed as one, at the end
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
	case e.format != "jsonl":
		return e.write(inc)
	}
	for _, ev := range events {
		if _, err := fmt.Fprintf(e.out, "%s\n", ev.Encode()); err != nil {
			return err
		}
	}
	return nil
}

// head prints what comes before the first incident.
func (e *exporter) head() error {
	if e.format != "csv" {
		return nil
	}
	return e.row(review.Columns)
}

// end prints what becomes of all incidents together: a page of their postmortems.
func (e *exporter) end() error {
	if e.format != "html" || e.named {
		return nil
	}
	page, err := bundled(e.texts, e.pages).HTML()
	if err != nil {
		return err
	}
	_, err = e.out.Write(page)
	return err
}

// write prints what is made of an incident.
func (e *exporter) write(inc timeline.Incident) error {
	if e.format == "html" && !e.named {
		page := postmortemOf(e.config, e.texts, inc)
		page.Markdown = withLinesOf(inc.ID, page.Markdown)
		e.pages = append(e.pages, page)
		return nil
	}
	var text []byte
	var err error
	switch e.format {
	case "csv":
		return e.row(review.Of(inc).Row(e.now))
	case "html":
		text, err = postmortemOf(e.config, e.texts, inc).HTML()
	case "pdf":
		d := postmortemOf(e.config, e.texts, inc)
		d.Font = e.font
		text, err = d.PDF(inc.Events[len(inc.Events)-1].At)
	default:
		text = []byte(e.texts.Postmortem(inc))
	}
	if err != nil {
		return err
	}
	_, err = e.out.Write(text)
	return err
}

// row prints one row as RFC 4180 has it.
func (e *exporter) row(cells []string) error {
	w := csv.NewWriter(e.out)
	w.UseCRLF = true
	if err := w.Write(cells); err != nil {
		return err
	}
	w.Flush()
	return w.Error()
}
