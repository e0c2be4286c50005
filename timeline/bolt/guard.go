package bolt

import (
	"fmt"
	"runtime/debug"

	"muster/timeline"
)

// guard turns what a damaged file does to a program that has it mapped, a
// memory fault or a broken promise of bbolt's, into an error of this one call.
func guard(do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("%w: the file is damaged (%v)", timeline.ErrBroken, fault)
		}
	}()
	return do()
}
