package chat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"muster/timeline"
)

// skew is how far the chat's clock may be behind ours.
const skew = 2 * time.Minute

// PostOnce posts what an effect orders, or adopts what an earlier try has
// posted. Where there is no place any more, as once an incident's channel is
// archived, nobody would read it, and it is done.
func PostOnce(ctx context.Context, c Chat, to string, m Message, e timeline.Effect) error {
	if to == "" {
		return nil
	}
	_, _, err := PostOrAdopt(ctx, c, to, m, e, timeline.Message{})
	return err
}

// PostOrAdopt is PostOnce for a message that has to be known afterwards. It
// never adopts the one that is known to be gone.
func PostOrAdopt(ctx context.Context, c Chat, to string, m Message, e timeline.Effect, gone timeline.Message) (at timeline.Message, adopted bool, err error) {
	m.Key = e.Key()
	if e.Doubt {
		at, adopted, err = c.FindPost(ctx, to, m.Thread, m.Key, e.Since.Add(-skew))
		if err != nil || adopted && at != gone {
			return at, adopted, err
		}
	}
	at, err = c.Post(ctx, to, m)
	return at, false, err
}

// shareOnce shares the file that an effect orders, unless an earlier try did: it is
// looked for by its title, which is therefore the same in every language.
func shareOnce(ctx context.Context, c Chat, to string, f File, e timeline.Effect) error {
	if e.Doubt {
		if _, shared, err := c.FindShared(ctx, to, f.Title, e.Since.Add(-skew)); shared || err != nil {
			return err
		}
	}
	_, err := c.Share(ctx, to, f)
	return err
}

func unknownOrder(e timeline.Effect) error {
	return timeline.Refusal(fmt.Errorf("this version of Muster does not know how to %q", e.Do))
}

// post is a message that is kept current in place.
type post struct {
	what string
	to   string
	m    Message
}

// keepPost edits a message, or posts it where there is none and a place for it.
func keepPost(ctx context.Context, c Chat, inc timeline.Incident, e timeline.Effect, p post) ([]timeline.Fact, error) {
	p.m.Key = e.Key()
	known, ok := inc.Post(p.what)
	if ok {
		err := c.Edit(ctx, known.Message, p.m)
		if !errors.Is(err, ErrGone) {
			return nil, err
		}
		e.Doubt = e.Doubt || e.Tries > 1 // a new one may have been posted by an earlier try
	}
	if p.to == "" {
		return nil, nil
	}
	at, adopted, err := PostOrAdopt(ctx, c, p.to, p.m, e, known.Message)
	if err == nil && adopted {
		err = c.Edit(ctx, at, p.m) // it is as it was when it was posted
	}
	if errors.Is(err, ErrGone) {
		at, err = c.Post(ctx, p.to, p.m) // it went meanwhile
	}
	if err != nil {
		return nil, err
	}
	return []timeline.Fact{timeline.Posted{What: p.what, Message: at}}, nil
}
