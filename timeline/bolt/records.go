package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"muster/timeline"
)

// The buckets of records. They are made by the first one, so that a store of an
// older Muster is as good as a new one; an older Muster leaves them alone.
var (
	bucketRecords = []byte("records") // kind, 0, key → a sum, when, text
	bucketDated   = []byte("dated")   // kind, 0, when, key → nothing
)

// How long the parts of a record may be, in bytes.
const (
	kindMost   = 64
	keyMost    = 2 << 10
	recordMost = 1 << 20
)

// The earliest and the latest time that a record can have.
var (
	earliest = time.Unix(0, math.MinInt64)
	latest   = time.Unix(0, math.MaxInt64)
)

// Merge implements [timeline.Records]. Like all that can wait, it leaves the last
// room on the disk to incidents.
func (s *Store) Merge(ctx context.Context, kind string, keys []string, merge func(n int, kept []byte) (timeline.Record, error)) error {
	if err := fitKeys(kind, keys); err != nil {
		return err
	}
	if s.space.isTight(s.db.Path()) {
		return fmt.Errorf("%w: less than %d MiB are left", timeline.ErrFull, tight>>20)
	}
	var merged map[string]timeline.Record
	return s.submit(ctx, &write{
		check: func(tx *bbolt.Tx) (err error) {
			merged, err = mergeAll(tx, kind, keys, merge)
			return err
		},
		put:   func(tx *bbolt.Tx) error { return putRecords(tx, kind, merged) },
		after: func() {},
	})
}

// fitKeys refuses what bbolt would only refuse when it is too late for others.
func fitKeys(kind string, keys []string) error {
	if kind == "" || len(kind) > kindMost || strings.Contains(kind, "\x00") {
		return fmt.Errorf("%q is no kind of record", kind)
	}
	for _, key := range keys {
		if len(key) > keyMost {
			return fmt.Errorf("the key of a %s has %d bytes; it may have %d", kind, len(key), keyMost)
		}
	}
	return nil
}

// mergeAll asks what is to be kept. A key that is there twice is merged twice.
func mergeAll(tx *bbolt.Tx, kind string, keys []string, merge func(int, []byte) (timeline.Record, error)) (map[string]timeline.Record, error) {
	merged := map[string]timeline.Record{}
	for n, key := range keys {
		kept := bytes.Clone(merged[key].Text)
		if kept == nil {
			before, _, err := recordOf(tx, recordKey(kind, key))
			if err != nil {
				return nil, err
			}
			kept = before.Text
		}
		r, err := merge(n, kept)
		switch {
		case err != nil:
			return nil, err
		case r.Text == nil:
			continue
		case len(r.Text) > recordMost:
			return nil, fmt.Errorf("a %s has %d bytes; it may have %d", kind, len(r.Text), recordMost)
		case r.At.Before(earliest) || r.At.After(latest):
			return nil, fmt.Errorf("a %s is of the year %d, which can not be kept", kind, r.At.Year())
		}
		merged[key] = r
	}
	return merged, nil
}

func putRecords(tx *bbolt.Tx, kind string, merged map[string]timeline.Record) error {
	for _, name := range [][]byte{bucketRecords, bucketDated} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	p := putter{tx: tx}
	for key, r := range merged {
		at := recordKey(kind, key)
		before, known, err := recordOf(tx, at)
		if err != nil {
			return err
		}
		if known {
			p.delete(bucketDated, datedKey(kind, before.At, key))
		}
		p.put(bucketRecords, at, encodeRecord(at, r))
		p.put(bucketDated, datedKey(kind, r.At, key), nil)
	}
	return p.err
}

// Dated implements [timeline.Records].
func (s *Store) Dated(_ context.Context, kind string, from, to time.Time, most int) (all []timeline.Record, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		dated := tx.Bucket(bucketDated)
		if dated == nil {
			return nil
		}
		c := dated.Cursor()
		first := datedKey(kind, from, "")
		for k := before(c, datedKey(kind, to, "")); bytes.Compare(k, first) >= 0 && len(all) < most; k, _ = c.Prev() {
			r, err := indexed(tx, kind, k)
			if err != nil {
				return err
			}
			all = append(all, r)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Reverse(all)
	return all, nil
}

// before returns the last key before another one.
func before(c *bbolt.Cursor, key []byte) []byte {
	k, _ := c.Seek(key)
	if k == nil {
		k, _ = c.Last()
	} else {
		k, _ = c.Prev()
	}
	return k
}

// indexed returns the record that a key of the index leads to.
func indexed(tx *bbolt.Tx, kind string, k []byte) (timeline.Record, error) {
	begin := len(kind) + 1
	if len(k) < begin+8 {
		return timeline.Record{}, fmt.Errorf("%w: a %s has a key of %d bytes", timeline.ErrBroken, kind, len(k))
	}
	r, known, err := recordOf(tx, recordKey(kind, string(k[begin+8:])))
	if err == nil && (!known || !bytes.Equal(k[begin:begin+8], moment(r.At))) {
		err = fmt.Errorf("%w: a %s is not where its time leads to", timeline.ErrBroken, kind)
	}
	return r, err
}

// forgetMost is how many records are dropped in one transaction.
const forgetMost = 1000

// Forget implements [timeline.Records].
func (s *Store) Forget(ctx context.Context, kind string, before time.Time) error {
	if err := fitKeys(kind, nil); err != nil {
		return err
	}
	for {
		old, err := s.older(kind, before)
		if err != nil || len(old) == 0 {
			return err
		}
		err = s.submit(ctx, &write{
			check: func(*bbolt.Tx) error { return nil },
			put:   func(tx *bbolt.Tx) error { return drop(tx, kind, old) },
			after: func() {},
		})
		if err != nil || len(old) < forgetMost {
			return err
		}
	}
}

// older returns the first keys of the index that are before a time.
func (s *Store) older(kind string, than time.Time) (keys [][]byte, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		dated := tx.Bucket(bucketDated)
		if dated == nil {
			return nil
		}
		c, end := dated.Cursor(), datedKey(kind, than, "")
		for k, _ := c.Seek(datedKey(kind, earliest, "")); k != nil && bytes.Compare(k, end) < 0 && len(keys) < forgetMost; k, _ = c.Next() {
			keys = append(keys, bytes.Clone(k))
		}
		return nil
	})
	return keys, err
}

// drop deletes records, unless they have another time by now.
func drop(tx *bbolt.Tx, kind string, old [][]byte) error {
	p := putter{tx: tx}
	for _, k := range old {
		if tx.Bucket(bucketDated).Get(k) == nil {
			continue
		}
		p.delete(bucketDated, k)
		p.delete(bucketRecords, recordKey(kind, string(k[len(kind)+1+8:])))
	}
	return p.err
}

// proveRecords reads every record, by its key and by its time.
func (s *Store) proveRecords(ctx context.Context) error {
	return s.view(func(tx *bbolt.Tx) error {
		records, dated := tx.Bucket(bucketRecords), tx.Bucket(bucketDated)
		if records == nil || dated == nil {
			return nil
		}
		count := 0
		err := records.ForEach(func(k, _ []byte) error {
			count++
			return errors.Join(ctx.Err(), proveRecord(tx, dated, k))
		})
		if err == nil && dated.Stats().KeyN != count {
			err = fmt.Errorf("%w: of some records there are only the times", timeline.ErrBroken)
		}
		return err
	})
}

// proveRecord proves a record, and that its time leads to it.
func proveRecord(tx *bbolt.Tx, dated *bbolt.Bucket, k []byte) error {
	r, _, err := recordOf(tx, k)
	kind, key, _ := bytes.Cut(k, []byte{0})
	if err == nil && dated.Get(datedKey(string(kind), r.At, string(key))) == nil {
		err = fmt.Errorf("%w: the time of a %s does not lead to it", timeline.ErrBroken, kind)
	}
	return err
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// recordHead is what stands before the text of a record: a sum of its key and of
// all that follows the sum, and its time.
const recordHead = 4 + 8

func encodeRecord(key []byte, r timeline.Record) []byte {
	value := append(make([]byte, 4, recordHead+len(r.Text)), moment(r.At)...)
	value = append(value, r.Text...)
	binary.BigEndian.PutUint32(value, sumOf(key, value))
	return value
}

func sumOf(key, value []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, value[4:])
}

// recordOf returns the record under a key, and whether there is one.
func recordOf(tx *bbolt.Tx, key []byte) (r timeline.Record, known bool, err error) {
	records := tx.Bucket(bucketRecords)
	if records == nil {
		return r, false, nil
	}
	v := records.Get(key)
	if v == nil {
		return r, false, nil
	}
	if len(v) < recordHead || binary.BigEndian.Uint32(v) != sumOf(key, v) {
		return r, true, fmt.Errorf("%w: a record is not as it was written", timeline.ErrBroken)
	}
	at := int64(binary.BigEndian.Uint64(v[4:]) ^ 1<<63)
	return timeline.Record{At: time.Unix(0, at).UTC(), Text: bytes.Clone(v[recordHead:])}, true, nil
}

func recordKey(kind, key string) []byte {
	return slices.Concat([]byte(kind), []byte{0}, []byte(key))
}

func datedKey(kind string, at time.Time, key string) []byte {
	return slices.Concat([]byte(kind), []byte{0}, moment(at), []byte(key))
}

// moment is a time so that times sort, those before 1970 too.
func moment(at time.Time) []byte {
	switch {
	case at.Before(earliest):
		at = earliest
	case at.After(latest):
		at = latest
	}
	return binary.BigEndian.AppendUint64(nil, uint64(at.UnixNano())^1<<63)
}
