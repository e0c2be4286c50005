package bolt

import (
	"fmt"
	"os"
	"strings"
)

// holder writes down beside the file who has it open, for the message that
// another process gives when it waits in vain. The lock itself is bbolt's.
type holder struct{ path string }

func (h holder) file() string { return h.path + ".holder" }

func (h holder) enter() {
	host, _ := os.Hostname()
	// Nothing depends on the note: where it can not be written, the message of
	// the other process is less helpful.
	_ = os.WriteFile(h.file(), fmt.Appendf(nil, "process %d on %s", os.Getpid(), host), 0o600)
}

func (h holder) leave() {
	if h.path != "" {
		_ = os.Remove(h.file())
	}
}

func holderOf(path string) string {
	note, err := os.ReadFile(holder{path}.file())
	if err != nil || len(note) == 0 {
		return "another process"
	}
	return strings.TrimSpace(string(note))
}
