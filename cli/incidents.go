package cli

import (
	"context"
	"errors"
	"net/http"

	"muster/commands"
	"muster/timeline"
	"muster/web"
)

// Incidents serves machines that declare incidents.
func (i *Instance) Incidents() http.Handler {
	return web.Incidents(i.config.HTTP.Secret.Reveal(), i.report)
}

func (i *Instance) report(ctx context.Context, r web.Report) (web.Declared, error) {
	told, err := i.Bot.Report(ctx, commands.Report(r))
	if err != nil {
		return web.Declared{}, i.refused(err)
	}
	inc := told.Incident
	answer := web.Declared{Incident: inc.ID.String(), Again: told.Again, Warnings: told.Remarks}
	if inc.Channel.ID != "" && !inc.Private {
		answer.Channel, answer.URL = &inc.Channel.Name, i.Slack.Address(inc.Channel.ID)
	}
	for _, id := range told.Similar {
		answer.Similar = append(answer.Similar, id.String())
	}
	return answer, nil
}

// refused says what a report's failure means to the machine.
func (i *Instance) refused(err error) error {
	var wrong commands.Sorry
	var forbidden commands.Forbidden
	switch {
	case errors.As(err, &wrong):
		return web.Refusal{Status: http.StatusUnprocessableEntity, Text: wrong.Text}
	case errors.As(err, &forbidden):
		return web.Refusal{Status: http.StatusForbidden, Text: forbidden.Text}
	}
	i.Log.Error("a machine's incident is not declared", "err", err)
	text := "It is not known whether this is declared, because the store failed; Muster starts again. Send it again with the same key: it is declared once."
	switch {
	case errors.Is(err, timeline.ErrFull):
		text = "NOT declared: the disk that Muster writes to is full. Whoever runs Muster has to make room; then send it again with the same key."
	case errors.Is(err, timeline.ErrDamaged):
		text = "NOT declared: Muster's store is damaged and nothing is written to it. Whoever runs Muster puts a backup in place with muster restore; tell people by another way."
	}
	return web.Refusal{Status: http.StatusServiceUnavailable, Text: text}
}
