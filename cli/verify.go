package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"muster/config"
	"muster/timeline"
)

func verifyCommand(sh *shell) *cobra.Command {
	file := ""
	cmd := withConfig(sh, &cobra.Command{
		Use: "verify", Short: "Proves every record and chain of the store, or of an exported file.", Args: noArgs,
		Long: "Proves every record and chain of the store, and that no end is missing. The bot must not be running.\nOf an exported file it proves what is in it; that its end is there only the store can tell.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file != "" {
				return sh.verifyFile(file)
			}
			return sh.withStore(func(_ config.Config, s timeline.Store) error { return sh.verify(cmd.Context(), s) })
		},
	})
	cmd.Flags().StringVar(&file, "file", "", "prove an exported timeline.jsonl `file` in place of the store")
	return cmd
}

func (sh *shell) verify(ctx context.Context, s timeline.Store) error {
	all, err := timeline.Numbers(ctx, s)
	if err != nil {
		return err
	}
	broken := []error{s.Damaged()}
	incidents, events := 0, 0
	for _, id := range append([]timeline.ID{timeline.House}, all...) {
		read, err := s.Events(ctx, id, 0)
		if id == timeline.House && errors.Is(err, timeline.ErrUnknown) {
			continue
		}
		if err != nil {
			broken = append(broken, err)
			continue
		}
		events += len(read)
		if id != timeline.House {
			incidents++
		}
	}
	return sh.verdict(incidents, events, broken)
}

// lineMost is how many bytes a line of an exported file may have.
const lineMost = 4 << 20

func (sh *shell) verifyFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	incidents, events := 0, 0
	var before timeline.Event
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, lineMost)
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		ev, err := next(before, line)
		if err != nil {
			return fmt.Errorf("%s: line %d: %w; is it an export, all of it?", path, n, err)
		}
		if ev.Seq == 1 {
			incidents++
		}
		events++
		before = ev
	}
	if events == 0 && lines.Err() == nil {
		return fmt.Errorf("%s has no events; an export has one a line", path)
	}
	return sh.verdict(incidents, events, []error{lines.Err()})
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// next proves a line by the one before, or as the first of another incident.
func next(before timeline.Event, line []byte) (timeline.Event, error) {
	ev, err := timeline.Decode(before.Sum, line)
	if err != nil {
		before = timeline.Event{}
		if ev, err = timeline.Decode(before.Sum, line); err != nil {
			return ev, err
		}
	}
	if ev.Seq != before.Seq+1 || before.Seq > 0 && ev.Incident != before.Incident {
		return ev, fmt.Errorf("%w: it is event %d of %v", timeline.ErrBroken, ev.Seq, ev.Incident)
	}
	return ev, nil
}

func (sh *shell) verdict(incidents, events int, broken []error) error {
	if err := errors.Join(broken...); err != nil {
		return err
	}
	fmt.Fprintf(sh.out, "ok: %s, %s, every chain is whole\n", count(incidents, "incident"), count(events, "event"))
	return nil
}
