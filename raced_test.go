//go:build race

package main_test

// raced is whether the race detector is on, which makes everything ten times as
// slow: less of everything is tried then.
const raced = true
