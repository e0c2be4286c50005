//go:build !race

package templates_test

// checksMost is how often a property is tried.
const checksMost = "100"
