package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Options say how to open a store. The zero Options are ready for use.
type Options struct {
	Timeout time.Duration // how long to wait for another process to let go of the file; 5 s where it is zero
	MaxSize int           // bytes the file may grow to; 0 is without limit
	Ballast int           // bytes inside the file that are kept free for when the disk is full; 0 for none
}

const (
	defaultTimeout = 5 * time.Second
	// initialMmap is the address space that is mapped at once. Growing past it
	// makes writers wait for readers; address space costs no memory.
	initialMmap = 1 << 30
	layout      = "1" // the version of the buckets and their values
)

// Open opens the store in a file, and makes the file where there is none.
// Where another process holds it, the error names that process.
func Open(path string, o Options) (*Store, error) {
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if err := create(path); err != nil {
		return nil, fmt.Errorf("create store %s: %w", path, err)
	}
	var db *bbolt.DB
	err := guard(func() (err error) {
		db, err = bbolt.Open(path, 0o600, &bbolt.Options{
			Timeout: o.Timeout, InitialMmapSize: initialMmap, MaxSize: o.MaxSize,
			FreelistType: bbolt.FreelistMapType,
		})
		return err
	})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("open store %s: %s holds it (waited %v); stop that process, or give this one another file", path, holderOf(path), o.Timeout)
	}
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	s, err := start(db)
	if err == nil && s.Damaged() == nil {
		_ = guard(func() error { return fill(db, o.Ballast) }) // on a full disk it goes without
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", path, err), db.Close())
	}
	s.holder = holder{path}
	s.holder.enter()
	return s, nil
}

func start(db *bbolt.DB) (*Store, error) {
	if err := proveTree(db.Path(), db.Info().PageSize); err != nil {
		return nil, fmt.Errorf("%w; put the newest backup in its place with `muster restore`", err)
	}
	s := &Store{db: db, queue: newQueue(), writes: make(chan *write), closing: make(chan struct{}), done: make(chan struct{})}
	err := s.view(func(tx *bbolt.Tx) error {
		if info, err := os.Stat(db.Path()); err != nil || info.Size() < tx.Size() {
			return errors.Join(err, fmt.Errorf("it is cut short: it ought to have %d bytes", tx.Size()))
		}
		for _, name := range buckets {
			if tx.Bucket(name) == nil {
				return fmt.Errorf("it has no bucket %q, so it is no store of Muster", name)
			}
		}
		if v := string(tx.Bucket(bucketMeta).Get([]byte("version"))); v != layout {
			return fmt.Errorf("its layout is version %q, and this Muster reads version %s; use the Muster that wrote it or a later one", v, layout)
		}
		return tx.Bucket(bucketEffects).ForEach(s.queue.restore)
	})
	if err != nil {
		return nil, err
	}
	if err := metas(db.Path()); err != nil {
		s.noted(err) // what there is can be read
	}
	go s.write()
	return s, nil
}

// create makes an empty store under the path, unless there is a file. A crash
// leaves either no file there or a whole one: bbolt alone can leave a torn
// one. Of two processes that create at once, one wins and both go on with it.
func create(path string) error {
	if _, err := os.Stat(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if err := tmp.Close(); err != nil {
		return err
	}
	if err := layOut(tmp.Name()); err != nil {
		return err
	}
	if err := place(tmp.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func layOut(path string) error {
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range buckets {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		return tx.Bucket(bucketMeta).Put([]byte("version"), []byte(layout))
	})
	return errors.Join(err, db.Close())
}

// place gives the finished file its name, and never replaces a file: a link
// fails where the name exists. Where the file system has no links, a rename
// has to do.
func place(tmp, path string) error {
	err := os.Link(tmp, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	return os.Rename(tmp, path)
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
