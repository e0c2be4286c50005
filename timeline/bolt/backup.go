package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"muster/timeline"
)

// Backup copies the store into a file that there is not yet, while it is
// written to, and proves every record of the copy before it gets its name.
func (s *Store) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already; name another file", path)
	}
	part := path + ".part"
	defer os.Remove(part)
	err := s.view(func(tx *bbolt.Tx) error { return tx.CopyFile(part, 0o600) })
	if err != nil {
		return fmt.Errorf("copy the store: %w", err)
	}
	if err := errors.Join(syncFile(part), prove(ctx, part, false)); err != nil {
		return fmt.Errorf("the copy is not good: %w", err)
	}
	if err := place(part, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// Restore makes a store of a backup, under a name that is free. What was not
// settled when the backup was made may have been done since, and so is in doubt.
func Restore(ctx context.Context, from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("read the backup: %w", err)
	}
	if err := os.WriteFile(to, text, 0o600); err != nil {
		return err
	}
	if err := errors.Join(prove(ctx, to, true), syncFile(to)); err != nil {
		return errors.Join(fmt.Errorf("%s is no backup that can be restored: %w", from, err), os.Remove(to))
	}
	return nil
}

// prove reads every record of a store that nobody holds. With doubt it marks
// what is not settled as in doubt.
func prove(ctx context.Context, path string, doubt bool) error {
	var db *bbolt.DB
	err := guard(func() (err error) {
		db, err = bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second})
		return err
	})
	if err != nil {
		return err
	}
	defer db.Close()
	s, err := start(db)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Prove(ctx); err != nil {
		return err
	}
	if !doubt {
		return nil
	}
	return guard(func() error {
		return db.Update(func(tx *bbolt.Tx) error { return doubtAll(tx.Bucket(bucketEffects)) })
	})
}

// Prove reads every record, and returns the first that is not as it was written.
func (s *Store) Prove(ctx context.Context) error {
	all, err := timeline.Numbers(ctx, s)
	if err != nil {
		return err
	}
	if err := s.Damaged(); err != nil {
		return err
	}
	for _, id := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := s.Events(ctx, id, 0); err != nil {
			return err
		}
	}
	return s.proveRecords(ctx)
}

// doubtAll marks every effect as in doubt, as after a crash.
func doubtAll(effects *bbolt.Bucket) error {
	var all []stored
	err := effects.ForEach(func(place, text []byte) error {
		e, err := decode(binary.BigEndian.Uint64(place), text)
		e.Effect = e.Doubtful()
		all = append(all, e)
		return err
	})
	if err != nil {
		return err
	}
	for _, e := range all {
		if err := effects.Put(number(int(e.Place)), encode(e)); err != nil {
			return err
		}
	}
	return nil
}

// Hold keeps others out of a store until free is called.
func Hold(path string) (free func(), err error) {
	var db *bbolt.DB
	err = guard(func() (err error) {
		db, err = bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second})
		return err
	})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("%s holds %s; stop that process first", holderOf(path), path)
	}
	if err != nil { // it is no good: whoever restores a backup knows
		return func() {}, nil
	}
	return func() { _ = db.Close() }, nil // nothing was written
}

func syncFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
