package redact

import (
	"context"
	"fmt"
	"log/slog"
)

// Log returns a log handler that redacts every message and every value before
// it hands them on.
func Log(to slog.Handler) slog.Handler { return handler{to} }

type handler struct{ to slog.Handler }

func (h handler) Enabled(ctx context.Context, l slog.Level) bool { return h.to.Enabled(ctx, l) }

func (h handler) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, Text(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(attr(a))
		return true
	})
	return h.to.Handle(ctx, clean)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(attrs))
	for n, a := range attrs {
		clean[n] = attr(a)
	}
	return handler{h.to.WithAttrs(clean)}
}

func (h handler) WithGroup(name string) slog.Handler { return handler{h.to.WithGroup(name)} }

func attr(a slog.Attr) slog.Attr {
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindString:
		return slog.String(a.Key, Text(v.String()))
	case slog.KindGroup:
		group := v.Group()
		clean := make([]any, len(group))
		for n, member := range group {
			clean[n] = attr(member)
		}
		return slog.Group(a.Key, clean...)
	case slog.KindAny:
		return slog.String(a.Key, Text(fmt.Sprint(v.Any())))
	default:
		return a
	}
}
