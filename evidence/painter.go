package evidence

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"muster/chat"
	"muster/evidence/chart"
	"muster/quantity"
	"muster/templates"
	"muster/timeline"
)

// Painter draws metrics when somebody asks for them and, for the postmortem, the
// whole incident when it is over.
type Painter struct {
	Library Library
	Journal *timeline.Journal
	Chat    chat.Chat
	Texts   templates.Texts
	Team    *time.Location // nil for UTC
	// Keep keeps a picture of an incident and returns its path in the folder of
	// files; nil where none is kept.
	Keep func(id timeline.ID, kind string, content []byte) (path string, err error)
}

// Name is "painter".
func (Painter) Name() string { return "painter" }

// Urgency is that of answers.
func (Painter) Urgency() timeline.Urgency { return timeline.Room }

const draw = "draw-metrics"

// drawFor is how long metrics may take for a picture, and changes for its marks.
const (
	drawFor  = 15 * time.Second
	marksFor = 3 * time.Second
)

// drawing is what is to be drawn, and for whom.
type drawing struct {
	timeline.Asked
	To string `json:"to,omitempty"` // whose direct messages it goes to; empty for the incident's channel
	// AtEnd is when it is drawn of an incident that is over; zero where somebody asked.
	AtEnd time.Time `json:"at_end,omitzero"`
}

// React draws when somebody asks in an incident's channel, and some time after the
// end, when it is seen whether it holds.
func (p Painter) React(inc timeline.Incident, ev timeline.Event) (effects []timeline.Effect) {
	if inc.Channel.ID == "" {
		return nil
	}
	switch f := ev.Fact.(type) {
	case timeline.Asked:
		if f.For == timeline.Metrics {
			effects = append(effects, timeline.Do(draw, drawing{Asked: f}))
		}
	case timeline.Resolved:
		for _, about := range p.atEnd(inc) {
			d := drawing{Asked: timeline.Asked{For: timeline.Metrics, About: about}, AtEnd: ev.At.Add(pictureAfter)}
			e := timeline.Do(draw, d).OnObject("at the end " + about)
			e.NotUntil = d.AtEnd
			effects = append(effects, e)
		}
	}
	return effects
}

// atEndMost is how many pictures are drawn at the end by themselves.
const atEndMost = 4

// atEnd is of what an incident is drawn when it is over: of its service, and of what
// people asked for while it was on.
func (p Painter) atEnd(inc timeline.Incident) (all []string) {
	if len(p.Library.Of(inc.Service)) > 0 {
		all = append(all, inc.Service)
	}
	for _, ev := range inc.Events {
		f, ok := ev.Fact.(timeline.Asked)
		if !ok || f.For != timeline.Metrics || f.Query != "" || f.Over != "" || len(all) == atEndMost {
			continue
		}
		if about := cmp.Or(f.About, inc.Service); !slices.ContainsFunc(all, func(o string) bool { return strings.EqualFold(o, about) }) {
			all = append(all, about)
		}
	}
	return all
}

// Owe owes it to draw for somebody outside of any incident, once for a request.
func (p Painter) Owe(ctx context.Context, request, person string, f timeline.Asked) error {
	return p.Journal.Owe(ctx, timeline.House, request, p, timeline.Do(draw, drawing{Asked: f, To: person}).OnObject(request))
}

// Deliver draws, and shares the picture with its figures in words.
func (p Painter) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var d drawing
	if e.Do != draw {
		return nil, unknownOrder(e)
	}
	if err := e.Read(&d); err != nil {
		return nil, err
	}
	if !d.AtEnd.IsZero() && !d.AtEnd.Equal(inc.Resolved.Add(pictureAfter)) {
		return nil, nil // it was taken up again
	}
	to := cmp.Or(d.To, inc.Channel.ID)
	if to == "" && d.AtEnd.IsZero() {
		return nil, nil // nobody would see it: the channel was archived meanwhile
	}
	title := p.title(inc, d, e)
	if e.Doubt && to != "" {
		url, ok, err := p.Chat.FindShared(ctx, to, title, e.Since.Add(-2*time.Minute))
		if err != nil {
			return nil, err
		}
		if ok {
			return p.found(ctx, inc, d, title, url), nil
		}
	}
	facts, err := p.draw(ctx, inc, d, e, title)
	switch since := cmp.Or(d.AtEnd, e.Since); {
	case err == nil || p.Library.Now().Sub(since) < drawMost:
		return facts, err
	case !d.AtEnd.IsZero():
		return nil, nil // nobody asked for it
	}
	return nil, timeline.Refusal(err) // by now nobody waits for it, and others do
}

// drawMost is for how long a picture is tried.
const drawMost = 10 * time.Minute

// title is the name of a picture, by which it is found after doubt: it says of
// what it is and when it was asked for, to the second.
func (p Painter) title(inc timeline.Incident, d drawing, e timeline.Effect) string {
	w := p.wish(inc, d)
	return fmt.Sprintf("%s, %s", w.Title, e.Since.In(w.Zone).Format("2 Jan 2006 15:04:05"))
}

// found is a picture that an earlier try has shared. It is drawn once more, to be
// kept for the postmortem; where that fails its link has to do.
func (p Painter) found(ctx context.Context, inc timeline.Incident, d drawing, title, url string) []timeline.Fact {
	picture, png, _, err := p.paint(ctx, p.wish(inc, d))
	if err != nil {
		return p.drawn(inc, title, title, url)
	}
	return p.kept(inc, png, p.drawn(inc, picture.Title, chat.Clip(Words(p.Texts, picture, " "), wordsMost), url))
}

// draw draws, and shares it.
func (p Painter) draw(ctx context.Context, inc timeline.Incident, d drawing, e timeline.Effect, title string) ([]timeline.Fact, error) {
	to, w, byItself := cmp.Or(d.To, inc.Channel.ID), p.wish(inc, d), !d.AtEnd.IsZero()
	switch {
	case len(w.SLIs) == 0 && byItself:
		return nil, nil // it is measured no more
	case len(w.SLIs) == 0:
		return nil, p.say(ctx, to, e, p.Texts.T("metrics.not these", cmp.Or(d.About, inc.Service), p.Texts.List(p.Library.Titles(nil))))
	}
	picture, png, silent, err := p.paint(ctx, w)
	if errors.Is(err, ErrNoSamples) && !byItself {
		return nil, p.say(ctx, to, e, p.Texts.T("metrics.failed", silentWords(silent)))
	}
	if err != nil {
		return nil, err
	}
	url, err := p.share(ctx, to, d, chat.File{
		Name: fileName(picture.Title) + ".png", Title: title, Content: string(png), Alt: Words(p.Texts, picture, " "),
		Comment: p.comment(picture, silent),
	})
	if err != nil {
		return nil, err
	}
	return p.kept(inc, png, p.drawn(inc, picture.Title, chat.Clip(Words(p.Texts, picture, " "), wordsMost), url)), nil
}

// paint asks for what is wished for and draws it, in its turn.
func (p Painter) paint(ctx context.Context, w Wish) (picture chart.Picture, png []byte, silent []Silent, err error) {
	end, err := p.Library.turn()
	if err != nil {
		return picture, nil, nil, err
	}
	defer end()
	short, cancel := context.WithTimeout(ctx, drawFor)
	defer cancel()
	if picture, silent, err = p.Library.Picture(short, w, p.Texts); err != nil {
		return picture, nil, silent, err
	}
	if png, err = picture.PNG(); err != nil {
		err = timeline.Refusal(err)
	}
	return picture, png, silent, err
}

// share shares a picture. One that is drawn by itself is for the postmortem, and is
// kept for it also where the channel is archived.
func (p Painter) share(ctx context.Context, to string, d drawing, f chat.File) (url string, err error) {
	if to == "" {
		return "", nil
	}
	url, err = p.Chat.Share(ctx, to, f)
	if timeline.IsRefusal(err) && !d.AtEnd.IsZero() {
		return "", nil
	}
	return url, err
}

// kept keeps a picture that was drawn; where that fails its link has to do.
func (p Painter) kept(inc timeline.Incident, png []byte, facts []timeline.Fact) []timeline.Fact {
	for n, fact := range facts {
		f, ok := fact.(timeline.Drawn)
		if !ok || p.Keep == nil {
			continue
		}
		if path, err := p.Keep(inc.ID, "image/png", png); err == nil {
			f.Path = path
			facts[n] = f
		}
	}
	return facts
}

// wordsMost is how much of a picture in words is kept.
const wordsMost = 400

func (p Painter) drawn(inc timeline.Incident, title, words, url string) []timeline.Fact {
	if inc.ID == timeline.House {
		return nil
	}
	return []timeline.Fact{timeline.Drawn{Title: title, Words: words, URL: url}}
}

// say says what could not be drawn, once.
func (p Painter) say(ctx context.Context, to string, e timeline.Effect, text string) error {
	return chat.PostOnce(ctx, p.Chat, to, chat.Say(text), e)
}

// commentMost is how many characters of a picture in words are said with it.
const commentMost = 2500

// comment is what is said with a picture: its figures, and who did not answer.
func (p Painter) comment(picture chart.Picture, silent []Silent) string {
	text := chat.Clip(Words(p.Texts, picture, "\n"), commentMost)
	if len(silent) > 0 {
		text += "\n" + p.Texts.T("changes.silent", silentWords(silent))
	}
	return text
}

func silentWords(all []Silent) string {
	var words []string
	for _, s := range all {
		words = append(words, s.String())
	}
	return chat.Clip(strings.Join(words, "; "), 600)
}

// Words is a picture in words, for who does not see it: for each line the least,
// the most and the last, and what stands out.
func Words(t templates.Texts, p chart.Picture, between string) string {
	zone := zoneOf(p.Zone)
	all := []string{t.T("metrics.alt title", p.Title, p.Subtitle)}
	for _, panel := range p.Panels {
		for n, f := range panel.Figures() {
			if n == figuresMost {
				all = append(all, t.T("metrics.alt more", panel.Name, len(panel.Lines)-n))
				break
			}
			name := panel.Name
			if f.Line != "" && len(panel.Lines) > 1 {
				name += " (" + f.Line + ")"
			}
			if f.Samples == 0 {
				all = append(all, t.T("metrics.alt nothing", name))
				continue
			}
			text := t.T("metrics.alt", name, quantity.Text(f.Min, panel.Unit), quantity.Text(f.Max, panel.Unit), f.MaxAt.In(zone).Format("15:04"), quantity.Text(f.Last, panel.Unit))
			if f.Outside > 0 {
				text += " " + t.T("metrics.alt outside", f.FirstOutside.In(zone).Format("15:04"))
			}
			all = append(all, text)
		}
		if len(panel.Lines) == 0 {
			all = append(all, t.T("metrics.alt nothing", panel.Name))
		}
	}
	return strings.Join(all, between)
}

// figuresMost is how many lines of one panel are told in words.
const figuresMost = 4

// fileName is a title as the name of a file.
func fileName(title string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + ('a' - 'A')
		}
		return '-'
	}, chat.Clip(title, 60))
	for strings.Contains(name, "--") {
		name = strings.ReplaceAll(name, "--", "-")
	}
	return cmp.Or(strings.Trim(name, "-"), "metrics")
}

// ErrNoSamples is that nobody had anything to draw.
var ErrNoSamples = errors.New("there is nothing to draw")
