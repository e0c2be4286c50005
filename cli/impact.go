package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"muster/impact"
	"muster/impact/folder"
	"muster/templates"
)

// impactOptions are the flags of muster impact.
type impactOptions struct {
	input, at string
	json      bool
}

func impactCommand(sh *shell) *cobra.Command {
	var o impactOptions
	cmd := &cobra.Command{
		Use: "impact --input DIR --at TIME", Short: "Judges and ranks changes offline: which one did it, and how sure that is.", Args: noArgs,
		Long: "Judges and ranks the changes of a folder: changes.csv, slis.csv, calls.csv where it is there,\nand series/NAME.csv for each SLI. Only samples up to the time count. docs/impact.md tells the\ncolumns, the method, and how well it does.",
		RunE: func(*cobra.Command, []string) error { return sh.impact(o) },
	}
	cmd.Flags().StringVar(&o.input, "input", "", "the `folder`")
	cmd.Flags().StringVar(&o.at, "at", "", "the `time` at which to judge, as in 2026-03-12T09:30:00Z")
	cmd.Flags().BoolVar(&o.json, "json", false, "print JSON")
	return cmd
}

func (sh *shell) impact(o impactOptions) error {
	if o.input == "" || o.at == "" {
		return misuse{fmt.Errorf("impact needs --input and --at")}
	}
	at, err := time.Parse(time.RFC3339, o.at)
	if err != nil {
		return misuse{fmt.Errorf("--at %q is no time; write it as in 2026-03-12T09:30:00Z", o.at)}
	}
	info, err := os.Stat(o.input)
	if err != nil || !info.IsDir() {
		return misuse{fmt.Errorf("--input %s is no folder", o.input)}
	}
	in, err := folder.Read(os.DirFS(o.input), at)
	if err != nil {
		return err
	}
	j, err := impact.Judge(in)
	if err != nil {
		return err
	}
	if o.json {
		out := json.NewEncoder(sh.out)
		out.SetEscapeHTML(false)
		return out.Encode(judged(j))
	}
	return sh.printJudgement(j)
}

// judgedJSON is a judgement as pipelines read it.
type judgedJSON struct {
	At      string        `json:"at"`
	Named   *string       `json:"named"`
	None    float64       `json:"none"` // how likely it is that none of them did it
	Changes []verdictJSON `json:"changes"`
	Unused  []string      `json:"unused"` // what could not be made use of
}

type verdictJSON struct {
	ID          string         `json:"id"`
	Rank        int            `json:"rank"`
	Verdict     impact.Verdict `json:"verdict"`
	Probability float64        `json:"probability"`
	Tail        *float64       `json:"tail"`
	Evidence    []string       `json:"evidence"`
}

func judged(j impact.Judgement) judgedJSON {
	r := judgedJSON{At: j.At.Format(time.RFC3339), None: j.None, Changes: []verdictJSON{}, Unused: inWords(j.Unused)}
	if j.Named != "" {
		r.Named = &j.Named
	}
	for _, c := range j.Changes {
		v := verdictJSON{ID: c.ID, Rank: c.Rank, Verdict: c.Verdict, Probability: c.Probability, Evidence: inWords(c.Findings)}
		if c.Measured {
			v.Tail = &c.Tail
		}
		r.Changes = append(r.Changes, v)
	}
	return r
}

// inWords puts findings into English words, with times of day in UTC.
func inWords(all []impact.Finding) []string {
	words := []string{}
	for _, f := range all {
		words = append(words, templates.Texts{}.Finding(f, time.UTC))
	}
	return words
}

// listMost is how many changes are printed one by one.
const listMost = 20

func (sh *shell) printJudgement(j impact.Judgement) error {
	switch {
	case len(j.Changes) == 0:
		fmt.Fprintln(sh.out, "No change began up to then.")
	case j.Named == "":
		fmt.Fprintf(sh.out, "Too little speaks for any one change to name it. That it was none of them: %.0f %%.\n", 100*j.None)
	}
	for i, c := range j.Changes {
		if i == listMost {
			fmt.Fprintf(sh.out, "\nand %d more; --json lists all of them.\n", len(j.Changes)-listMost)
			break
		}
		named := ""
		if c.ID == j.Named {
			named = "  ← most likely this one"
		}
		fmt.Fprintf(sh.out, "\n%d. %s  %s of %s %s, %s UTC: %s, %.0f %%%s\n", c.Rank, c.ID, c.Kind, c.Service, cmp.Or(c.Version, "(no version)"), c.Start.UTC().Format("Mon 15:04"), c.Verdict, 100*c.Probability, named)
		for _, line := range inWords(c.Findings) {
			fmt.Fprintf(sh.out, "   %s\n", line)
		}
		if c.URL != "" {
			fmt.Fprintf(sh.out, "   %s\n", c.URL)
		}
	}
	for i, line := range inWords(j.Unused) {
		if i == 0 {
			fmt.Fprintln(sh.out, "\nNot made use of:")
		}
		fmt.Fprintf(sh.out, "   %s\n", line)
	}
	return nil
}
