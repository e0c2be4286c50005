//go:build race

package templates_test

// checksMost is how often a property is tried: less, as the race detector makes
// everything ten times as slow.
const checksMost = "12"
