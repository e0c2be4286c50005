package timeline

import (
	"context"
	"errors"
	"slices"
)

// house is what [House] is for besides what belongs to no incident: requests
// that were set aside, numbers that are not to be given out again, and reviews
// that were posted.
type house struct {
	aside    []SetAside
	restored bool   // and nobody has looked yet which numbers were given out since the backup
	kept     ID     // the highest number that the latest backup had
	lost     []span // numbers that were given out by stores that were lost
	reviews  []ReviewPosted
}

// span is the numbers after one, up to another.
type span struct{ after, upTo ID }

// gap is how many numbers are left out after a restoration, as long as nobody
// can look which of them were given out.
const gap = 100

func (h house) after(f Fact) house {
	switch f := f.(type) {
	case SetAside:
		h.aside = append(without(h.aside, func(o SetAside) bool { return o.Key == f.Key }), f)
	case TakenUp:
		h.aside = without(h.aside, func(o SetAside) bool { return o.Key == f.Key })
	case Restored:
		if h.restored { // nobody has looked since the last time: what is there by now was not left out
			h.lost = append(slices.Clip(h.lost), span{h.kept, f.Last})
		}
		h.restored, h.kept = true, f.Last
	case Numbered:
		h.restored = false
		h.lost = append(slices.Clip(h.lost), span{h.kept, f.UpTo})
	case ReviewPosted:
		h.reviews = append(slices.Clip(h.reviews), f)
	}
	return h
}

// Aside returns the requests that were set aside and not taken up, the oldest
// first. It is for [House].
func (inc Incident) Aside() []SetAside { return inc.house.aside }

// IsRestored reports whether the store was made from a backup and nobody has
// looked yet what came after that. It is for [House].
func (inc Incident) IsRestored() bool { return inc.house.restored }

// isLeftOut reports whether a number was given out by a store that was lost, or
// left out on that suspicion.
func (h house) isLeftOut(id ID) bool {
	if h.restored && id > h.kept {
		return true
	}
	return slices.ContainsFunc(h.lost, func(s span) bool { return id > s.after && id <= s.upTo })
}

// next returns the number for an incident after the last one.
func (h house) next(last ID) ID {
	next := last
	for _, s := range h.lost {
		next = max(next, s.upTo)
	}
	if h.restored {
		next = max(next, h.kept+gap)
	}
	return next + 1
}

// Beyond returns the highest number that may have been given out after the
// backup that the store was restored from. It is for [House].
func (inc Incident) Beyond() ID { return inc.house.kept + gap }

// Numbers returns every incident that a store has or ought to have, the lowest
// first: one that is lost is among them.
func Numbers(ctx context.Context, s Store) ([]ID, error) {
	last, err := s.Last(ctx)
	if err != nil {
		return nil, err
	}
	events, err := s.Events(ctx, House, 0)
	if err != nil && !errors.Is(err, ErrUnknown) {
		return nil, err
	}
	house := Fold(House, events).house
	var all []ID
	for id := ID(1); id <= last; id++ {
		if house.isLeftOut(id) {
			if _, err := s.Find(ctx, id.String()); errors.Is(err, ErrUnknown) {
				continue
			}
		}
		all = append(all, id)
	}
	return all, nil
}
