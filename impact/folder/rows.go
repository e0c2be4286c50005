package folder

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
)

// row is one line of a file.
type row struct {
	line    int
	columns map[string]int
	cells   []string
}

// get is what stands in a column; nothing where the line is too short for it.
func (r row) get(column string) string {
	n, ok := r.columns[column]
	if !ok || n >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[n])
}

// has reports whether there is such a column.
func (r row) has(column string) bool {
	_, ok := r.columns[column]
	return ok
}

// rows reads a file, whose first line names its columns, in any order. Lines that
// say the same as an earlier one are left out. An error of each is told with the
// file and the line.
func rows(dir fs.FS, name string, needed, others []string, each func(row) error) error {
	file, err := dir.Open(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, reason(err))
	}
	defer file.Close()
	text := bufio.NewReaderSize(file, 1<<16)
	if mark, err := text.Peek(3); err == nil && string(mark) == "\xef\xbb\xbf" {
		_, _ = text.Discard(3) // a byte-order mark, which was just seen
	}
	in := csv.NewReader(text)
	in.FieldsPerRecord, in.ReuseRecord, in.TrimLeadingSpace = -1, true, true
	columns, err := head(in, needed, others)
	if err != nil {
		return located(name, err)
	}
	seen := map[string]bool{}
	for {
		cells, err := in.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return located(name, err)
		}
		line, _ := in.FieldPos(0)
		key := strings.Join(cells, "\x00")
		if strings.Trim(key, "\x00 \t") == "" || seen[key] {
			continue
		}
		seen[key] = true
		if err := each(row{line, columns, cells}); err != nil {
			return fmt.Errorf("%s:%d: %w", name, line, err)
		}
	}
}

// reason is why a file can not be opened, without its name.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// head reads the first line.
func head(in *csv.Reader, needed, others []string) (map[string]int, error) {
	cells, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("it is empty; its first line has to be %s", strings.Join(slices.Concat(needed, others), ","))
	}
	if err != nil {
		return nil, err
	}
	columns := map[string]int{}
	for i, c := range cells {
		name := strings.ToLower(strings.TrimSpace(c))
		if _, twice := columns[name]; twice {
			return nil, fmt.Errorf("there are two columns %q", name)
		}
		columns[name] = i
	}
	for _, name := range needed {
		if _, ok := columns[name]; !ok {
			return nil, fmt.Errorf("there is no column %q; the first line has to be %s", name, strings.Join(slices.Concat(needed, others), ","))
		}
	}
	return columns, nil
}

// located names the file and the line of an error; the first line where it is no
// other.
func located(name string, err error) error {
	var wrong *csv.ParseError
	if errors.As(err, &wrong) {
		return fmt.Errorf("%s:%d: %w", name, wrong.Line, wrong.Err)
	}
	return fmt.Errorf("%s:1: %w", name, err)
}
