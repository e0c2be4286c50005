package bot

import (
	"context"

	"muster/commands"
)

// Report declares what a machine reports. It counts among the requests.
func (b *Bot) Report(ctx context.Context, r commands.Report) (commands.Reported, error) {
	began := b.now()
	told, err := b.Desk.Report(ctx, r)
	b.Meter.Handled("reported", err == nil, b.now().Sub(began))
	return told, err
}
