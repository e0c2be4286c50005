// Muster is a chat-ops incident response bot that a team runs itself.
package main

import (
	"os"

	"muster/cli"
)

func main() { os.Exit(cli.Run(os.Args[1:], os.Stdout, os.Stderr)) }
