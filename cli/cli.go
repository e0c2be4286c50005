// Package cli is the command line: one file for each subcommand.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	_ "time/tzdata" // people's time zones, wherever it runs

	"github.com/spf13/cobra"
)

// The exit statuses.
const (
	exitDone   = 0
	exitFailed = 1
	exitMisuse = 2
)

// shell is what every subcommand gets.
type shell struct {
	out, err io.Writer
	config   string // the path of the configuration
}

// misuse is a command line that can not be meant.
type misuse struct{ error }

// Run runs a command line and returns the exit status: 0 if all went well, 2
// if it was used wrongly, else 1.
func Run(args []string, out, errs io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := root(&shell{out: out, err: errs})
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &misuse{}) || strings.HasPrefix(err.Error(), "unknown command"):
		fmt.Fprintf(errs, "muster: %s; see muster help\n", firstLine(err.Error()))
		return exitMisuse
	default:
		fmt.Fprintf(errs, "muster: %v\n", err)
		return exitFailed
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// root is the whole command line, in the order in which people see it.
func root(sh *shell) *cobra.Command {
	root := &cobra.Command{
		Use:           "muster",
		Version:       version(),
		Short:         "Runs incidents in Slack: declare, run, tag, resolve and write up.",
		SilenceErrors: true, SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(sh.out)
	root.SetErr(sh.err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return misuse{err} })
	root.CompletionOptions.HiddenDefaultCmd = true
	cobra.EnableCommandSorting = false
	root.SetHelpCommand(helpCommand(root))
	root.AddCommand(
		demoCommand(sh), sandboxCommand(sh),
		serveCommand(sh), checkCommand(sh), manifestCommand(sh), textsCommand(sh),
		verifyCommand(sh), backupCommand(sh), restoreCommand(sh), exportCommand(sh), asideCommand(sh),
		impactCommand(sh), reviewCommand(sh),
	)
	root.AddCommand(deskCommands(sh)...)
	return root
}

// version is what the build knows of itself.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	text := info.Main.Version + " " + info.GoVersion
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			text += " " + s.Value
		}
	}
	return text
}

// helpCommand shows the help of a command. Unlike cobra's own it refuses what
// is no command.
func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "Explains a command.",
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return misuse{fmt.Errorf("there is no command %q", strings.Join(args, " "))}
			}
			return cmd.Help()
		},
	}
}

// withConfig adds the flag for the configuration file.
func withConfig(sh *shell, cmd *cobra.Command) *cobra.Command {
	cmd.Flags().StringVar(&sh.config, "config", "muster.yaml", "the configuration `file`")
	return cmd
}

// noArgs refuses arguments.
func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return misuse{fmt.Errorf("%q is one argument too many", args[0])}
	}
	return nil
}
