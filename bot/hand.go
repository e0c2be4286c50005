package bot

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Hand remembers, in a file, which requests are in hand, so that after the end
// of the process it is known which may have brought it about. What is written
// need not reach the disk itself: it outlives the process, and a power cut is
// no request's fault. It also remembers when the chat last reached the bot.
type Hand struct {
	path string
	mu   sync.Mutex
	file *os.File
	held map[string]bool
	ends map[string]int // how often the process has ended with a request in hand
	seen time.Time
	size int
}

// handMost is how many bytes the file may have before it is written anew.
const handMost = 64 << 10

// OpenHand opens the file, or makes it. Where that fails, as on a full disk, the
// bot can work with what it returns all the same: nothing is remembered then.
func OpenHand(path string) (*Hand, error) {
	h := &Hand{path: path, held: map[string]bool{}, ends: map[string]int{}}
	old, err := os.Open(path)
	if err == nil {
		h.read(bufio.NewScanner(old))
		err = old.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return h, err
	}
	for key := range h.held {
		h.ends[key]++
		delete(h.held, key)
	}
	return h, h.rewrite()
}

// read takes in lines: "+KEY" is in hand, "-KEY" no more, "N KEY" was in hand
// at N ends, "@MICROSECONDS" is when the chat last reached the bot.
func (h *Hand) read(lines *bufio.Scanner) {
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "+"):
			h.held[line[1:]] = true
		case strings.HasPrefix(line, "-"):
			delete(h.held, line[1:])
			delete(h.ends, line[1:])
		case strings.HasPrefix(line, "@"):
			if at, err := strconv.ParseInt(line[1:], 10, 64); err == nil {
				h.seen = time.UnixMicro(at).UTC()
			}
		default:
			count, key, _ := strings.Cut(line, " ")
			if n, err := strconv.Atoi(count); err == nil && key != "" { // a line may be torn
				h.ends[key] = n
			}
		}
	}
}

// rewrite writes what still counts into a new file.
func (h *Hand) rewrite() error {
	var text strings.Builder
	for key, n := range h.ends {
		fmt.Fprintf(&text, "%d %s\n", n, key)
	}
	for key := range h.held {
		fmt.Fprintf(&text, "+%s\n", key)
	}
	if !h.seen.IsZero() {
		fmt.Fprintf(&text, "@%d\n", h.seen.UnixMicro())
	}
	tmp := h.path + ".new"
	file, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	if _, err = file.WriteString(text.String()); err == nil {
		err = os.Rename(tmp, h.path)
	}
	if err != nil {
		return errors.Join(err, file.Close())
	}
	if h.file != nil {
		_ = h.file.Close() // it has been replaced
	}
	h.file, h.size = file, text.Len()
	return nil
}

// Begin notes that a request is in hand, and returns how often the process has
// ended or failed with it before.
func (h *Hand) Begin(key string) (ends int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.held[key] = true
	h.write("+" + key)
	return h.ends[key]
}

// End notes that a request is in hand no more, and is no suspect.
func (h *Hand) End(key string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.held, key)
	delete(h.ends, key)
	h.write("-" + key)
}

// Fail notes that a request has failed in a way that the process survived, and
// returns how often it has.
func (h *Hand) Fail(key string) (ends int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.held, key)
	ends = h.ends[key] + 1
	h.write("-" + key)
	h.ends[key] = ends
	h.write(fmt.Sprintf("%d %s", ends, key))
	return ends
}

// See notes that the chat reaches the bot now.
func (h *Hand) See(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seen = now
	h.write(fmt.Sprintf("@%d", now.UnixMicro()))
}

// Seen returns when the chat last reached the bot; zero where that is not known.
func (h *Hand) Seen() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.seen
}

// Close closes the file.
func (h *Hand) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.file == nil {
		return nil
	}
	return h.file.Close()
}

func (h *Hand) write(line string) {
	if h.file == nil {
		return
	}
	n, err := h.file.WriteString(line + "\n")
	if h.size += n; err == nil && h.size > handMost {
		_ = h.rewrite() // on a full disk the bot works on without
	}
}
