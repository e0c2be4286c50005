package chat

import (
	"cmp"
	"context"
	"fmt"

	"muster/templates"
	"muster/timeline"
)

// pageSaid is [Spoken] for what becomes of pages.
func pageSaid(t templates.Texts, inc timeline.Incident, ev timeline.Event) (Message, bool) {
	switch f := ev.Fact.(type) {
	case timeline.Paged:
		return Say(t.T("said.paged in place", t.PagedWords(f))), f.InPlaceOf != (timeline.Person{})
	case timeline.PageUnanswered:
		return Say(unansweredSaid(t, inc, f)).With(ackButton(t, inc)), true
	case timeline.PageEscalated:
		return Say(t.T("said.page further", pageName(t, inc, f.For), cmp.Or(t.Names(f.People, f.To), t.T("page.somebody else")))).With(ackButton(t, inc)), inc.IsPageNews(ev.Seq)
	case timeline.PageAnswered:
		return Say(t.T("said.page answered", t.PersonOr(f.By), pageName(t, inc, f.For))), inc.IsPageNews(ev.Seq)
	case timeline.PageLapsed:
		return Say(t.T("said.page lapsed", pageName(t, inc, f.For))).With(ackButton(t, inc)), true
	case timeline.PageEnded:
		return Say(t.T("said.page ended", t.PersonOr(f.By), pageName(t, inc, f.For))), true
	}
	return Message{}, false
}

func pageName(t templates.Texts, inc timeline.Incident, seq int) string {
	p, _ := inc.PageFor(seq)
	return t.PageName(p.Paged)
}

// unansweredSaid calls out the commander: somebody has to do something about it.
func unansweredSaid(t templates.Texts, inc timeline.Incident, f timeline.PageUnanswered) string {
	if c := inc.Holder(timeline.Commander); c.ID != "" {
		return t.T("said.page unanswered commander", pageName(t, inc, f.For), t.Unanswered(f), templates.Person(c.ID))
	}
	return t.T("said.page unanswered", pageName(t, inc, f.For), t.Unanswered(f))
}

func ackButton(t templates.Texts, inc timeline.Incident) Button {
	return Button{Label: t.T("button.ack"), Command: "ack " + inc.ID.String()}
}

// notedThere tells what somebody wrote down in another place.
func notedThere(t templates.Texts, by timeline.Person, f timeline.Noted) (Message, bool) {
	if f.Source == "" {
		return Message{}, false // it was written here, and the room has seen it
	}
	if by.ID == "" {
		return Say(t.T("said.noted there by nobody", f.Source, f.Text)), true
	}
	return Say(t.T("said.noted there", templates.Person(by.ID), f.Source, f.Text)), true
}

// PageSurvey asks whoever was paged, once and when it is over, how good the page
// was. What they say goes into the weekly review.
type PageSurvey struct {
	Chat  Chat
	Texts templates.Texts
}

// Name is "page-survey".
func (PageSurvey) Name() string { return "page-survey" }

// Urgency is that of announcements.
func (PageSurvey) Urgency() timeline.Urgency { return timeline.Announce }

const ask = "ask"

// React asks everybody whom a page woke: who acknowledged it, else who was paged.
func (PageSurvey) React(inc timeline.Incident, ev timeline.Event) []timeline.Effect {
	switch ev.Fact.(type) {
	case timeline.Resolved, timeline.Closed, timeline.Cancelled, timeline.Merged:
	default:
		return nil
	}
	if inc.Drill {
		return nil
	}
	var all []timeline.Effect
	for _, p := range inc.Pages {
		for _, who := range p.Woke() {
			of := surveyOf(p.For, who.ID)
			if _, times := inc.RemindedOf(of); times == 0 {
				all = append(all, timeline.Do(ask, question{p.For, who.ID}).OnObject(of))
			}
		}
	}
	return all
}

// question is which page is asked about, and who is.
type question struct {
	For int    `json:"for"`
	Who string `json:"who"`
}

func surveyOf(page int, who string) string {
	return fmt.Sprintf("%s%d %s", timeline.PageDue, page, who)
}

// Deliver asks in a direct message. Of a private incident only those inside are.
func (s PageSurvey) Deliver(ctx context.Context, inc timeline.Incident, e timeline.Effect) ([]timeline.Fact, error) {
	var q question
	if e.Do == askAlarm {
		return nil, s.askAlarm(ctx, e)
	}
	if e.Do != ask {
		return nil, unknownOrder(e)
	}
	if err := e.Read(&q); err != nil {
		return nil, err
	}
	p, ok := inc.PageFor(q.For)
	_, times := inc.RemindedOf(surveyOf(q.For, q.Who))
	if !ok || times > 0 || !inc.IsOpenTo(q.Who) {
		return nil, nil
	}
	m := Say(s.Texts.T("judge.ask", s.Texts.PageName(p.Paged), inc.ID, inc.Title))
	var buttons []Button
	for _, v := range timeline.Verdicts {
		buttons = append(buttons, Button{Label: s.Texts.T("verdict." + string(v)), Command: fmt.Sprintf("judge %v %d %s", inc.ID, q.For, v)})
	}
	if err := PostOnce(ctx, s.Chat, q.Who, m.With(buttons...), e); err != nil {
		return nil, err
	}
	return []timeline.Fact{timeline.Reminded{Of: surveyOf(q.For, q.Who)}}, nil
}

const askAlarm = "ask-alarm"

// alarmQuestion is which alarm is asked about, and who is.
type alarmQuestion struct {
	Alarm Alarm  `json:"alarm"`
	Who   string `json:"who"`
}

// About is the order to ask somebody about an alarm that became no incident.
func (PageSurvey) About(a Alarm, who string) timeline.Effect {
	return timeline.Do(askAlarm, alarmQuestion{a, who}).OnObject(a.ID + " " + who)
}

func (s PageSurvey) askAlarm(ctx context.Context, e timeline.Effect) error {
	var q alarmQuestion
	if err := e.Read(&q); err != nil {
		return err
	}
	m := Say(s.Texts.T("judge.ask alarm", templates.Link(q.Alarm.URL, "PagerDuty "+q.Alarm.Ref), q.Alarm.Title))
	var buttons []Button
	for _, v := range timeline.Verdicts {
		buttons = append(buttons, Button{Label: s.Texts.T("verdict." + string(v)), Command: q.Alarm.judgement(v)})
	}
	return PostOnce(ctx, s.Chat, q.Who, m.With(buttons...), e)
}

// judgement is what says how good the page of an alarm was.
func (a Alarm) judgement(v timeline.Verdict) string {
	return fmt.Sprintf("judge-alarm %s %s %s | %s | %s", a.ID, a.Ref, v, a.Service, Clip(a.Title, alarmTitleMost))
}
