package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"muster/review"
)

// reviewFormats are those of muster review.
var reviewFormats = []string{"md", "html", "json"}

// wantedReview is what the command line wants reviewed.
type wantedReview struct {
	Week    string `json:"week,omitempty"` // the usual one where it is empty
	Format  string `json:"format"`
	Private bool   `json:"private,omitempty"`
}

func reviewCommand(sh *shell) *cobra.Command {
	want := wantedReview{Format: "md"}
	cmd := withConfig(sh, &cobra.Command{
		Use: "review", Short: "Prints the weekly incident review.",
		Long: "Prints the weekly incident review: what to decide now, the week's incidents, and the numbers.\nWhere no week is named it is the one under way, if an incident was declared in it, else the last\none. What each figure means is told in docs/metrics.md.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains(reviewFormats, want.Format) {
				return misuse{fmt.Errorf("there is no format %q; there are %s", want.Format, strings.Join(reviewFormats, ", "))}
			}
			if _, err := review.ParseWeek(want.Week); want.Week != "" && err != nil {
				return misuse{err}
			}
			return sh.ask(cmd.Context(), order{Review: &want})
		},
	})
	cmd.Flags().StringVar(&want.Week, "week", "", "the `week`, as 2026-W47")
	cmd.Flags().StringVar(&want.Format, "format", want.Format, "`md`, html or json")
	cmd.Flags().BoolVar(&want.Private, "private", false, "describe private incidents too; keep what it prints from others")
	return cmd
}

// reviewed answers the command line.
func (i *Instance) reviewed(ctx context.Context, want wantedReview) outcome {
	text, err := i.writtenReview(ctx, want)
	var unfit review.Unfit
	switch {
	case errors.As(err, &unfit):
		return outcome{Text: unfit.Why, Misused: true}
	case err != nil:
		return refusal(err.Error())
	}
	return outcome{Text: strings.TrimSuffix(text, "\n")}
}

// writtenReview is the review in one of its formats.
func (i *Instance) writtenReview(ctx context.Context, want wantedReview) (string, error) {
	r, err := i.reviewNamed(ctx, want.Week, func(review.Life) bool { return want.Private })
	if err != nil {
		return "", err
	}
	texts := i.Bot.Desk.Texts
	switch want.Format {
	case "json":
		text, err := json.MarshalIndent(r, "", "  ")
		return string(text), err
	case "html":
		d, err := reviewOf(texts, r)
		if err != nil {
			return "", err
		}
		page, err := d.HTML()
		return string(page), err
	}
	return texts.Review(r, nil).Markdown, nil
}
