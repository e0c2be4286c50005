package chat

import (
	"cmp"
	"context"
	"time"

	"muster/review"
	"muster/templates"
	"muster/timeline"
)

// Reviewer posts the weekly review and writes down what is decided in its thread.
// It is owed its effects by whoever looks at the calendar, and by those who press
// a button or tag a message.
type Reviewer struct {
	Chat    Chat
	Journal *timeline.Journal
	Texts   templates.Texts
	Channel string // by name, without the #; empty for nowhere
	// Report is the review of a week as somebody may see it; for nobody, as
	// everybody may.
	Report func(ctx context.Context, week, person string) (review.Report, error)
	// File is the review as a document.
	File func(r review.Report) (content string)
	// Picture is the weeks at a glance as a PNG, and in words.
	Picture func(r review.Report) (png []byte, alt string, err error)
}

// Name is "reviewer".
func (*Reviewer) Name() string { return "reviewer" }

// Urgency is that of announcements.
func (*Reviewer) Urgency() timeline.Urgency { return timeline.Announce }

const (
	postReview   = "post-review"
	attachReview = "attach-review"
	drawReview   = "draw-review"
	lookAtTag    = "look-at-tag"
	confirm      = "confirm-decision"
)

// reviewed is which week is to be reviewed, until when that is news, and who
// wants to see it.
type reviewed struct {
	Week   string    `json:"week"`
	Until  time.Time `json:"until,omitzero"`
	Person string    `json:"person,omitempty"`
}

// React adds to a review that was posted what belongs to it, and confirms a
// decision once it was read.
func (*Reviewer) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	if inc.ID != timeline.House {
		return nil
	}
	switch f := ev.Fact.(type) {
	case timeline.ReviewPosted:
		week := reviewed{Week: f.Week}
		return []timeline.Effect{timeline.Do(attachReview, week), timeline.Do(drawReview, week)}
	case timeline.Captured:
		return []timeline.Effect{timeline.Do(confirm, decided{f.Message, ev.By.ID}).OnObject(f.Message.String())}
	}
	return nil
}

// Owe owes it to post the review of a week, once; not after a moment, unless that
// is zero. It is [timeline.ErrRepeated] where that is owed already.
func (r *Reviewer) Owe(ctx context.Context, week string, until time.Time) error {
	return r.Journal.Owe(ctx, timeline.House, "review "+week, r, timeline.Do(postReview, reviewed{Week: week, Until: until}).OnObject(week))
}

// Post owes it to post the review of a week as somebody asks for, once for a request.
func (r *Reviewer) Post(ctx context.Context, request, week string) error {
	return r.Journal.Owe(ctx, timeline.House, request, r, timeline.Do(postReview, reviewed{Week: week}).OnObject(request))
}

// Show owes somebody the picture of a review, in a direct message, once for a
// request.
func (r *Reviewer) Show(ctx context.Context, request, person, week string) error {
	return r.Journal.Owe(ctx, timeline.House, request, r, timeline.Do(drawReview, reviewed{Week: week, Person: person}).OnObject(request))
}

// Deliver posts, adds or looks.
func (r *Reviewer) Deliver(ctx context.Context, house timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	switch e.Do {
	case lookAtTag:
		var t tagged
		if err := e.Read(&t); err != nil {
			return nil, err
		}
		return nil, r.look(ctx, house, t, e)
	case confirm:
		var d decided
		if err := e.Read(&d); err != nil {
			return nil, err
		}
		return nil, r.confirm(ctx, house, d)
	}
	var what reviewed
	if err := e.Read(&what); err != nil {
		return nil, err
	}
	posted, isPosted := house.Review(what.Week)
	switch e.Do {
	case postReview:
		if isPosted {
			return nil, nil
		}
		return r.post(ctx, what, e)
	case attachReview:
		return nil, r.attach(ctx, what, posted, e)
	case drawReview:
		return nil, r.draw(ctx, what, posted, e)
	}
	return nil, unknownOrder(e)
}

func (r *Reviewer) post(ctx context.Context, what reviewed, e timeline.Effect) ([]timeline.Fact, error) {
	isLate := !what.Until.IsZero() && r.Journal.Now().After(what.Until)
	if isLate && !e.Doubt {
		return nil, nil
	}
	channel, err := r.Chat.ChannelNamed(ctx, r.Channel)
	if err != nil {
		return nil, err
	}
	if isLate {
		at, found, err := r.Chat.FindPost(ctx, channel.ID, "", e.Key(), e.Since.Add(-skew))
		if !found || err != nil {
			return nil, err
		}
		return r.posted(ctx, what.Week, at), nil
	}
	report, err := r.Report(ctx, what.Week, "")
	if err != nil {
		return nil, err
	}
	m, whole := ReviewSaid(r.Texts, report, ReviewMost)
	m = r.closed(m, report, whole)
	at, _, err := PostOrAdopt(ctx, r.Chat, channel.ID, m, e, timeline.Message{})
	if err != nil {
		return nil, err
	}
	return r.posted(ctx, what.Week, at), nil
}

func (r *Reviewer) posted(ctx context.Context, week string, at timeline.Message) []timeline.Fact {
	said, _ := r.Chat.Read(ctx, at) // the review stands, with or without its link
	return []timeline.Fact{timeline.ReviewPosted{Week: week, Message: at, URL: said.URL}}
}

// closed is the message with what it does not hold, and what its thread is for.
func (r *Reviewer) closed(m Message, report review.Report, whole bool) Message {
	if report.Quiet {
		return m // in two lines
	}
	end := r.Texts.T("reviewing.thread")
	if !whole {
		end = r.Texts.T("reviewing.rest in thread") + " " + end
	}
	m.Text, m.Parts = m.Text+"\n\n"+end, append(m.Parts, Small{end})
	return m
}

// attach puts the whole of a review into its thread where the message could not
// hold it.
func (r *Reviewer) attach(ctx context.Context, what reviewed, posted timeline.ReviewPosted, e timeline.Effect) error {
	report, err := r.Report(ctx, what.Week, "")
	if err != nil {
		return err
	}
	if _, whole := ReviewSaid(r.Texts, report, ReviewMost); whole || r.File == nil {
		return nil
	}
	return shareOnce(ctx, r.Chat, posted.Message.Channel, File{
		Name: "review-" + what.Week + ".md", Title: "Review " + what.Week, Comment: r.Texts.T("reviewing.whole"),
		Content: r.File(report), Thread: posted.Message.TS,
	}, e)
}

// draw puts the picture into a review's thread, or sends it to who asked.
func (r *Reviewer) draw(ctx context.Context, what reviewed, posted timeline.ReviewPosted, e timeline.Effect) error {
	report, err := r.Report(ctx, what.Week, what.Person)
	if err != nil {
		return err
	}
	if r.Picture == nil || report.Quiet && what.Person == "" {
		return nil
	}
	png, alt, err := r.Picture(report)
	if err != nil {
		return timeline.Refusal(err)
	}
	f := File{Name: "review-" + what.Week + ".png", Title: "Weeks up to " + what.Week, Alt: alt, Comment: r.Texts.T("reviewing.picture", what.Week), Content: string(png)}
	if what.Person == "" {
		f.Thread = posted.Message.TS
	} else {
		f.Title += e.Since.UTC().Format(", 2 Jan 2006 15:04:05") // each asking gets its own
	}
	return shareOnce(ctx, r.Chat, cmp.Or(what.Person, posted.Message.Channel), f, e)
}
