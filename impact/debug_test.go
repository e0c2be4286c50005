package impact_test

import (
	"fmt"
	"muster/impact"
	"muster/impact/scenario"
	"os"
	"strconv"
	"strings"
	"testing"
)

func TestDebug(t *testing.T) {
	for _, x := range strings.Fields(os.Getenv("SEEDS")) {
		n, _ := strconv.Atoi(x)
		in, tr := scenario.Make(uint64(n))
		fmt.Printf("=== %d %+v\n", n, tr)
		impact.Debug(in, 3, tr.Culprit)
	}
}
