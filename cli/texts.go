package cli

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"muster/config"
	"muster/templates"
	"muster/timeline"
)

// textsOf returns the words that Muster speaks in.
func textsOf(c config.Config) (templates.Texts, error) {
	texts, err := templates.New().In(c.Texts.Language)
	if err != nil {
		return texts, fmt.Errorf("texts.language: %w", err)
	}
	if c.Texts.Dir != "" {
		if texts, err = texts.From(c.Texts.Dir); err != nil {
			return texts, fmt.Errorf("texts.dir: %w", err)
		}
	}
	texts = texts.WithRoles(partsOf(c))
	texts.Command = c.Slack.Command
	if zone, err := time.LoadLocation(c.Zone); err == nil { // it is checked when it is loaded
		texts.Zone = zone
	}
	texts.Follows = followsOf(c, texts)
	texts.Files = filesFrom(c.Postmortems, c.Files)
	texts.Cadence = func(s timeline.Severity) time.Duration { return time.Duration(c.Updates[s.String()]) }
	return texts, nil
}

func textsCommand(sh *shell) *cobra.Command {
	language := templates.English
	cmd := &cobra.Command{
		Use: "texts [TEMPLATE]", Short: "Prints every short text, or a long one, as a file that a team can begin its own with.",
		Long: "Prints every short text of a language, with what its placeholders stand for, as the file\nwords.yaml that a team can begin its own with; or a long text, such as card.tmpl. Both go into\nthe folder that texts.dir names in the configuration. A file need not have all texts.",
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := templates.Words(language)
			switch {
			case len(args) > 1:
				return misuse{fmt.Errorf("%q is one argument too many", args[1])}
			case len(args) == 1:
				text, err = templates.Long(language, args[0])
			}
			if err != nil {
				return misuse{err}
			}
			_, err = sh.out.Write(text)
			return err
		},
	}
	cmd.Flags().StringVar(&language, "language", language, "the `language`: "+strings.Join(templates.Languages(), ", "))
	return cmd
}

// checkTexts tells whether the texts can be used that the configuration names.
func (sh *shell) checkTexts(c config.Config) (well bool) {
	if _, err := textsOf(c); err != nil {
		fmt.Fprintf(sh.out, "FAIL  %v\n", err)
		return false
	}
	own := ""
	if c.Texts.Dir != "" {
		own = ", and the team's own in " + c.Texts.Dir
	}
	fmt.Fprintf(sh.out, "ok    texts: %s%s\n", c.Texts.Language, own)
	return true
}

// partsOf returns the roles that the configuration adds or words anew, in the
// order of their names.
func partsOf(c config.Config) []templates.Part {
	var parts []templates.Part
	for _, name := range slices.Sorted(maps.Keys(c.Roles)) {
		r := c.Roles[name]
		parts = append(parts, templates.Part{Role: timeline.Role(name), Name: r.Name, Duties: r.Duties, Steps: r.Checklist})
	}
	return parts
}

// filesFrom is how a postmortem calls the folder of files.
func filesFrom(postmortems, files string) string {
	from, err := filepath.Abs(postmortems)
	to, errTo := filepath.Abs(files)
	rel, errRel := filepath.Rel(from, to)
	if errors.Join(err, errTo, errRel) != nil {
		return filepath.ToSlash(files) // as on two drives
	}
	return filepath.ToSlash(rel)
}
