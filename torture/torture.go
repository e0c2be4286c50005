// Package torture is what tests share that attack the bot for as long as they
// are told to: the flag that tells them, a network in memory, so that days go by
// in seconds, and a workspace to meet. Only tests import it.
package torture

import "flag"

// For is how long all attacks together may take; zero is for a few seconds of
// each, as in every run of the tests. Every test binary has the flag, so that
// it can be given to all of them at once.
var For = flag.Duration("torture", 0, "for how long to attack, such as 10m; a few seconds where it is 0")
