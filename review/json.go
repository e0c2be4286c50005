package review

import (
	"encoding/json"
	"time"

	"muster/timeline"
)

// The shape in which others read a report. Its keys are a promise; the code may
// add some. Lists are never null, moments are in UTC, lengths of time are in whole
// seconds, and what there is not is null.
type (
	reportJSON struct {
		Week    string    `json:"week"`
		From    time.Time `json:"from"`
		To      time.Time `json:"to"`
		At      time.Time `json:"at"`
		Zone    string    `json:"zone"`
		SoFar   bool      `json:"so_far"`
		Quiet   bool      `json:"quiet"`
		Hidden  int       `json:"hidden"`
		Unseen  int       `json:"hidden_overdue"`
		Unread  int       `json:"unread"`
		Overdue []owed    `json:"overdue"`

		Unwritten []briefJSON    `json:"unwritten"`
		Worn      []loadJSON     `json:"worn"`
		Decided   []decisionJSON `json:"decided"`
		Incidents []briefJSON    `json:"incidents"`
		LeftOut   leftOutJSON    `json:"left_out"`
		Now       figuresJSON    `json:"now"`
		Before    figuresJSON    `json:"before"`
		Pages     pagesJSON      `json:"pages"`
		Repeats   []repeatJSON   `json:"repeats"`
		Pick      *pickJSON      `json:"pick"`
		Thanks    []thanksJSON   `json:"thanks"`
		Weeks     []barJSON      `json:"weeks"`
	}
	personJSON struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	briefJSON struct {
		Incident timeline.ID       `json:"incident"`
		Title    string            `json:"title"`
		Severity timeline.Severity `json:"severity"`
		Status   timeline.Status   `json:"status"`
		Service  string            `json:"service"`
		Private  bool              `json:"private"`
		Declared time.Time         `json:"declared_at"`
		Ended    *time.Time        `json:"ended_at"`
		Lasted   int64             `json:"lasted_s"`
		Reopened int               `json:"reopened"`
		EndedBy  string            `json:"ended_by"`
		Cause    string            `json:"cause"`
		Lead     *personJSON       `json:"lead"`
	}
	owed struct {
		Incident timeline.ID `json:"incident"`
		Title    string      `json:"title"`
		Private  bool        `json:"private"`
		N        int         `json:"n"`
		What     string      `json:"what"`
		DRI      *personJSON `json:"dri"`
		Due      string      `json:"due"`
		Days     int         `json:"days"`
		Ticket   string      `json:"ticket"`
		URL      string      `json:"url"`
	}
	loadJSON struct {
		Person personJSON `json:"person"`
		Roles  int        `json:"roles"`
		Weeks  int        `json:"weeks"`
		Pages  int        `json:"pages"`
		Nights int        `json:"at_night"`
		Share  float64    `json:"share_of_nights"`
	}
	decisionJSON struct {
		Week string      `json:"week"`
		Text string      `json:"text"`
		By   *personJSON `json:"by"`
		URL  string      `json:"url"`
		At   time.Time   `json:"at"`
		Done bool        `json:"done"`
		Last bool        `json:"last"`
	}
	leftOutJSON struct {
		Drills    int `json:"drills"`
		Merged    int `json:"merged"`
		Cancelled int `json:"cancelled"`
	}
	figuresJSON struct {
		Weeks      int                       `json:"weeks"`
		Incidents  int                       `json:"incidents"`
		BySeverity map[timeline.Severity]int `json:"by_severity"`
		Ack        spreadJSON                `json:"acknowledge"`
		FirstWord  spreadJSON                `json:"first_update"`
		Mitigated  spreadJSON                `json:"mitigate"`
		Resolved   spreadJSON                `json:"resolve"`
		Reopened   int                       `json:"reopened"`
	}
	spreadJSON struct {
		N      int    `json:"n"`
		Median *int64 `json:"median_s"`
		P90    *int64 `json:"p90_s"`
	}
	pagesJSON struct {
		Sent     int         `json:"sent"`
		Before   float64     `json:"before_per_week"`
		AtNight  int         `json:"at_night"`
		Alarms   int         `json:"alarms"`
		Judged   int         `json:"judged"`
		Noise    int         `json:"noise"`
		ByPerson []loadJSON  `json:"by_person"`
		Noisiest []alertJSON `json:"noisiest"`
	}
	alertJSON struct {
		Title   string `json:"title"`
		Service string `json:"service"`
		Pages   int    `json:"pages"`
		Noise   int    `json:"noise"`
	}
	repeatJSON struct {
		What      string        `json:"what"`
		Kind      string        `json:"kind"` // "service" or "cause"
		Times     int           `json:"times"`
		Days      int           `json:"days"`
		Incidents []timeline.ID `json:"incidents"`
		Late      []owed        `json:"overdue"`
	}
	pickJSON struct {
		briefJSON
		Why []Reason `json:"why"`
	}
	thanksJSON struct {
		Person personJSON `json:"person"`
		Roles  int        `json:"roles"`
		Nights int        `json:"at_night"`
		Done   int        `json:"follow_ups_done"`
	}
	barJSON struct {
		Week       string                    `json:"week"`
		BySeverity map[timeline.Severity]int `json:"by_severity"`
		Open       int                       `json:"follow_ups_open"`
		Overdue    int                       `json:"follow_ups_overdue"`
	}
)

// MarshalJSON implements [json.Marshaler]: the shape in which others read a report.
func (r Report) MarshalJSON() ([]byte, error) {
	out := reportJSON{
		Week: r.Week.String(), From: r.From.UTC(), To: r.To.UTC(), At: r.At.UTC(), Zone: r.Zone, SoFar: r.SoFar, Quiet: r.Quiet,
		Hidden: r.Hidden, Unseen: r.Unseen, Unread: r.Unread,
		Overdue: each(r.Overdue, owedJSON), Unwritten: each(r.Unwritten, briefOf), Worn: each(r.Worn, loadOf),
		Decided: each(r.Decided, func(d Decision) decisionJSON {
			return decisionJSON{d.Week, d.Text, personOf(d.By), d.URL, d.At.UTC(), d.Done, d.Last}
		}),
		Incidents: each(r.Incidents, briefOf), LeftOut: leftOutJSON(r.LeftOut), Now: figuresOf(r.Now), Before: figuresOf(r.Before),
		Pages: pagesJSON{
			r.Pages.Sent, r.Pages.Before, r.Pages.AtNight, r.Pages.Alarms, r.Pages.Judged, r.Pages.Noise, each(r.Pages.ByPerson, loadOf),
			each(r.Pages.Noisiest, func(a Alert) alertJSON { return alertJSON(a) }),
		},
		Repeats: each(r.Repeats, repeatOf),
		Thanks: each(r.Thanks, func(t Thanks) thanksJSON {
			return thanksJSON{*personOf(t.Person), t.Roles, t.Nights, t.Done}
		}),
		Weeks: each(r.Weeks, func(b Bar) barJSON {
			return barJSON{b.Week.String(), allSeverities(b.BySeverity), b.Open, b.Overdue}
		}),
	}
	if r.Pick != nil {
		out.Pick = &pickJSON{briefOf(r.Pick.Brief), r.Pick.Why}
	}
	return json.Marshal(out)
}

// each turns a list into another, which is never nil.
func each[A, B any](list []A, how func(A) B) []B {
	out := make([]B, len(list))
	for i, one := range list {
		out[i] = how(one)
	}
	return out
}

// personOf is nil for nobody.
func personOf(p timeline.Person) *personJSON {
	if p == (timeline.Person{}) {
		return nil
	}
	return &personJSON{p.ID, p.Name}
}

func briefOf(b Brief) briefJSON {
	out := briefJSON{
		Incident: b.ID, Title: b.Title, Severity: b.Severity, Status: b.Status, Service: b.Service, Private: b.Private, Declared: b.Declared.UTC(),
		Lasted: seconds(b.Lasted), Reopened: b.Reopened, EndedBy: b.EndedBy, Cause: b.Cause, Lead: personOf(b.Lead),
	}
	if !b.Ended.IsZero() {
		ended := b.Ended.UTC()
		out.Ended = &ended
	}
	return out
}

func owedJSON(o Owed) owed {
	a := o.Action
	return owed{o.Incident, o.Title, o.Private, a.N, a.What, personOf(a.DRI), a.Due, o.Days, a.Ticket.Ref, a.Ticket.URL}
}

func loadOf(l Load) loadJSON {
	return loadJSON{personJSON{l.Person.ID, l.Person.Name}, l.Roles, l.Weeks, l.Pages, l.Nights, l.Share}
}

func repeatOf(r Repeat) repeatJSON {
	kind := "service"
	if r.IsCause {
		kind = "cause"
	}
	return repeatJSON{r.What, kind, r.Times, r.Days, r.Incidents, each(r.Late, owedJSON)}
}

func figuresOf(f Figures) figuresJSON {
	return figuresJSON{f.Weeks, f.Incidents, allSeverities(f.BySeverity), spreadOf(f.Ack), spreadOf(f.FirstWord), spreadOf(f.Mitigated), spreadOf(f.Resolved), f.Reopened}
}

// allSeverities has each severity, those too of which there was none.
func allSeverities(some map[timeline.Severity]int) map[timeline.Severity]int {
	all := map[timeline.Severity]int{}
	for _, s := range timeline.Severities {
		all[s] = some[s]
	}
	return all
}

func spreadOf(s Spread) spreadJSON {
	out := spreadJSON{N: s.N}
	if s.N > 0 {
		median := seconds(s.Median)
		out.Median = &median
	}
	if s.N >= FewestForP90 {
		most := seconds(s.P90)
		out.P90 = &most
	}
	return out
}

func seconds(d time.Duration) int64 { return int64(d.Round(time.Second) / time.Second) }
