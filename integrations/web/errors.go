package web

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"muster/redact"
)

// unsent begins what a call is told that is not made.
const unsent = "nothing was sent: "

func unsentFor(why string, wait time.Duration) error {
	return fmt.Errorf("%s%s for another %v", unsent, why, max(time.Second, wait.Round(time.Second)))
}

// IsPaused reports whether an error is that of a call that was not made,
// because the vendor is left alone. A vendor's library may hide the error
// itself, but not what it says.
func IsPaused(err error) bool { return err != nil && strings.Contains(err.Error(), unsent) }

// unconnected begins what a call is told for which there was no connection.
const unconnected = "no connection: "

// IsUnsent reports whether an error is that of a call that did not reach the
// vendor, so that nothing came of it; as of IsPaused, by what it says.
func IsUnsent(err error) bool {
	return IsPaused(err) || err != nil && strings.Contains(err.Error(), unconnected)
}

// failure is an error whose text tells no secrets. It does not hand out what it
// was made from, whose text may.
type failure struct {
	text string
	from error
}

func (f *failure) Error() string { return f.text }

// Is sees what the failure was made from, such as a context's end.
func (f *failure) Is(target error) bool { return errors.Is(f.from, target) }

// Timeout is as for [net.Error].
func (f *failure) Timeout() bool {
	var timed interface{ Timeout() bool }
	return errors.As(f.from, &timed) && timed.Timeout()
}

// cleaned puts some words before an error and takes out what it must not tell:
// passwords and queries of addresses, in which vendors put tokens, and secrets
// of well-known shapes.
func cleaned(before string, err error) error {
	if err == nil {
		return nil
	}
	if isUnsent(err) {
		before = unconnected + before
	}
	return &failure{before + redact.Text(address.ReplaceAllString(err.Error(), "$1$2")), err}
}

// address is one as it stands in the text of an error: what is kept, in two
// parts, and the user before the host and the query after the path.
var address = regexp.MustCompile(`([a-zA-Z][a-zA-Z0-9+.-]*://)(?:[^\s/?#"']*@)?([^\s?#"']*)(?:[?#][^\s"']*)?`)
