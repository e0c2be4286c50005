package documents

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"muster/document"
	"muster/timeline"
)

// Follower publishes the postmortem in one place, as it was approved last. Each
// place has a follower of its own, so that one that is away holds up no other.
type Follower struct {
	Target Target
	Lane   string // what effects are addressed to: "documents-github". It never changes
	// Inside is for a place that nobody reads but those who are in the incident's
	// channel: what is private, and drills, are published there as well.
	Inside bool
	// Document writes the postmortem of an incident.
	Document func(inc timeline.Incident) document.Document
}

// Name is what it is called by.
func (f Follower) Name() string { return f.Lane }

// Urgency is that of announcements.
func (Follower) Urgency() timeline.Urgency { return timeline.Announce }

const publish = "publish"

// React publishes what was approved: of several approvals the newest.
func (f Follower) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if _, ok := ev.Fact.(timeline.DraftApproved); !ok || !f.takes(inc) {
		return nil
	}
	return []timeline.Effect{timeline.Keep(publish)}
}

// takes reports whether the postmortem of an incident may be published there.
func (f Follower) takes(inc timeline.Incident) bool {
	if f.Inside {
		return inc.Channel.ID != "" // Slack takes nothing for a channel that is archived
	}
	return !inc.Private && !inc.Drill
}

// Deliver publishes, as of the approval: what was recorded since is not in it.
func (f Follower) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	draft := inc.Draft()
	switch {
	case e.Do != publish:
		return nil, timeline.Refusal(fmt.Errorf("this version of Muster does not know how to %q", e.Do))
	case draft.Approved == 0:
		return nil, timeline.Refusal(errors.New("nobody has approved it"))
	case f.Inside && inc.Channel.ID == "":
		return nil, timeline.Refusal(errors.New("the incident's channel was archived meanwhile; reopen the incident, or drop this"))
	case !f.takes(inc):
		return nil, timeline.Refusal(errors.New("the postmortem of this incident stays in its channel"))
	}
	what := timeline.PostmortemIn(f.Target.Name())
	made, err := f.Target.Publish(ctx, Publication{
		Incident: inc.ID, Key: keyOf(inc), Seq: draft.Approved, Name: inc.ID.String() + "-postmortem.md", Document: f.Document(inc.At(draft.Approved)),
		Channel: inc.Channel.ID, Ref: refOf(inc, what), By: cmp.Or(inc.Person(draft.By.ID).Name, draft.By.Name, draft.By.ID),
	})
	if err != nil {
		return nil, err
	}
	return []timeline.Fact{timeline.Linked{What: what, Ref: made.Ref, URL: made.URL}}, nil
}

// keyOf names an incident for ever; another of the same number, as after a backup
// was restored, has another.
func keyOf(inc timeline.Incident) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%v/%d", inc.ID, inc.Declared.UnixNano()))
	return "muster-" + hex.EncodeToString(sum[:8])
}

// refOf is where the postmortem was published before.
func refOf(inc timeline.Incident, what string) string {
	for _, l := range inc.Links {
		if l.What == what {
			return l.Ref
		}
	}
	return ""
}
