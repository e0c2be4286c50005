package folder_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/impact"
	"muster/impact/folder"
)

var at = time.Date(2026, 3, 12, 9, 30, 0, 0, time.UTC)

// files is a folder that reads well, with some of it replaced.
func files(with map[string]string) fstest.MapFS {
	all := map[string]string{
		"changes.csv":    "id,kind,service,start,end,version,previous,author,url\nd1,deploy,checkout,2026-03-12T09:00:00Z,,v2,v1,ana,https://ci/1\n",
		"slis.csv":       "name,service,kind,bad_direction\np95,checkout,latency,up\nerrors,checkout,ratio,up\n",
		"calls.csv":      "caller,callee\nweb,checkout\n",
		"series/p95.csv": "timestamp,value\n1773306000,120\n1773306060,121.5\n",
		"series/errors.csv": "timestamp,bad,total,version\n" +
			"2026-03-12T09:00:00Z,1,100,v1\n2026-03-12T09:00:00Z,0,10,v2\n",
	}
	for name, text := range with {
		all[name] = text
	}
	dir := fstest.MapFS{}
	for name, text := range all {
		if text != "" {
			dir[name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	return dir
}

func TestRead(t *testing.T) {
	got, err := folder.Read(files(nil), at)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)
	want := impact.Input{
		At:      at,
		Changes: []impact.Change{{ID: "d1", Kind: impact.Deploy, Service: "checkout", Start: start, Version: "v2", Previous: "v1", Author: "ana", URL: "https://ci/1"}},
		Calls:   []impact.Call{{Caller: "web", Callee: "checkout"}},
		SLIs: []impact.SLI{
			{Name: "p95", Service: "checkout", Kind: impact.Latency, Bad: impact.Up, Series: impact.Series{Times: []int64{1773306000000, 1773306060000}, Values: []float64{120, 121.5}}},
			{Name: "errors", Service: "checkout", Kind: impact.Ratio, Bad: impact.Up, Series: impact.Series{
				Times: []int64{start.UnixMilli(), start.UnixMilli()}, Bad: []float64{1, 0}, Total: []float64{100, 10}, Version: []string{"v1", "v2"},
			}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWritingMattersNot(t *testing.T) {
	want, err := folder.Read(files(nil), at)
	if err != nil {
		t.Fatal(err)
	}
	other := files(nil)
	for name, f := range other {
		lines := strings.Split(strings.TrimSuffix(string(f.Data), "\n"), "\n")
		lines = append(lines, lines[len(lines)-1], "", ",,") // a row twice, and rows of nothing
		other[name].Data = []byte("\ufeff" + strings.Join(lines, "\r\n"))
	}
	got, err := folder.Read(other, at)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("a byte-order mark, CRLF, empty rows and rows twice change something:\n", diff)
	}
}

func TestCallsMayBeMissing(t *testing.T) {
	in, err := folder.Read(files(map[string]string{"calls.csv": ""}), at)
	if err != nil || in.Calls != nil {
		t.Error(in.Calls, err)
	}
}

func TestMissingSamples(t *testing.T) {
	in, err := folder.Read(files(map[string]string{"series/p95.csv": "timestamp,value\n1773306000,NaN\n1773306060,\n1773306120,1e999\n"}), at)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range in.SLIs[0].Series.Values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			t.Errorf("%v is a sample", v)
		}
	}
}

func TestWhatCanNotBeRead(t *testing.T) {
	for _, c := range []struct{ file, text, want string }{
		{"changes.csv", "", `changes.csv: file does not exist`},
		{"changes.csv", "id,kind\n", `changes.csv:1: there is no column "service"`},
		{"changes.csv", "id,kind,service,start\nd1,deploy,checkout,soon\n", `changes.csv:2: start: "soon" is no time`},
		{"changes.csv", "id,kind,service,start\nd1,merge,checkout,1773306000\n", `changes.csv:2: "merge" is no kind of change`},
		{"changes.csv", "id,kind,service,start\n,deploy,checkout,1773306000\n", `changes.csv:2: the id is missing`},
		{"changes.csv", "id,kind,service,start\nd1,deploy,checkout,1773306000\n\nd1,flag,checkout,1773306000\n", `changes.csv:4: the id "d1" is that of line 2 already`},
		{"changes.csv", "id,kind,service,start\nd1,deploy,\"checkout,1773306000\n", `changes.csv:`},
		{"changes.csv", "id,kind,service,start\nd1,deploy,checkout,1773306000000\n", `"1773306000000" is no time`},
		{"changes.csv", "id,kind,service,start\nd1,deploy,checkout,17733060000\n", `is in the year 2531`},
		{"slis.csv", "name,service,kind,bad_direction\n../x,checkout,latency,up\n", `slis.csv:2: "../x" can not be the name of an SLI`},
		{"slis.csv", "name,service,kind,bad_direction\np95,checkout,speed,up\n", `slis.csv:2: "speed" is no kind of SLI`},
		{"slis.csv", "name,service,kind,bad_direction\np95,checkout,latency,left\n", `slis.csv:2: "left" is no direction`},
		{"series/p95.csv", "", `series/p95.csv: file does not exist`},
		{"series/p95.csv", "timestamp,value\n1773306000,fast\n", `series/p95.csv:2: value: "fast" is no number`},
		{"series/p95.csv", "timestamp,values\n1773306000,1\n", `series/p95.csv:2: there is no column value, nor bad and total`},
		{"series/errors.csv", "timestamp,bad,total\nnow,1,2\n", `series/errors.csv:2: "now" is no time`},
		{"calls.csv", "caller,callee\nweb,\n", `calls.csv:2: a call has a caller and a callee`},
	} {
		if _, err := folder.Read(files(map[string]string{c.file: c.text}), at); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q: %v, want %s", c.file, c.text, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("id,kind,service,start\nd1,deploy,a,1773306000\n", "name,service,kind,bad_direction\nx,a,other,both\n", "timestamp,value\n1773306000,1\n")
	f.Add("\ufeffid,kind,service,start,end\r\nd1,flag,a,2026-03-12T09:00:00Z,\r\n", "name,service,kind,bad_direction\nx,a,ratio,up\n", "timestamp,bad,total,version\n1773306000,1,2,v1\n")
	f.Fuzz(func(t *testing.T, changes, slis, series string) {
		in, err := folder.Read(files(map[string]string{"changes.csv": changes, "slis.csv": slis, "series/x.csv": series}), at)
		if err != nil {
			return
		}
		j, err := impact.Judge(in)
		if err != nil {
			return
		}
		for _, c := range j.Changes {
			if !(c.Probability >= 0 && c.Probability <= 1) || !(c.Tail >= 0 && c.Tail <= 1) {
				t.Error(fmt.Sprint(c.ID, " has the probability ", c.Probability, " and the tail ", c.Tail))
			}
		}
	})
}
