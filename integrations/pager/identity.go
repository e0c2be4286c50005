package pager

import (
	"context"
	"time"

	"muster/timeline"
)

// Who returns who someone is in the chat, and whether they are known there.
type Who func(ctx context.Context, r Responder) (timeline.Person, bool)

// knowFor is how long it may take to look up who somebody is in the chat: what
// is told of a page does not wait for it.
const knowFor = 2 * time.Second

// person is someone by the chat's ID or, where they are not known there, by the
// name alone.
func (w Who) person(ctx context.Context, r Responder) timeline.Person {
	if p, ok := w.known(ctx, r); ok {
		return p
	}
	return timeline.Person{Name: r.Name}
}

func (w Who) known(ctx context.Context, r Responder) (timeline.Person, bool) {
	if w == nil || r == (Responder{}) {
		return timeline.Person{}, false
	}
	ctx, cancel := context.WithTimeout(ctx, knowFor)
	defer cancel()
	p, ok := w(ctx, r)
	return timeline.Person{ID: p.ID}, ok && p.ID != "" // the name is looked up where it is needed
}

// settled is what there is to write down of a page for which nobody else need be
// woken: somebody has acknowledged it, or it is over.
func (w Who) settled(ctx context.Context, seq int, now State) []timeline.Fact {
	switch {
	case now.Over:
		return []timeline.Fact{timeline.PageEnded{For: seq}}
	case !now.Answered.IsZero():
		return []timeline.Fact{timeline.PageAnswered{For: seq, By: w.person(ctx, now.By)}}
	}
	return nil
}

// all are the names of some people, and those of them who are known in the chat.
func (w Who) all(ctx context.Context, some []Responder) (names []string, people []timeline.Person) {
	for _, r := range some {
		names = append(names, r.Name)
		if p, ok := w.known(ctx, r); ok {
			people = append(people, p)
		}
	}
	return names, people
}
