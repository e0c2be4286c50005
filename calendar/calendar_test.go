package calendar_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"muster/calendar"
)

var nine = time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)

// sound is an appointment with nothing odd about it.
func sound() calendar.Appointment {
	return calendar.Appointment{
		UID: "1f-INC-1@muster", Sequence: 2, Written: nine.Add(-time.Hour), Begin: nine.In(time.FixedZone("", 3600)), End: nine.Add(45 * time.Minute),
		Summary: "INC-1: checkout is down", Description: "1. What happened?\n2. Follow-ups; each with one person, and a day", URL: "https://demo.slack.com/archives/C1",
	}
}

// property is a line of a file: its name and its value, as they were written.
type property struct{ name, value string }

// read is a strict reader of RFC 5545: what the grammar does not have is an error.
func read(file string) (all []property, err error) {
	if !utf8.ValidString(file) {
		return nil, fmt.Errorf("it is no UTF-8")
	}
	body, ended := strings.CutSuffix(file, "\r\n")
	if !ended {
		return nil, fmt.Errorf("the last line has no end")
	}
	for n, line := range strings.Split(body, "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			return nil, fmt.Errorf("line %d has %d octets, or cuts a character: %q", n+1, len(line), line)
		}
		if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
			return nil, fmt.Errorf("line %d has a control character: %q", n+1, line)
		}
		if rest, goesOn := strings.CutPrefix(line, " "); goesOn {
			if len(all) == 0 || rest == "" {
				return nil, fmt.Errorf("line %d goes on with nothing: %q", n+1, line)
			}
			all[len(all)-1].value += rest
			continue
		}
		m := regexp.MustCompile(`^([A-Z-]+):(.*)$`).FindStringSubmatch(line)
		if m == nil {
			return nil, fmt.Errorf("line %d is no property: %q", n+1, line)
		}
		all = append(all, property{m[1], m[2]})
	}
	return all, nil
}

var oneText = regexp.MustCompile(`^(?:[^\\;,]|\\[\\;,n])*$`)

// plain reads a value of the kind TEXT.
func plain(value string) (string, error) {
	if !oneText.MatchString(value) {
		return "", fmt.Errorf("%q is not escaped", value)
	}
	return regexp.MustCompile(`\\.`).ReplaceAllStringFunc(value, func(m string) string {
		if m == `\n` {
			return "\n"
		}
		return m[1:]
	}), nil
}

func valueOf(all []property, name string) (values []string) {
	for _, p := range all {
		if p.name == name {
			values = append(values, p.value)
		}
	}
	return values
}

func TestAFileSaysAllAndNoMore(t *testing.T) {
	all, err := read(sound().File())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range all {
		got = append(got, p.name+":"+p.value)
	}
	want := []string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Muster//Meetings//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
		"BEGIN:VEVENT", "UID:1f-INC-1@muster", "SEQUENCE:2", "DTSTAMP:20261127T080000Z", "DTSTART:20261127T090000Z", "DTEND:20261127T094500Z",
		"SUMMARY:INC-1: checkout is down", `DESCRIPTION:1. What happened?\n2. Follow-ups\; each with one person\, and a day`, "CLASS:PUBLIC", "STATUS:CONFIRMED", "TRANSP:OPAQUE",
		"URL:https://demo.slack.com/archives/C1", "END:VEVENT", "END:VCALENDAR",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("it says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAnAddressIsOneOrIsLeftOut(t *testing.T) {
	for _, typed := range []string{"", "no address", "javascript:alert(1)", "https://", "https://x.example/\r\nATTENDEE:mailto:a@b.example", "::"} {
		a := sound()
		a.URL = typed
		all, err := read(a.File())
		if err != nil || len(valueOf(all, "URL")) != 0 {
			t.Errorf("%q: %v, %v", typed, valueOf(all, "URL"), err)
		}
	}
}

// FuzzText has any text said in an appointment, which then reads as that text, and
// has no other property.
func FuzzText(f *testing.F) {
	for _, s := range []string{
		"", "plain", `a\b;c,d`, "a\nb\r\nc\rd", "END:VEVENT\r\nATTENDEE:mailto:a@b.example", strings.Repeat("é", 100), strings.Repeat("👩‍🚀", 40), "\xff\xfe", "\x00\x07\x7f\u0085",
		strings.Repeat("x", 74), strings.Repeat("x", 67) + "é", `\n`, strings.Repeat(`\`, 80), strings.Repeat("\n", 90), "שלום, עולם", " begins with a space", strings.Repeat(" ", 80),
	} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, summary, description string) {
		a := sound()
		a.Summary, a.Description = summary, description
		all, err := read(a.File())
		if err != nil {
			t.Fatal(err)
		}
		if len(all) != 19 {
			t.Errorf("it has %d properties", len(all))
		}
		for name, said := range map[string]string{"SUMMARY": summary, "DESCRIPTION": description} {
			values := valueOf(all, name)
			if len(values) != 1 {
				t.Fatalf("%s stands there %d times", name, len(values))
			}
			if got, err := plain(values[0]); err != nil || got != kept(said) {
				t.Errorf("%s reads %q, want %q: %v", name, got, kept(said), err)
			}
		}
	})
}

// kept is what a file can hold of a text.
func kept(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(s, "�"))
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}
