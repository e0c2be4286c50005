package templates_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain says how often properties are tried, unless the command line does.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", checksMost); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
