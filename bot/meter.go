package bot

import "time"

// Meter is told how the bot does. It must be quick.
type Meter interface {
	// Handled tells of a request: of which kind, whether what it asked for is
	// recorded, and how long that took.
	Handled(kind string, recorded bool, took time.Duration)
	// Delivered tells of one try of an effect: of which follower, what came of
	// it (done, again, doubt, given_up), and how long that took.
	Delivered(follower, outcome string, took time.Duration)
}

// unmetered is for a bot that nobody measures.
type unmetered struct{}

func (unmetered) Handled(string, bool, time.Duration)     {}
func (unmetered) Delivered(string, string, time.Duration) {}
