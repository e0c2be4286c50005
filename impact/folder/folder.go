// Package folder reads what a judgement stands on from a folder of CSV files:
// changes.csv, slis.csv, calls.csv where it is there, and series/NAME.csv for
// each SLI. What can not be read is an error that names the file and the line.
package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/impact"
)

// Read reads a folder, to be judged at a time.
func Read(dir fs.FS, at time.Time) (impact.Input, error) {
	in := impact.Input{At: at}
	var err error
	if in.Changes, err = changes(dir); err != nil {
		return in, err
	}
	if in.Calls, err = calls(dir); err != nil {
		return in, err
	}
	if in.SLIs, err = slis(dir); err != nil {
		return in, err
	}
	for i := range in.SLIs {
		if in.SLIs[i].Series, err = series(dir, in.SLIs[i].Name); err != nil {
			return in, err
		}
	}
	return in, nil
}

var kinds = []impact.Kind{impact.Deploy, impact.Flag, impact.Config, impact.Infra, impact.Rollback}

func changes(dir fs.FS) (all []impact.Change, err error) {
	lines := map[string]int{}
	err = rows(dir, "changes.csv", []string{"id", "kind", "service", "start"}, []string{"end", "version", "previous", "author", "url"}, func(r row) error {
		c, err := change(r)
		if err != nil {
			return err
		}
		if before, ok := lines[c.ID]; ok {
			return fmt.Errorf("the id %q is that of line %d already; give each change its own", c.ID, before)
		}
		lines[c.ID] = r.line
		all = append(all, c)
		return nil
	})
	return all, err
}

func change(r row) (c impact.Change, err error) {
	c = impact.Change{ID: r.get("id"), Kind: impact.Kind(strings.ToLower(r.get("kind"))), Service: r.get("service"), Version: r.get("version"), Previous: r.get("previous"), Author: r.get("author"), URL: r.get("url")}
	switch {
	case c.ID == "":
		return c, errors.New("the id is missing")
	case !slices.Contains(kinds, c.Kind):
		return c, fmt.Errorf("%q is no kind of change; write one of deploy, flag, config, infra and rollback", r.get("kind"))
	case c.Service == "":
		return c, errors.New("the service is missing")
	}
	if c.Start, err = moment(r.get("start")); err != nil {
		return c, fmt.Errorf("start: %w", err)
	}
	if end := r.get("end"); end != "" {
		if c.End, err = moment(end); err != nil {
			return c, fmt.Errorf("end: %w", err)
		}
	}
	return c, nil
}

var (
	measures   = []impact.Measure{impact.Ratio, impact.Latency, impact.Throughput, impact.Saturation, impact.Other}
	directions = []impact.Direction{impact.Up, impact.Down, impact.Both}
)

func slis(dir fs.FS) (all []impact.SLI, err error) {
	lines := map[string]int{}
	err = rows(dir, "slis.csv", []string{"name", "service", "kind", "bad_direction"}, []string{"unit"}, func(r row) error {
		s := impact.SLI{Name: r.get("name"), Service: r.get("service"), Kind: impact.Measure(strings.ToLower(r.get("kind"))), Bad: impact.Direction(strings.ToLower(r.get("bad_direction"))), Unit: r.get("unit")}
		switch {
		case s.Name == "" || !fs.ValidPath("series/"+s.Name+".csv"):
			return fmt.Errorf("%q can not be the name of an SLI, as it names a file, too", s.Name)
		case !slices.Contains(measures, s.Kind):
			return fmt.Errorf("%q is no kind of SLI; write one of ratio, latency, throughput, saturation and other", r.get("kind"))
		case !slices.Contains(directions, s.Bad):
			return fmt.Errorf("%q is no direction; write one of up, down and both", r.get("bad_direction"))
		}
		if before, ok := lines[s.Name]; ok {
			return fmt.Errorf("the SLI %q is that of line %d already; give each its own name", s.Name, before)
		}
		lines[s.Name] = r.line
		all = append(all, s)
		return nil
	})
	return all, err
}

func calls(dir fs.FS) (all []impact.Call, err error) {
	err = rows(dir, "calls.csv", []string{"caller", "callee"}, nil, func(r row) error {
		c := impact.Call{Caller: r.get("caller"), Callee: r.get("callee")}
		if c.Caller == "" || c.Callee == "" {
			return errors.New("a call has a caller and a callee")
		}
		all = append(all, c)
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return all, err
}

// series reads the samples of an SLI: values, or counts of bad and of all
// requests, each with its version where there is such a column.
func series(dir fs.FS, name string) (s impact.Series, err error) {
	err = rows(dir, "series/"+name+".csv", []string{"timestamp"}, []string{"value", "bad", "total", "version"}, func(r row) error {
		counts := r.has("bad") && r.has("total")
		if !counts && !r.has("value") {
			return errors.New("there is no column value, nor bad and total")
		}
		at, err := moment(r.get("timestamp"))
		if err != nil {
			return err
		}
		var v [2]float64
		for i, column := range columnsOf(counts) {
			if v[i], err = number(r.get(column)); err != nil {
				return fmt.Errorf("%s: %w", column, err)
			}
		}
		s.Times = append(s.Times, at.UnixMilli())
		if counts {
			s.Bad, s.Total = append(s.Bad, v[0]), append(s.Total, v[1])
		} else {
			s.Values = append(s.Values, v[0])
		}
		if r.has("version") {
			s.Version = append(s.Version, r.get("version"))
		}
		return nil
	})
	return s, err
}

func columnsOf(counts bool) []string {
	if counts {
		return []string{"bad", "total"}
	}
	return []string{"value"}
}

// number reads a number; an empty cell is a missing sample.
func number(text string) (float64, error) {
	if text == "" {
		return math.NaN(), nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, fmt.Errorf("%q is no number", text)
	}
	return v, nil
}

// The years between which a moment lies: others are in another unit, or a slip.
const (
	firstYear = 1980
	lastYear  = 2200
)

// moment reads a time in Unix seconds or as RFC 3339 has it.
func moment(text string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		seconds, wrong := strconv.ParseFloat(text, 64)
		if wrong != nil || !(math.Abs(seconds) < 1e11) {
			return at, fmt.Errorf("%q is no time; write Unix seconds, or as in 2026-03-12T09:24:00Z", text)
		}
		at = time.UnixMilli(int64(math.Round(seconds * 1000))).UTC()
	}
	if at.Year() < firstYear || at.Year() > lastYear {
		return at, fmt.Errorf("%q is in the year %d; write Unix seconds, or as in 2026-03-12T09:24:00Z", text, at.Year())
	}
	return at.UTC(), nil
}
