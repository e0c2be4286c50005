package commands

import (
	"strings"
	"testing"
	"time"

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
			"01/02/2026": "Sun 1 Feb 2026 " + over, "30/1/2026": "Fri 30 Jan 2026 " + over, "12/1/2099": "Tue 1 Dec 2099 " + far, "30/2": "there is no day 30/2.", "13/13": "there is no day 13/13.", "0/0": "there is no day 0/0.",

			// No such day.
			"31 feb": "there is no day 31 feb.", "30 february": "there is no day 30 february.", "feb 30": "there is no day feb 30.", "2026-02-30": "there is no day 2026-02-30.", "2026-13-01": "there is no day 2026-13-01.",
			"0000-00-00": "there is no day 0000-00-00.", "29 feb 2027": "there is no day 29 feb 2027.", "0 dec": "there is no day 0 dec.", "32nd": "there is no day 32nd.", "31 april": "there is no day 31 april.",
			"friday 14 march": "friday 14 march does not fit together: that day is Sat 14 Mar 2026.", "mon 2026-12-01": "mon 2026-12-01 does not fit together: that day is Tue 1 Dec 2026.",
			"saturday the 13th": "saturday the 13th does not fit together: that day is Fri 13 Mar 2026.", "fri 31 feb": "there is no day fri 31 feb.",
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
