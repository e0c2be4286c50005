package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"muster/timeline"
	"muster/timeline/bolt"
)

func backupCommand(sh *shell) *cobra.Command {
	return withConfig(sh, &cobra.Command{
		Use: "backup FILE", Short: "Copies the store into a file, while the bot runs or not.", Args: oneFile,
		Long: "Copies the store into a file, while the bot runs or not, and proves every record of the copy\nbefore it gets its name. A file that is there is not replaced.",
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			return sh.ask(cmd.Context(), order{Backup: path})
		},
	})
}

func restoreCommand(sh *shell) *cobra.Command {
	return withConfig(sh, &cobra.Command{
		Use: "restore FILE", Short: "Puts a backup in the place of the store. The bot must not be running.", Args: oneFile,
		Long: "Proves a backup and puts it in the place of the store. The bot must not be running. A store that is\nthere is kept beside it. What was not finished when the backup was made is looked up in Slack before it\nis done again.",
		RunE: func(cmd *cobra.Command, args []string) error { return sh.restore(cmd.Context(), args[0]) },
	})
}

func oneFile(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return misuse{errors.New("name one file")}
	}
	return nil
}

func (sh *shell) restore(ctx context.Context, from string) error {
	c, err := sh.configured()
	if err != nil {
		return err
	}
	to := c.StorePath()
	if err := bolt.Restore(ctx, from, to+".restored"); err != nil {
		return err
	}
	if err := markRestored(ctx, to+".restored"); err != nil {
		return errors.Join(err, os.Remove(to+".restored"))
	}
	kept, err := sh.setAside(to)
	if err != nil {
		return errors.Join(err, os.Remove(to+".restored"))
	}
	if err := os.Rename(to+".restored", to); err != nil {
		return err
	}
	fmt.Fprintf(sh.out, "restored %s from %s", to, from)
	if kept != "" {
		fmt.Fprintf(sh.out, "; what was there is kept as %s", kept)
	}
	fmt.Fprintln(sh.out)
	return nil
}

// markRestored writes into a store that it is made from a backup, so that the
// next start looks in Slack for what came after that.
func markRestored(ctx context.Context, path string) error {
	s, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		return err
	}
	last, err := s.Last(ctx)
	if err == nil {
		journal := timeline.Journal{Store: s, Now: time.Now}
		_, err = journal.Record(ctx, timeline.House, timeline.Cause{}, timeline.Restored{Last: last})
	}
	return errors.Join(err, s.Close())
}

// setAside gives a store that is there, and that nobody holds, another name.
func (sh *shell) setAside(path string) (string, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	free, err := bolt.Hold(path)
	if err != nil {
		return "", err
	}
	defer free()
	kept := path + ".before-" + time.Now().UTC().Format("20060102-150405")
	return kept, os.Rename(path, kept)
}
