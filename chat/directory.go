package chat

import (
	"context"

	"muster/timeline"
)

// Directory is what is known of services. The room of an incident that hits one
// begins with it; the card follows. The zero Directory knows none.
type Directory struct {
	Has   func(service string) bool // a look into memory, and no more
	About func(ctx context.Context, inc timeline.Incident) (Message, error)
}

// introduces reports whether the room of an incident begins with its service.
func (d Directory) introduces(inc timeline.Incident) bool {
	return d.Has != nil && inc.Service != "" && d.Has(inc.Service)
}
