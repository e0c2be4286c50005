package commands

import (
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"muster/templates"
)

// said is what people write, and what becomes of it: a day, or the beginning of
// why it is refused.
type said map[string]string

const (
	unread = "? is no day that I can read. Write friday, tomorrow" // the ? is what was written
	over   = "is over. Write a day from today on."
	far    = "is more than two years away."
)

// TestDue has a table for every day on which people write.
func TestDue(t *testing.T) {
	for today, phrases := range map[string]said{
		"Thu 2026-03-12": {
			// Days of the calendar.
			"2026-12-01": "2026-12-01", " 2026-12-01 ": "2026-12-01", "2026-3-12": "2026-03-12", "2026/12/01": "2026-12-01", "2026.12.01": "2026-12-01",
			"by 2026-12-01": "2026-12-01", "2028-02-29": "2028-02-29", "2028-03-12": "2028-03-12",
			"1 dec": "2026-12-01", "1 Dec": "2026-12-01", "1. dec": "2026-12-01", "1dec": "2026-12-01", "1 dec.": "2026-12-01", "1-Dec-2026": "2026-12-01",
			"1st of december": "2026-12-01", "the 1st of December": "2026-12-01", "01 december": "2026-12-01", "dec 1": "2026-12-01", "dec 1st": "2026-12-01",
			"Dec. 1": "2026-12-01", "december the 1st": "2026-12-01", "december 1, 2026": "2026-12-01", "December 1 2026": "2026-12-01", "1 december, 2027": "2027-12-01",
			"12 mar": "2026-03-12", "11 mar": "2027-03-11", "sept 5": "2026-09-05", "5 sep": "2026-09-05", "may 4": "2026-05-04", "29 feb": "2028-02-29",
			"the 15th": "2026-03-15", "by the 12th": "2026-03-12", "11th": "2026-04-11", "31st": "2026-03-31",
			"Fri 13 Mar 2026": "2026-03-13", "friday, 13 march": "2026-03-13", "Friday, 27 November 2026": "2026-11-27", "tue dec 1": "2026-12-01", "tuesday 2026-12-01": "2026-12-01",
			"friday the 13th": "2026-03-13",
			// Days from here.
			"today": "2026-03-12", "Today": "2026-03-12", "tonight": "2026-03-12", "eod": "2026-03-12", "EOD": "2026-03-12", "end of day": "2026-03-12", "by end of the day": "2026-03-12", "cob": "2026-03-12",
			"tomorrow": "2026-03-13", "TOMORROW!": "2026-03-13", "by tomorrow": "2026-03-13", "eod tomorrow": "2026-03-13", "tomorrow eod": "2026-03-13", "tmrw": "2026-03-13",
			"day after tomorrow": "2026-03-14", "the day after tomorrow": "2026-03-14",
			"in 3 days": "2026-03-15", "10 days": "2026-03-22", "1 day": "2026-03-13", "1d": "2026-03-13", "in  10\tdays": "2026-03-22", "in three days": "2026-03-15", "3 days from now": "2026-03-15",
			"in 2 weeks": "2026-03-26", "2 weeks": "2026-03-26", "2w": "2026-03-26", "2 w": "2026-03-26", "In 2 Weeks": "2026-03-26", "in two weeks": "2026-03-26", "two weeks": "2026-03-26",
			"2wks": "2026-03-26", "within 2 weeks": "2026-03-26", "in 2 weeks time": "2026-03-26", "in 2 weeks' time": "2026-03-26", "two weeks from today": "2026-03-26", "twelve weeks": "2026-06-04",
			"a week": "2026-03-19", "in a week": "2026-03-19", "a week from now": "2026-03-19", "next week": "2026-03-19", "by next week": "2026-03-19",
			"in a fortnight": "2026-03-26", "a fortnight": "2026-03-26", "two fortnights": "2026-04-09",
			"a month": "2026-04-12", "in a month": "2026-04-12", "in 3 months": "2026-06-12", "3m": "2026-06-12", "3 mos": "2026-06-12", "next month": "2026-04-12", "in a quarter": "2026-06-12",
			"a year": "2027-03-12", "1y": "2027-03-12", "2 years": "2028-03-12", "24 months": "2028-03-12",
			"10bd": "2026-03-26", "in 10 business days": "2026-03-26", "1 business day": "2026-03-13", "2 business days": "2026-03-16", "next business day": "2026-03-13",
			"in five working days": "2026-03-19", "3 workdays": "2026-03-17", "3 weekdays": "2026-03-17", "a business day": "2026-03-13",
			// Days of the week. Friday is the first one after today, next Friday the one
			// of next week.
			"friday": "2026-03-13", "Friday": "2026-03-13", "FRIDAY.": "2026-03-13", "fri": "2026-03-13", "by friday": "2026-03-13", "by friday,": "2026-03-13", "due by friday": "2026-03-13",
			"eod friday": "2026-03-13", "friday eod": "2026-03-13", "by end of day friday": "2026-03-13", "this friday": "2026-03-13", "on monday": "2026-03-16", "mon": "2026-03-16",
			"tue": "2026-03-17", "tues": "2026-03-17", "wed": "2026-03-18", "weds": "2026-03-18", "thu": "2026-03-19", "thurs": "2026-03-19", "thursday": "2026-03-19",
			"this thursday": "2026-03-12", "sat": "2026-03-14", "sunday": "2026-03-15", "next tue": "2026-03-17", "next thursday": "2026-03-19", "next friday": "2026-03-20",
			"next sunday": "2026-03-22", "by next monday": "2026-03-16", "monday next week": "2026-03-16", "friday of next week": "2026-03-20", "next week friday": "2026-03-20", "next week on friday": "2026-03-20",
			// Ends.
			"end of week": "2026-03-13", "end of the week": "2026-03-13", "eow": "2026-03-13", "by EOW": "2026-03-13", "this week": "2026-03-13", "end of this week": "2026-03-13", "end of next week": "2026-03-20",
			"end of month": "2026-03-31", "by the end of the month": "2026-03-31", "eom": "2026-03-31", "this month": "2026-03-31", "month end": "2026-03-31", "end of next month": "2026-04-30",
			"end of quarter": "2026-03-31", "eoq": "2026-03-31", "end of next quarter": "2026-06-30", "eoy": "2026-12-31", "end of the year": "2026-12-31", "end of next year": "2027-12-31",
			"end of march": "2026-03-31", "end of feb": "2027-02-28", "end of february 2028": "2028-02-29", "at the end of June": "2026-06-30",

			// What can be read in two ways gets both.
			"12/1":       "12/1 can be read in two ways: 2026-12-01 or 2027-01-12. Write one of them.",
			"by 12/1":    "12/1 can be read in two ways: 2026-12-01 or 2027-01-12. Write one of them.",
			"fri 12/1":   "fri 12/1 can be read in two ways: 2026-12-01 or 2027-01-12. Write one of them.",
			"1.12.":      "1.12 can be read in two ways: 2026-12-01 or 2027-01-12.",
			"01. 12.":    "01. 12 can be read in two ways: 2026-12-01 or 2027-01-12.",
			"12-1":       "12-1 can be read in two ways: 2026-12-01 or 2027-01-12.",
			"3/12":       "3/12 can be read in two ways: 2026-03-12 or 2026-12-03.",
			"3/11":       "3/11 can be read in two ways: 2026-11-03 or 2027-03-11.",
			"12/11/2026": "12/11/2026 can be read in two ways: 2026-11-12 or 2026-12-11.",
			"12.11.26":   "12.11.26 can be read in two ways: 2026-11-12 or 2026-12-11.",
			"26/12/27":   "26/12/27 can be read in two ways: 2026-12-27 or 2027-12-26.",
			// In one way, after all.
			"25/12": "Write 2026-12-25 for 25/12: ", "12/25": "Write 2026-12-25 for 12/25: ", "5/5": "Write 2026-05-05 for 5/5: ", "26-12-01": "Write 2026-12-01 for 26-12-01: ",
			"12/1/2026": "Write 2026-12-01 for 12/1/2026: ", "2/29": "Write 2028-02-29 for 2/29: ",
			// In none.
			"01/02/2026": "Sun 1 Feb 2026 " + over, "30/1/2026": "Fri 30 Jan 2026 " + over, "12/1/2099": "Tue 1 Dec 2099 " + far, "30/2": "There is no day 30/2.", "13/13": "There is no day 13/13.", "0/0": "There is no day 0/0.",

			// No such day.
			"31 feb": "There is no day 31 feb.", "30 february": "There is no day 30 february.", "feb 30": "There is no day feb 30.", "2026-02-30": "There is no day 2026-02-30.", "2026-13-01": "There is no day 2026-13-01.",
			"0000-00-00": "There is no day 0000-00-00.", "29 feb 2027": "There is no day 29 feb 2027.", "0 dec": "There is no day 0 dec.", "32nd": "There is no day 32nd.", "31 april": "There is no day 31 april.",
			"friday 14 march": "friday 14 march does not fit together: that day is Sat 14 Mar 2026.", "mon 2026-12-01": "mon 2026-12-01 does not fit together: that day is Tue 1 Dec 2026.",
			"saturday the 13th": "saturday the 13th does not fit together: that day is Fri 13 Mar 2026.", "fri 31 feb": "There is no day fri 31 feb.",
			// Over, or far away.
			"yesterday": "Wed 11 Mar 2026 " + over, "2026-03-11": "Wed 11 Mar 2026 " + over, "11 mar 2026": "Wed 11 Mar 2026 " + over, "0000-12-01": "Fri 1 Dec 0 " + over, "wed 11 mar 2026": "Wed 11 Mar 2026 " + over, "end of feb 2026": "Sat 28 Feb 2026 " + over,
			"2028-03-13": "Mon 13 Mar 2028 " + far, "9999-12-31": "Fri 31 Dec 9999 " + far, "3 years": "Mon 12 Mar 2029 " + far, "999 months": "Wed 12 Jun 2109 " + far, "999bd": "Wed 9 Jan 2030 " + far, "1 dec 2030": "Sun 1 Dec 2030 " + far,
			// Nothing that can be read.
			"": `"" is no day that I can read. Write friday, tomorrow, in 2 weeks, end of month or 2026-03-19.`, " ": `"" is no day`, ",": `"," is no day`, ".": `"." is no day`,
			"last friday": unread, "soon": unread, "asap": unread, "ASAP!": unread, "tbd": unread, "friday 13": unread, "in 0 days": unread, "0bd": unread, "-3 days": unread, "1000 days": unread, "1.5 weeks": unread,
			"in a couple of days": unread, "thirteen weeks": unread, "2ms": unread, "aweek": unread, "24h": unread, "friday 5pm": unread, "before friday": unread, "by": unread, "the": unread, "next": unread, "march": unread, "13": unread,
			"decor 1": unread, "mayhem 5": unread, "1 dec 26": unread, "2026-12": unread, "20261201": unread, "friyay": unread, "friday or monday": unread, "morgen": unread, "<!here>": unread,
			"２０２６-12-01": unread, "in ２ weeks": unread, "٣ days": unread, "\u200ffriday": `"\u200ffriday" is no day`, "fri\u200bday": `"fri\u200bday" is no day`, "friday\x00": `"friday\x00" is no day`, "\xff": `"\xff" is no day`,
			strings.Repeat("friday ", 2000): `"friday friday friday friday friday frid…" is no day`, strings.Repeat("9", 5000) + "d": `"999999999999999999999999999999999999999…" is no day`,
			"in\u00a02\u3000weeks": "2026-03-26", // as they come out of documents
		},
		"Fri 2026-03-13": {
			"friday": "2026-03-20", "this friday": "2026-03-13", "next friday": "2026-03-20", "friday next week": "2026-03-20", "eow": "2026-03-13", "end of next week": "2026-03-20",
			"1bd": "2026-03-16", "5 business days": "2026-03-20", "in two weeks": "2026-03-27", "friday the 13th": "2026-03-13", "fri 13": unread,
		},
		"Sat 2026-03-14": { // the week that is over does not end any more
			"eow": "2026-03-20", "this week": "2026-03-20", "end of next week": "2026-03-20", "next friday": "2026-03-20", "friday": "2026-03-20", "1bd": "2026-03-16", "saturday": "2026-03-21", "sunday": "2026-03-15",
		},
		"Sun 2026-03-15": {
			"monday": "2026-03-16", "next monday": "2026-03-16", "next sunday": "2026-03-22", "sunday": "2026-03-22", "this sunday": "2026-03-15", "this monday": "2026-03-16", "eow": "2026-03-20",
			"monday next week": "2026-03-16", "next business day": "2026-03-16", "2bd": "2026-03-17",
		},
		"Mon 2026-03-16": {"next monday": "2026-03-23", "monday": "2026-03-23", "next sunday": "2026-03-29", "sunday": "2026-03-22", "eow": "2026-03-20"},
		"Sat 2026-01-31": {
			"a month": "2026-02-28", "next month": "2026-02-28", "2m": "2026-03-31", "3 months": "2026-04-30", "eom": "2026-01-31", "end of next month": "2026-02-28", "eoq": "2026-03-31", "31st": "2026-01-31", "30th": "2026-03-30", "29th": "2026-03-29",
			"end of january": "2026-01-31", "end of february": "2026-02-28", "13 months": "2027-02-28", "tomorrow": "2026-02-01", "30 jan": "2027-01-30", "29 feb": "Tue 29 Feb 2028 " + far,
		},
		"Sun 2026-02-01": {"31st": "2026-03-31", "29 feb": "Tue 29 Feb 2028 " + far},
		"Mon 2028-02-28": {"tomorrow": "2028-02-29", "day after tomorrow": "2028-03-01", "eom": "2028-02-29", "a week": "2028-03-06", "29 feb": "2028-02-29", "a year": "2029-02-28", "29/2": "Write 2028-02-29 for 29/2: "},
		"Tue 2028-02-29": {"today": "2028-02-29", "tomorrow": "2028-03-01", "1m": "2028-03-29", "a year": "2029-02-28", "2 years": "2030-02-28", "29 feb": "2028-02-29", "28 feb": "2029-02-28", "12 months": "2029-02-28", "2030-03-01": "Fri 1 Mar 2030 " + far},
		"Wed 2028-03-01": {"29 feb": "Sun 29 Feb 2032 " + far, "end of feb": "2029-02-28"},
		"Thu 2026-12-31": {
			"tomorrow": "2027-01-01", "eoy": "2026-12-31", "eoq": "2026-12-31", "eom": "2026-12-31", "end of next month": "2027-01-31", "end of next quarter": "2027-03-31", "end of next year": "2027-12-31",
			"1 jan": "2027-01-01", "31 dec": "2026-12-31", "30 dec": "2027-12-30", "2m": "2027-02-28", "eow": "2027-01-01", "1bd": "2027-01-01", "12/1": "12/1 can be read in two ways: 2027-01-12 or 2027-12-01.",
		},
	} {
		from, err := time.Parse("Mon 2006-01-02", today)
		if err != nil || from.Format("Mon 2006-01-02") != today {
			t.Fatalf("there is no %s", today)
		}
		for text, want := range phrases {
			want = strings.Replace(want, "?", `"`+text+`"`, 1)
			if got := becomes(text, from); !strings.HasPrefix(got, want) {
				t.Errorf("on %s, %.60q becomes %q, want %q", today, text, got, want)
			}
		}
	}
}

// becomes is the day, or why there is none.
func becomes(text string, today time.Time) string {
	day, err := readDue(templates.Texts{}, text, today)
	if err != nil {
		return err.Error()
	}
	return day.Format(time.DateOnly)
}

// zones change their clocks at all hours, some of them at midnight. Samoa left out
// a day.
var zones = []string{
	"UTC", "Europe/Berlin", "Europe/London", "Atlantic/Azores", "America/New_York", "America/Los_Angeles", "America/St_Johns", "America/Havana", "America/Santiago",
	"America/Asuncion", "America/Sao_Paulo", "Africa/Cairo", "Africa/Casablanca", "Asia/Beirut", "Asia/Gaza", "Asia/Tehran", "Asia/Amman", "Asia/Kathmandu",
	"Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati", "Antarctica/Troll",
}

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	in, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// aDay is any, and often one on which something changes.
var aDay = rapid.Custom(func(t *rapid.T) time.Time {
	year := rapid.IntRange(2005, 2045).Draw(t, "year")
	if rapid.Bool().Draw(t, "at an end") {
		return time.Date(year, time.Month(rapid.IntRange(1, 13).Draw(t, "month")), rapid.IntRange(-1, 1).Draw(t, "day"), 0, 0, 0, 0, time.UTC)
	}
	return time.Date(year, 1, rapid.IntRange(1, 366).Draw(t, "day"), 0, 0, 0, 0, time.UTC)
})

// aPhrase is one that can be read, most of the time, or nearly one.
var aPhrase = rapid.OneOf(
	rapid.StringMatching(`(by |on |due )?(this |next )?(mon|tuesday|WED|thurs|fri|saturday|Sun)( next week)?`),
	rapid.StringMatching(`(in )?([1-9][0-9]?|a|two|twelve) ?(days?|weeks?|months?|bd|business days|w|m|fortnights?|years?)`),
	rapid.StringMatching(`(the )?end of (the |this |next )?(day|week|month|quarter|year|february)`),
	rapid.StringMatching(`(fri )?[1-3]?[0-9](st|th|)( of)? (jan|feb|april|dec)( 20[0-4][0-9])?`),
	rapid.StringMatching(`(feb|mar|june|dec) [1-3]?[0-9],?( 20[0-4][0-9])?`),
	rapid.StringMatching(`20[0-4][0-9]-[01]?[0-9]-[0-3]?[0-9]`),
	rapid.StringMatching(`[0-3]?[0-9][-/.][0-3]?[0-9]([-/.](20)?[0-4][0-9])?\.?`),
	rapid.SampledFrom([]string{"today", "tomorrow", "yesterday", "eod", "eow", "eom", "eoq", "eoy", "next week", "next month", "29 feb", "31st", "the 30th", "2y"}),
	rapid.StringMatching(`((in|end|of|next|this|the|by|a|two|12|2026|-|/|feb|1st|friday|week|month|day|business) ){1,6}`),
	rapid.String(),
)

// TestDueIsNeverOver holds whatever is written, and whenever: a day that is
// accepted lies ahead, but not by more than two years, and is the same day when it
// is written back as it was told, or as machines write it.
func TestDueIsNeverOver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		acceptable(t, aPhrase.Draw(t, "text"), aDay.Draw(t, "today"))
	})
}

func acceptable(t interface{ Fatalf(string, ...any) }, text string, today time.Time) {
	day, err := readDue(templates.Texts{}, text, today)
	if err != nil {
		if len(err.Error()) < 15 || len(err.Error()) > 400 {
			t.Fatalf("%.60q on %v is refused with %q", text, today, err)
		}
		for _, word := range strings.FieldsFunc(err.Error(), func(r rune) bool { return !strings.ContainsRune("0123456789-", r) }) {
			offered, isDay := time.Parse(time.DateOnly, word)
			if isDay == nil && !strings.Contains(fmt.Sprintf("%q", text), word) && becomes(word, today) != offered.Format(time.DateOnly) {
				t.Fatalf("%.60q on %v offers %s, which becomes %q", text, today, word, becomes(word, today))
			}
		}
		return
	}
	if most := today.AddDate(2, 0, 0); day.Before(today) || day.After(most) || day != dayOf(day) {
		t.Fatalf("%.60q on %v is read as %v", text, today, day)
	}
	iso, texts := day.Format(time.DateOnly), templates.Texts{}
	for _, again := range []string{iso, texts.Day(iso), texts.LongDay(day), strings.ToUpper(texts.Day(iso))} {
		if got := becomes(again, today); got != iso {
			t.Fatalf("%.60q on %v is %s, which as %q becomes %q", text, today, iso, again, got)
		}
	}
}

// TestDueOnEveryWeekday reads each weekday on each.
func TestDueOnEveryWeekday(t *testing.T) {
	for from := range 7 {
		today := time.Date(2026, 3, 9+from, 0, 0, 0, 0, time.UTC) // the 9th is a Monday
		for day := range 7 {
			name := strings.ToLower(time.Weekday((day + 1) % 7).String())
			for text, want := range map[string]int{
				name: (day-from+6)%7 + 1, "this " + name: (day - from + 7) % 7, "next " + name: 7 - from + day, name + " next week": 7 - from + day,
			} {
				for _, text := range []string{text, strings.Replace(text, name, name[:3], 1), "by " + text, strings.ToUpper(text)} {
					if got := becomes(text, today); got != today.AddDate(0, 0, want).Format(time.DateOnly) {
						t.Errorf("on %s, %q becomes %s, want %d days ahead", today.Format("Monday 2006-01-02"), text, got, want)
					}
				}
			}
		}
	}
}

// TestDueInSomeTime counts by another way.
func TestDueInSomeTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		today, n := aDay.Draw(t, "today"), rapid.IntRange(1, 99).Draw(t, "n")
		read := func(text string, args ...any) time.Time {
			day, err := readDue(templates.Texts{}, fmt.Sprintf(text, args...), today)
			if err != nil {
				t.Fatalf("%s on %v: %v", text, today, err)
			}
			return day
		}
		if got := read("in %d days", n).Sub(today); got != time.Duration(n)*24*time.Hour {
			t.Errorf("in %d days is %v ahead", n, got)
		}
		if got := read("%dw", n).Sub(today); got != time.Duration(n)*7*24*time.Hour {
			t.Errorf("in %d weeks is %v ahead", n, got)
		}
		worked, last := 0, read("%d business days", n)
		for day := today.AddDate(0, 0, 1); !day.After(last); day = day.AddDate(0, 0, 1) {
			if day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
				worked++
			}
		}
		if worked != n || last.Weekday() == time.Saturday || last.Weekday() == time.Sunday {
			t.Errorf("%d business days from %v end on %v, after %d", n, today, last, worked)
		}
		n = n%24 + 1
		day := read("%d months", n)
		if months := 12*(day.Year()-today.Year()) + int(day.Month()) - int(today.Month()); months != n || day.Day() != today.Day() && (day.Day() > today.Day() || day.AddDate(0, 0, 1).Day() != 1) {
			t.Errorf("%d months from %v is %v", n, today, day)
		}
		for _, end := range []string{"end of month", "end of next month", "eoq", "end of next quarter", "end of feb", "eoy"} {
			if day := read("%s", end); day.AddDate(0, 0, 1).Day() != 1 || strings.Contains(end, "q") && day.Month()%3 != 0 {
				t.Errorf("%s on %v is %v", end, today, day)
			}
		}
		if day := read("end of %s", "next week"); day.Weekday() != time.Friday || day.Sub(today) < 5*24*time.Hour || day.Sub(today) > 11*24*time.Hour {
			t.Errorf("the end of next week on %v is %v", today, day)
		}
	})
}

// TestDueInEveryZone reads the same days at all hours, wherever one is.
func TestDueInEveryZone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := aDay.Draw(t, "day").Add(time.Duration(rapid.Int64Range(0, 24*60*60-1).Draw(t, "second")) * time.Second)
		now = now.In(zone(t, rapid.SampledFrom(zones).Draw(t, "zone")))
		today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
		text := aPhrase.Draw(t, "text")
		if got, want := becomes(text, now), becomes(text, today); got != want {
			t.Errorf("at %v, %q becomes %s, want %s", now, text, got, want)
		}
	})
}

// TestDueWhereMidnightIsMissing goes through the days of twenty-five years in zones
// where some of them do not begin at midnight, or have it twice.
func TestDueWhereMidnightIsMissing(t *testing.T) {
	for _, name := range zones {
		in, missing := zone(t, name), 0
		for day := time.Date(2005, 1, 1, 12, 0, 0, 0, time.UTC); day.Year() < 2030; day = day.AddDate(0, 0, 1) {
			y, m, d := day.Date()
			first, last := time.Date(y, m, d, 0, 0, 0, 0, in), time.Date(y, m, d, 23, 59, 59, 0, in)
			if first.Hour() == 0 && last.Sub(first).Round(time.Hour) == 24*time.Hour {
				continue
			}
			if first.Hour() != 0 {
				missing++
			}
			iso, eve := day.Format(time.DateOnly), day.AddDate(0, 0, -1)
			for _, clock := range []time.Time{time.Date(y, m, d-1, 12, 0, 0, 0, in), time.Date(y, m, d-1, 22, 30, 0, 0, in)} {
				if got := becomes("tomorrow", clock); clock.Day() == eve.Day() && got != iso {
					t.Errorf("at %v, tomorrow is %s, want %s", clock, got, iso)
				}
			}
			for _, text := range []string{"today", "this " + day.Format("Mon"), iso, day.Format("2 Jan"), day.Format("2 Jan 2006")} {
				if got := becomes(text, last); last.Day() == d && got != iso {
					t.Errorf("at %v, %q is %s", last, text, got)
				}
			}
		}
		if strings.Contains("America/Havana America/Santiago America/Asuncion America/Sao_Paulo Africa/Cairo Asia/Beirut", name) && missing == 0 {
			t.Errorf("in %s every day begins at midnight: the test is of no use", name)
		}
	}
}

func FuzzDue(f *testing.F) {
	for _, text := range []string{"friday", "in 2 weeks", "12/1", "31 feb", "2026-12-01", "Fri, 13 Mar 2026", "26-12-01", "end of next quarter", "the 31st", "a\xff\u200f"} {
		f.Add(text, 20_524)
	}
	f.Fuzz(func(t *testing.T, text string, day int) {
		acceptable(t, text, time.Date(1970, 1, 1+(day%47_000+47_000)%47_000, 0, 0, 0, 0, time.UTC))
	})
}
