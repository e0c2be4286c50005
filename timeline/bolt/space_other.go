//go:build !unix

package bolt

import "errors"

// freeBytes is not known here: writes fail when the disk is full.
func freeBytes(string) (int64, error) { return 0, errors.ErrUnsupported }
