package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"muster/impact"
	"muster/impact/scenario"
)

// writeInput writes an input as muster impact reads it.
func writeInput(t *testing.T, in impact.Input) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, lines []string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "series"), 0o700); err != nil {
		t.Fatal(err)
	}
	changes, slis, calls := []string{"id,kind,service,start,end,version,previous,author,url"}, []string{"name,service,kind,bad_direction"}, []string{"caller,callee"}
	for _, c := range in.Changes {
		end := ""
		if !c.End.IsZero() {
			end = c.End.Format(time.RFC3339)
		}
		changes = append(changes, strings.Join([]string{c.ID, string(c.Kind), c.Service, c.Start.Format(time.RFC3339), end, c.Version, c.Previous, c.Author, c.URL}, ","))
	}
	for _, s := range in.SLIs {
		slis = append(slis, strings.Join([]string{s.Name, s.Service, string(s.Kind), string(s.Bad)}, ","))
		write("series/"+s.Name+".csv", seriesLines(s.Series))
	}
	for _, c := range in.Calls {
		calls = append(calls, c.Caller+","+c.Callee)
	}
	write("changes.csv", changes)
	write("slis.csv", slis)
	write("calls.csv", calls)
	return dir
}

func seriesLines(s impact.Series) []string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	lines := []string{"timestamp,value"}
	if s.Counts() {
		lines[0] = "timestamp,bad,total"
	}
	for i, at := range s.Times {
		if s.Counts() {
			lines = append(lines, fmt.Sprintf("%d,%s,%s", at/1000, number(s.Bad[i]), number(s.Total[i])))
		} else {
			lines = append(lines, fmt.Sprintf("%d,%s", at/1000, number(s.Values[i])))
		}
	}
	return lines
}

func TestImpactAsJSON(t *testing.T) {
	in, truth := scenario.Make(22)
	later := impact.Change{ID: "later", Kind: impact.Deploy, Service: "web", Start: in.At.Add(time.Minute)}
	in.Changes = append(in.Changes, later)
	dir, at := writeInput(t, in), in.At.Format(time.RFC3339)
	status, out, errs := run("impact", "--input", dir, "--at", at, "--json")
	if status != exitDone || errs != "" {
		t.Fatalf("it ends with %d: %s", status, errs)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if keys := slices.Sorted(maps.Keys(got)); !slices.Equal(keys, []string{"at", "changes", "named", "none", "unused"}) || got["at"] != at {
		t.Errorf("there are %v at %v", keys, got["at"])
	}
	if named := got["named"]; named != nil && named != truth.Culprit {
		t.Errorf("%v is named", named)
	}
	isListed(t, got["changes"].([]any), in, got["none"].(float64))

	for i := range in.SLIs { // rows after the time change nothing
		s := &in.SLIs[i].Series
		for k := range 40 {
			s.Times = append(s.Times, in.At.Add(time.Duration(k+1)*15*time.Second).UnixMilli())
			if s.Counts() {
				s.Bad, s.Total = append(s.Bad, 900), append(s.Total, 1000)
			} else {
				s.Values = append(s.Values, 1e6)
			}
		}
	}
	if _, again, _ := run("impact", "--input", writeInput(t, in), "--at", at, "--json"); again != out {
		t.Error("rows after the time change the answer")
	}
}

// isListed holds each change to the contract.
func isListed(t *testing.T, all []any, in impact.Input, none float64) {
	t.Helper()
	seen, last, sum := map[any]bool{}, 1.0, none
	for _, one := range all {
		c := one.(map[string]any)
		if keys := slices.Sorted(maps.Keys(c)); !slices.Equal(keys, []string{"evidence", "id", "probability", "rank", "tail", "verdict"}) {
			t.Fatalf("a change has %v", keys)
		}
		if seen[c["id"]] || c["rank"].(float64) < last || len(c["evidence"].([]any)) == 0 {
			t.Errorf("%v is there twice, out of order, or without evidence", c)
		}
		seen[c["id"]], last, sum = true, c["rank"].(float64), sum+c["probability"].(float64)
		verdict := impact.Verdict(c["verdict"].(string))
		if !slices.Contains([]impact.Verdict{impact.Unhealthy, impact.Ailing, impact.Healthy, impact.NotJudged}, verdict) {
			t.Errorf("the verdict %q", verdict)
		}
		if tail, ok := c["tail"].(float64); ok && !(tail >= 0 && tail <= 1) || !ok && verdict != impact.NotJudged {
			t.Errorf("%v is %v with the tail %v", c["id"], verdict, c["tail"])
		}
	}
	if len(seen) != len(in.Changes)-1 || seen["later"] || math.Abs(sum-1) > 1e-9 {
		t.Errorf("%d of %d changes are listed, with probabilities of %v", len(seen), len(in.Changes), sum)
	}
}

func TestImpactForPeople(t *testing.T) {
	in, truth := scenario.Make(22)
	in.Changes[0].URL = "https://ci.test/1"
	status, out, errs := run("impact", "--input", writeInput(t, in), "--at", in.At.Format(time.RFC3339))
	if status != exitDone || !strings.Contains(out, "\n1. "+truth.Culprit) || !strings.Contains(out, "Ask ") || !strings.Contains(out, "--json lists all") {
		t.Errorf("it ends with %d and says %s%s", status, out, errs)
	}
	in.Changes = nil
	if _, out, _ := run("impact", "--input", writeInput(t, in), "--at", in.At.Format(time.RFC3339)); !strings.Contains(out, "No change began") {
		t.Error(out)
	}
}

func TestImpactMisused(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{
		{}, {"--input", dir}, {"--at", "2026-03-12T09:30:00Z"}, {"--input", dir, "--at", "noon"}, {"--input", filepath.Join(dir, "none"), "--at", "2026-03-12T09:30:00Z"},
		{"--input", dir, "--at", "2026-03-12T09:30:00Z", "more"}, {"--input", dir, "--since", "1h"},
	} {
		status, out, errs := run(append([]string{"impact"}, args...)...)
		if status != exitMisuse || strings.Count(errs, "\n") != 1 || out != "" {
			t.Errorf("muster impact %v ends with %d, says %q and %q", args, status, out, errs)
		}
	}
}

func TestImpactNamesWhatItCanNotRead(t *testing.T) {
	in, _ := scenario.Make(22)
	in.SLIs = in.SLIs[:1]
	dir := writeInput(t, in)
	file := filepath.Join(dir, "series", in.SLIs[0].Name+".csv")
	if err := os.WriteFile(file, []byte("timestamp,bad,total\n1773306000,1,2\n1773306060,many,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, errs := run("impact", "--input", dir, "--at", in.At.Format(time.RFC3339), "--json")
	if status == exitDone || out != "" || !strings.Contains(errs, "series/"+in.SLIs[0].Name+".csv:3: ") {
		t.Errorf("it ends with %d and says %q and %q", status, out, errs)
	}
}
