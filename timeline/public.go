package timeline

import (
	"fmt"
	"slices"
)

// The states of what stands on a public status page. An incident goes through
// them in this order.
const (
	PublicInvestigating = "investigating"
	PublicIdentified    = "identified"
	PublicMonitoring    = "monitoring"
	PublicResolved      = "resolved"
)

// PublicStates lists every state, in the order an incident goes through them.
var PublicStates = []string{PublicInvestigating, PublicIdentified, PublicMonitoring, PublicResolved}

// PublishAsked tells that the event's person has put words on the public status
// page: every one of them, as they were shown.
type PublishAsked struct {
	About      int      `json:"about,omitempty"` // the event whose words they are; 0 where they were typed
	Title      string   `json:"title"`
	Text       string   `json:"text"`
	State      string   `json:"state"`                // one of PublicStates
	Components []string `json:"components,omitempty"` // of the page, by name or ID
	As         string   `json:"as,omitempty"`         // what they show: "major_outage"
}

// Published tells that the public status page says it.
type Published struct {
	For     int      `json:"for"` // the event that asked for it
	Ref     string   `json:"ref"` // what the public incident is called there
	URL     string   `json:"url,omitempty"`
	State   string   `json:"state"`
	LeftOut []string `json:"left_out,omitempty"` // components that the page does not have
}

func (PublishAsked) kind() string { return "publish_asked" }
func (Published) kind() string    { return "published" }

func (f PublishAsked) String() string { return "asked to publish as " + f.State }
func (f Published) String() string    { return fmt.Sprintf("published as %s", f.State) }

// PublishAskedBy returns what an event has asked to publish.
func (inc Incident) PublishAskedBy(seq int) (PublishAsked, bool) {
	if seq < 1 || seq > len(inc.Events) {
		return PublishAsked{}, false
	}
	asked, ok := inc.Events[seq-1].Fact.(PublishAsked)
	return asked, ok
}

// LastPublishAsked returns what was asked last to publish, and the event; 0
// where nothing was.
func (inc Incident) LastPublishAsked() (PublishAsked, int) {
	asked, _ := inc.PublishAskedBy(inc.publishAsked)
	return asked, inc.publishAsked
}

// HasDropped reports whether what an event called for failed, and was left as it
// is.
func (inc Incident) HasDropped(seq int) bool {
	return slices.ContainsFunc(inc.Events, func(ev Event) bool {
		f, ok := ev.Fact.(Dropped)
		return ok && f.Effect.Seq == seq
	})
}
