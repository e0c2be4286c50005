package templates_test

import (
	"strings"
	"testing"
	"time"

	"muster/templates"
	"muster/timeline"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

type told struct {
	at   time.Duration // after noon
	by   string
	fact timeline.Fact
}

func incident(all ...told) timeline.Incident {
	var events []timeline.Event
	var before timeline.Sum
	for n, f := range all {
		ev := timeline.Event{Incident: 7, Seq: n + 1, At: noon.Add(f.at), By: timeline.Person{ID: f.by}, Fact: f.fact}.Chained(before)
		events, before = append(events, ev), ev.Sum
	}
	return timeline.Fold(7, events)
}

var (
	declared = told{0, "U1", timeline.Declared{Title: "checkout is down", Severity: timeline.Sev1}}
	channel  = told{0, "", timeline.ChannelOpened{Channel: timeline.Channel{ID: "C1", Name: "inc-7"}}}
	m1       = timeline.Message{Channel: "C1", TS: "1.1"}
)

func captured(m timeline.Message, text string) told {
	return told{0, "", timeline.Captured{Message: m, Author: timeline.Person{ID: "U2"}, Text: text, At: noon, URL: "https://x/p1"}}
}

func TestPostmortemHoldsEachTaggedMessageOnce(t *testing.T) {
	for _, tags := range [][]timeline.Tag{
		{timeline.KeyEvent}, {timeline.CauseTag}, {timeline.FollowUp}, {timeline.CauseTag, timeline.FollowUp},
		{timeline.Finding, timeline.ActionTaken, timeline.CauseTag}, timeline.Tags,
	} {
		all := []told{declared, channel}
		for n, tag := range tags {
			all = append(all, told{0, "U1", timeline.Tagged{Message: m1, Tag: tag, Emoji: string(tag), When: string(rune('1' + n))}})
		}
		all = append(all, captured(m1, "the one and only text"))
		doc := templates.New().Postmortem(incident(all...))
		if n := strings.Count(doc, "the one and only text"); n != 1 {
			t.Errorf("with the tags %v it is there %d times:\n%s", tags, n, doc)
		}
	}
}

func TestPostmortemOverMidnightTellsTheDays(t *testing.T) {
	doc := templates.New().Postmortem(incident(declared, channel, told{13 * time.Hour, "U1", timeline.Resolved{Text: "over"}}))
	for _, want := range []string{"**2026-03-04 12:00**", "**2026-03-05 01:00**", "| Resolved | 2026-03-05 01:00 UTC | 13 h |"} {
		if !strings.Contains(doc, want) {
			t.Errorf("it does not tell %q:\n%s", want, doc)
		}
	}
}

// TestWhatChangedTellsTheDay looks back over a midnight: a time without its day would
// be read as one of the incident's own.
func TestWhatChangedTellsTheDay(t *testing.T) {
	doc := templates.New().Postmortem(incident(declared, channel, told{0, "", timeline.ChangesJudged{
		Looking:  timeline.Looking{From: noon.Add(-24 * time.Hour), Began: noon},
		Suspects: []timeline.Suspect{{Key: "1", Service: "checkout", Version: "v41", At: noon.Add(-13 * time.Hour)}, {Key: "2", Service: "checkout", Version: "v42", At: noon.Add(-time.Hour)}},
	}}))
	for _, want := range []string{"Looked at: 2026-03-03 12:00 to 12:00, when it began.", "| 2026-03-03 23:00 |", "| 11:00 |"} {
		if !strings.Contains(doc, want) {
			t.Errorf("it does not tell %q:\n%s", want, doc)
		}
	}
}

// TestTextCanNotBeginABlock writes texts where they begin a line.
func TestTextCanNotBeginABlock(t *testing.T) {
	for _, text := range []string{"# Root cause", "- a list", "1. one", "> said", "```", "---", "+ plus", "| a |"} {
		doc := templates.New().Postmortem(incident(declared, channel,
			told{0, "U1", timeline.Tagged{Message: m1, Tag: timeline.FollowUp, Emoji: "dart", When: "1"}},
			captured(m1, text), told{0, "U1", timeline.Resolved{Text: text}},
		))
		if strings.Contains(doc, "\n"+text) || strings.Contains(doc, "1. "+text) {
			t.Errorf("%q begins a block:\n%s", text, doc)
		}
	}
}

// TestTextStaysTextInMarkdown writes hostile texts where people's texts go, and
// looks for what they must not become.
func TestTextStaysTextInMarkdown(t *testing.T) {
	for _, tt := range []struct{ name, text, never string }{
		{"HTML", "<img src=x onerror=alert(1)>", "<img"},
		{"a closing tag", "</details>", "</details"},
		{"an entity", "&lt;script&gt;", "&lt;script&gt;"},
		{"a link", "[click](javascript:alert(1))", "](javascript"},
		{"an image", "![x](http://evil/x.png)", "](http://evil"},
		{"a reference", "a\n[x]: http://evil", "\n  [x]: http"},
		{"a heading", "a\n# Root cause", "\n  # "},
		{"a heading underlined", "a\n====", "\n  ===="},
		{"a list", "a\n- b", "\n  - b"},
		{"a numbered list", "a\n1. b", "\n  1. b"},
		{"a quote", "a\n> b", "\n  > b"},
		{"a span over lines", "`a\n`<img src=x>`", "`a"},
		{"a span over a mention", "` <@U9> `<script>x</script>`", "` @"},
		{"a backslash before a bracket", `a \<b>`, `a \&lt;`},
		{"a backslash before a backtick", "a \\` b", `a \&#96;`},
		{"a backslash before code", "\\`<b>x</b>`", "<b>"},
		{"a table", "x | y\n:--- | :---", "\n  :---"},
		{"a fence", "a\n```\nb", "\n  ```"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := templates.New().Postmortem(incident(declared, channel,
				told{0, "U1", timeline.Tagged{Message: m1, Tag: timeline.KeyEvent, Emoji: "pushpin", When: "1"}},
				captured(m1, tt.text),
				told{0, "U1", timeline.Noted{Text: tt.text}},
				told{0, "U1", timeline.Resolved{Text: tt.text}},
				told{0, "", timeline.Introduced{Person: timeline.Person{ID: "U1", Name: tt.text}}},
			))
			if strings.Contains(doc, tt.never) {
				t.Errorf("%q became %q:\n%s", tt.text, tt.never, doc)
			}
		})
	}
}

func TestOrdinaryTextIsKeptToTheLetter(t *testing.T) {
	for _, text := range []string{
		"SHOW PROCESSLIST: 180 rows \"Waiting\", `create table if not exists`, 50% -> 3 min_max *bold* (see #12)",
		"Größe, naïve, 日本語, 🔥, a & b, x|y, 5 > 3",
	} {
		doc := templates.New().Postmortem(incident(declared, channel,
			told{0, "U1", timeline.Tagged{Message: m1, Tag: timeline.KeyEvent, Emoji: "pushpin", When: "1"}}, captured(m1, text)))
		if strings.Count(doc, text) != 1 {
			t.Errorf("%q is not in it as it was said:\n%s", text, doc)
		}
	}
}

func TestNextUpdate(t *testing.T) {
	texts := templates.New()
	texts.Cadence = func(s timeline.Severity) time.Duration { return time.Duration(s) * time.Hour }
	updated := told{30 * time.Minute, "U1", timeline.Updated{Text: "x"}}
	for _, tt := range []struct {
		name string
		inc  timeline.Incident
		want time.Time
	}{
		{"after the declaration", incident(declared), noon.Add(time.Hour)},
		{"after an update", incident(declared, updated), noon.Add(90 * time.Minute)},
		{"at another severity", incident(declared, updated, told{0, "U1", timeline.SeverityChanged{To: timeline.Sev3}}), noon.Add(210 * time.Minute)},
		{"after the end", incident(declared, updated, told{0, "U1", timeline.Resolved{}}), time.Time{}},
	} {
		if got := texts.NextUpdate(tt.inc); !got.Equal(tt.want) {
			t.Errorf("%s it is due %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestMarksCanNotBeTyped(t *testing.T) {
	d := templates.Plain(func(id string) string { return "name of " + id })
	got := d.Write("ask <@U1> in " + templates.Room("C1", "inc-7") + ", see " + templates.Link("https://x", "this") + " <@u1> <@> <@U1")
	want := "ask @name of U1 in #inc-7, see this (https://x) <@u1> <@> <@U1"
	if got != want {
		t.Errorf("Write\n got %q\nwant %q", got, want)
	}
}
