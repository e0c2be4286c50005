package commands

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"muster/chat"
	"muster/policy"
	"muster/timeline"
)

// Report is what a machine declares.
type Report struct {
	Key      string // names the alarm for ever: sent again, it is the same incident
	Title    string
	Severity string // "sev2"; the usual one where it is empty
	Service  string
	Text     string // what the machine saw
	URL      string // where to look
	Drill    bool
	Private  bool
}

// Reported is what became of a report.
type Reported struct {
	Incident timeline.Incident
	Again    bool          // it was declared before
	Similar  []timeline.ID // open incidents of the same title that were declared a moment before
	Remarks  []string      // what was taken otherwise than it was written
}

// Forbidden is the answer to what the caller has no right to do.
type Forbidden struct{ Text string }

func (f Forbidden) Error() string { return f.Text }

// keyMost is how many characters a machine's key may have.
const keyMost = 200

// alert is what a machine's link leads to.
const alert = "alert"

// Report declares an incident for a machine, once for each key. Nobody is its
// commander: the card asks for one.
func (d Desk) Report(ctx context.Context, r Report) (Reported, error) {
	if why := policy.Judge(policy.Machine, policy.Declare, policy.Anywhere); why != policy.Fine {
		return Reported{}, Forbidden{d.Texts.T("refused."+string(why), "declare", d.Slash)}
	}
	facts, remarks, err := d.factsOf(r)
	if err != nil {
		return Reported{}, err
	}
	source := "http/" + r.Key
	if known, err := d.Journal.Named(ctx, source); !errors.Is(err, timeline.ErrUnknown) {
		return Reported{Incident: known, Again: true, Remarks: remarks}, err
	}
	var similar []timeline.ID
	inc, err := d.Journal.Declare(ctx, timeline.Cause{Request: source}, func(open []timeline.Incident) ([]timeline.Fact, error) {
		if _, err := d.Journal.Store.Find(ctx, source); !errors.Is(err, timeline.ErrUnknown) {
			return nil, errors.Join(timeline.ErrRepeated, err) // another call was faster
		}
		similar = d.similar(open, facts[0].(timeline.Declared).Title)
		return facts, nil
	})
	if errors.Is(err, timeline.ErrRepeated) || errors.Is(err, timeline.ErrTaken) {
		known, err := d.Journal.Named(ctx, source)
		return Reported{Incident: known, Again: true, Remarks: remarks}, err
	}
	return Reported{Incident: inc, Similar: similar, Remarks: remarks}, err
}

// similar lists the open incidents of the same title that were declared a moment
// ago. No machine hears of private ones.
func (d Desk) similar(open []timeline.Incident, title string) []timeline.ID {
	var ids []timeline.ID
	for _, o := range open {
		if !o.Private && d.Journal.Now().Sub(o.Declared) <= twice && sameTitle(o.Title, title) {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// factsOf reads a report, and tells what of it is taken otherwise than it was
// written: an alarm is not lost for being long.
func (d Desk) factsOf(r Report) (facts []timeline.Fact, remarks []string, err error) {
	declared := timeline.Declared{
		Title: machineLine(r.Title), Severity: defaultSeverity, Service: d.service(machineLine(r.Service)),
		Private: r.Private, Drill: r.Drill, Source: "http/" + r.Key,
	}
	if err := d.readable(r); err != nil {
		return nil, nil, err
	}
	if r.Severity != "" {
		declared.Severity, _ = timeline.ParseSeverity(strings.TrimSpace(r.Severity)) // it was read before
	}
	if _, known := d.Directory[declared.Service]; !known && declared.Service != "" && len(d.Directory) > 0 {
		remarks = append(remarks, d.unknownService(declared.Service))
	}
	text := MachineText(r.Text)
	for _, cut := range []struct {
		what string
		text *string
		most int
	}{{"title", &declared.Title, titleMost}, {"service", &declared.Service, serviceMost}, {"text", &text, textMost}} {
		if short := chat.Clip(*cut.text, cut.most); short != *cut.text {
			*cut.text, remarks = short, append(remarks, d.Texts.T("report.cut", cut.what, cut.most))
		}
	}
	facts = []timeline.Fact{declared}
	if r.Private {
		facts = append(facts, d.insiders(declared.Service)...)
	}
	if text != "" {
		facts = append(facts, timeline.Noted{Text: text})
	}
	if r.URL != "" {
		facts = append(facts, timeline.Linked{What: alert, Ref: r.Key, URL: chat.Clean(r.URL)})
	}
	return facts, remarks, nil
}

// readable refuses a report that can not be meant.
func (d Desk) readable(r Report) error {
	wrong := func(key string, args ...any) error { return Sorry{Text: d.Texts.T("report."+key, args...)} }
	switch {
	case r.Key == "":
		return wrong("no key")
	case len([]rune(r.Key)) > keyMost || machineLine(r.Key) != r.Key:
		return wrong("wrong key", keyMost)
	case machineLine(r.Title) == "":
		return wrong("no title")
	case r.URL != "" && !isWeb(r.URL):
		return wrong("wrong url", chat.Clip(chat.Clean(r.URL), 100))
	case r.Private && len(d.insiders(d.service(machineLine(r.Service)))) == 0:
		return wrong("private of nobody")
	}
	if _, err := timeline.ParseSeverity(strings.TrimSpace(r.Severity)); err != nil && r.Severity != "" {
		return wrong("wrong severity", chat.Clip(chat.CleanLine(r.Severity), 100))
	}
	return nil
}

// insiders lets in those who own a service: a private incident that no person
// declared needs somebody who may see it.
func (d Desk) insiders(service string) []timeline.Fact {
	var facts []timeline.Fact
	for _, owner := range d.Directory[service].Owners {
		if isPerson(owner) {
			facts = append(facts, timeline.AccessGranted{To: timeline.Person{ID: owner}})
		}
	}
	return facts
}

// MachineText is what a machine wrote as it may be kept: it mentions nobody.
func MachineText(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(chat.Clean(text), "<@", "< @"))
}

func machineLine(text string) string { return strings.Join(strings.Fields(MachineText(text)), " ") }

func isWeb(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}
