package bolt

import (
	"path/filepath"
	"sync"
	"time"

	"go.etcd.io/bbolt"
)

// tight is how many free bytes of the disk are too few for what can wait.
const tight = 64 << 20

// lookEach is how often the disk is looked at.
const lookEach = time.Second

// space knows whether there is little room left on the disk.
type space struct {
	mu     sync.Mutex
	looked time.Time
	tight  bool
	free   func(dir string) (int64, error) // freeBytes where it is nil
}

func (s *space) isTight(path string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.looked) < lookEach {
		return s.tight
	}
	look := s.free
	if look == nil {
		look = freeBytes
	}
	free, err := look(filepath.Dir(path))
	s.looked, s.tight = time.Now(), err == nil && free < tight
	return s.tight
}

// fill makes room inside the file that later writes find where the disk has
// none: what bbolt frees it uses again.
func fill(db *bbolt.DB, ballast int) error {
	if ballast == 0 || db.Stats().FreePageN*db.Info().PageSize >= ballast {
		return nil
	}
	key := []byte("ballast")
	err := db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(bucketMeta).Put(key, make([]byte, ballast)) })
	if err != nil {
		return err
	}
	return db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(bucketMeta).Delete(key) })
}
