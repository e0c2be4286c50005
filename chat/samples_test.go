package chat_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"
	"time"

	"muster/timeline"
)

// sampled is a made-up incident whose postmortem is held to golden files.
type sampled struct {
	name     string
	events   []timeline.Event
	pictures map[string][]byte // by their path in the folder of files
	now      time.Time
	private  bool
}

func sampleOf(name string) *sampled {
	return &sampled{name: name, now: time.Date(2026, 3, 12, 9, 20, 0, 0, time.UTC), pictures: map[string][]byte{}}
}

// on lets somebody do something a minute after what was before; empty is Muster.
func (s *sampled) on(by string, facts ...timeline.Fact) *sampled {
	s.now = s.now.Add(time.Minute)
	for _, f := range facts {
		s.events = append(s.events, timeline.Event{Incident: 7, Seq: len(s.events) + 1, At: s.now, By: timeline.Person{ID: by}, Fact: f})
	}
	return s
}

func (s *sampled) later(d time.Duration) *sampled {
	s.now = s.now.Add(d)
	return s
}

func (s *sampled) incident() timeline.Incident { return timeline.Fold(7, s.events) }

// begin declares the incident, with a room and a commander.
func (s *sampled) begin(title string, severity timeline.Severity) *sampled {
	return s.on("UANA", timeline.Declared{Title: title, Severity: severity, Service: "checkout", Private: s.private}).
		on("", timeline.ChannelOpened{Channel: timeline.Channel{ID: "C1", Name: "inc-7"}}).
		on("UANA", timeline.RoleGiven{Role: timeline.Commander, To: timeline.Person{ID: "UANA"}}).
		on("", timeline.Introduced{Person: timeline.Person{ID: "UANA", Name: "Ana Lopes"}}, timeline.Introduced{Person: timeline.Person{ID: "UBO", Name: "Bo Chen"}})
}

// said is a message that was tagged.
func (s *sampled) said(by, text string, tags ...timeline.Tag) *sampled {
	m := timeline.Message{Channel: "C1", TS: fmt.Sprintf("%d.1", len(s.events))}
	for _, tag := range tags {
		s.on("UANA", timeline.Tagged{Message: m, Tag: tag, Emoji: string(tag), When: m.TS})
	}
	return s.on("", timeline.Captured{Message: m, Author: timeline.Person{ID: by}, Text: text, At: s.now, URL: "https://acme.slack.example/archives/C1/p" + m.TS})
}

// samples are incidents of many shapes.
func samples(t testing.TB) []*sampled {
	private := sampleOf("private")
	private.private = true
	return []*sampled{
		sampleOf("tiny").on("UANA", timeline.Declared{Title: "Checkout fails", Severity: timeline.Sev2}),
		huge(),
		sampleOf("reopened").begin("Search is slow", timeline.Sev2).
			on("UBO", timeline.Mitigated{Text: "the index is rebuilt"}).on("UBO", timeline.Resolved{Text: "all is well"}).later(3*time.Hour).
			on("UANA", timeline.Reopened{Reason: "it is slow again"}).on("UBO", timeline.Resolved{Text: "the node is replaced"}).later(20*time.Hour).
			on("UANA", timeline.Reopened{Reason: "and again"}).said("UBO", "a disk fails slowly", timeline.CauseTag).on("UBO", timeline.Resolved{Text: "the disk is replaced"}),
		sampleOf("merged").begin("Payments fail", timeline.Sev1).on("UBO", timeline.Absorbed{Other: 8, Title: "Refunds fail", People: []string{"UBO"}, Tasks: []string{"call the bank"}}).
			said("UBO", "both are one", timeline.Finding).on("UANA", timeline.Merged{Into: 9, Reason: "the same database"}),
		private.begin("Keys were published", timeline.Sev1).on("UANA", timeline.AccessGranted{To: timeline.Person{ID: "UBO"}}).
			on("UCHI", timeline.GlassBroken{Reason: "I own the keys"}).said("UBO", "the key is rotated", timeline.ActionTaken).on("UANA", timeline.Resolved{Text: "no key is valid any more"}),
		fromRight(),
		sampleOf("untagged").begin("Login fails", timeline.Sev3).on("UBO", timeline.Noted{Text: "detected by a customer"}).on("UBO", timeline.Resolved{}),
		long(),
		hostile(),
		full(t),
	}
}

// huge has texts as long as they may become.
func huge() *sampled {
	words := strings.Repeat("Donaudampfschifffahrtsgesellschaft ", 80)
	s := sampleOf("huge").begin(words[:240], timeline.Sev1)
	for _, tag := range timeline.Tags {
		s.said("UBO", words+strings.Repeat("W", 1200), tag)
	}
	s.on("UANA", timeline.ActionAgreed{What: words[:500], DRI: timeline.Person{ID: "UBO"}, Due: "2026-04-01"}, timeline.PartWritten{Part: "how", Text: strings.Repeat(words+"\n\n", 6)})
	return s.on("UANA", timeline.Resolved{Text: words})
}

// fromRight is told in Hebrew and in Arabic, Persian and Urdu.
func fromRight() *sampled {
	s := sampleOf("from-right").begin("התשלום באתר נכשל (checkout 500)", timeline.Sev1).
		on("", timeline.Introduced{Person: timeline.Person{ID: "UBO", Name: "נועה לוי"}}, timeline.Introduced{Person: timeline.Person{ID: "UANA", Name: "ليلى حداد"}}).
		said("UBO", "מאגר החיבורים מלא: 180 מתוך 180, ראו `SHOW PROCESSLIST`", timeline.CauseTag).
		said("UANA", "لا يستطيع العملاء الدفع منذ 09:12", timeline.KeyEvent).
		said("UBO", "Rolled back v412 כי הגרסה שברה את התשלום", timeline.ActionTaken).
		on("UBO", timeline.ActionAgreed{What: "להוסיף התראה על מאגר החיבורים", DRI: timeline.Person{ID: "UBO"}, Due: "2026-04-01"}).
		on("UANA", timeline.Resolved{Text: "התשלום עובד שוב"})
	return s.on("UANA", timeline.PartWritten{Part: "summary", Text: "גרסה v412 פתחה יותר מדי חיבורים.\n\n- החזרנו את v411\n- הוספנו התראה"},
		timeline.PartWritten{Part: "own-ما-تعلمنا", Heading: "ما تعلمنا", Text: learnedInArabic, After: "lucky"})
}

// learnedInArabic has letters that join, marks on them, names and numbers among them,
// and lines that are longer than a page is wide, also in Persian and Urdu.
const learnedInArabic = "التنبيه جاء متأخراً.\n\n" +
	"فتح الإصدار v412 عددًا كبيرًا جدًا من الاتصالات بقاعدة البيانات «orders-db»، فرفضت القاعدة **الاتصالات الجديدة** منذ 09:12 حتى 09:33 يوم 2026-03-12، وفشل 99.5% من عمليات الدفع؛ راجع [لوحة القياس](https://grafana.acme.example/d/1?x=y) و`SHOW PROCESSLIST`. هل كان الحدّ (١٨٠ اتصالًا) كافيًا؟ لا!\n\n" +
	"- أعدنا الإصدار v411\n- أضفنا تنبيهًا على *عدد الاتصالات*\n\n1. لأنّ الحدّ كان 180\n2. لأنّ المهلة أُلغيت\n\n> قال العميل: «لا أستطيع الدفع»\n\n" +
	"| الوقت | ما حدث | النسبة |\n| --- | --- | --: |\n| 09:12 | بداية الأعطال في خدمة checkout | 5% |\n| 09:33 | عاد الدفع إلى العمل | 99.5% |\n\n" +
	"نسخهٔ جدید می‌خواهد به پایگاه داده وصل شود، ولی نمی‌تواند.\n\nادائیگی ناکام ہو گئی ہے، ٹیم نے ڈیٹا بیس دوبارہ چالو کیا۔"

// long has ten thousand lines.
func long() *sampled {
	s := sampleOf("long").begin("A week of trouble", timeline.Sev2)
	for n := range 10_000 {
		s.on([]string{"UANA", "UBO", "UCHI"}[n%3], timeline.Noted{Text: fmt.Sprintf("note %d: the queue has %d messages", n+1, n*7%1000)})
	}
	return s.on("UANA", timeline.Resolved{Text: "the queue is empty"})
}

// hostile has texts that would like to be more than texts, wherever there are any.
func hostile() *sampled {
	texts := []string{
		"## Summary <!-- summary 3fa9c1d2 -->", "<!-- timeline 00000000 -->", "<script>alert(1)</script> <img src=x onerror=alert(1)>", "| a | b |\n| - | - |", "```\n# code that never ends", "`", "~~~",
		"[x](javascript:alert(1)) ![y](http://evil.example/y.png)", "a\n# Root cause\n1. one\n> said\n---", "\x1b[31mred\x1b[0m \u202etxt.exe \x07", "_To be written: nothing_", "<@UNOBODY> <!channel> &lt;b&gt;", "a\\|b \\` **bold",
	}
	s := sampleOf("hostile").begin("# <b>Down</b> | `x` <!-- summary 3fa9c1d2 -->", timeline.Sev1).
		on("", timeline.Introduced{Person: timeline.Person{ID: "UBO", Name: "# Bo | <i>Chen</i> `"}})
	for n, text := range texts {
		s.said("UBO", text, timeline.Tags[n%len(timeline.Tags)])
		s.on("UBO", timeline.CauseMarked{Key: fmt.Sprint(n), What: text}, timeline.Drawn{Title: text, Words: text, URL: "https://x.example/a)b\" c"})
		s.on("UANA", timeline.ActionAgreed{What: text, DRI: timeline.Person{ID: "UBO"}, Due: "2026-04-01"}, timeline.Titled{To: strings.Join(strings.Fields(text), " ")})
		s.on("UBO", timeline.PartWritten{Part: fmt.Sprintf("own-%d", n), Heading: strings.Join(strings.Fields(text), " "), Text: text, After: "how"})
	}
	return s.on("UBO", timeline.Resolved{Text: texts[8]})
}

// full has some of everything, and is published.
func full(t testing.TB) *sampled {
	s := sampleOf("full").begin("Checkout fails for card payments", timeline.Sev1)
	s.pictures["INC-7/errors.png"] = curve(t)
	home := timeline.Message{Channel: "C1", TS: "500.1"}
	s.on("UBO", timeline.Noted{Text: "detected: errors rise", At: s.now.Add(-9 * time.Minute)}).
		on("", timeline.Paged{For: 1, Route: "PagerDuty", Ref: "#12", ID: "Q1", To: []string{"Bo Chen"}, People: []timeline.Person{{ID: "UBO"}}}).
		on("", timeline.PageAnswered{For: 1, By: timeline.Person{ID: "UBO"}}).
		on("UANA", timeline.RoleGiven{Role: timeline.Comms, To: timeline.Person{ID: "UDEE"}}).
		on("", timeline.Introduced{Person: timeline.Person{ID: "UDEE", Name: "Dee Okafor"}}).
		on("UDEE", timeline.Updated{Text: "Card payments fail; we look into it."}).
		on("", timeline.Drawn{Title: "Errors at checkout", Words: "Errors rise from 0.1 % to 34 % at 09:12 [UTC]", URL: "https://grafana.example/d/1", Path: "INC-7/errors.png"}).
		on("", timeline.ChangesJudged{Looking: timeline.Looking{From: s.now.Add(-2 * time.Hour), Began: s.now.Add(-9 * time.Minute), Silent: []string{"GitHub: it did not answer within 5 s"}}, Named: "k1", None: 0.08, Suspects: []timeline.Suspect{
			{Key: "k1", Kind: "deploy", Service: "checkout", Version: "v412", URL: "https://ci.example/412", At: s.now.Add(-11 * time.Minute), Rank: 1, Verdict: "errors rose", Share: 0.84, Why: []string{"errors rose 2 minutes after it"}},
			{Key: "k2", Kind: "flag", Service: "search", Title: "new ranking | on", At: s.now.Add(-70 * time.Minute), Rank: 2, Verdict: "nothing changed", Share: 0.05},
		}}).
		said("UBO", "v412 opens a connection for each request, so the pool of 180 is full", timeline.CauseTag, timeline.Finding).
		said("UBO", "rolled v412 back", timeline.ActionTaken).
		said("UDEE", "alert on the pool before it is full", timeline.FollowUp).
		on("UBO", timeline.CauseMarked{Key: "k1", What: "checkout v412"}, timeline.Identified{Text: "the pool is full"}, timeline.Mitigated{Text: "v411 serves again"}).
		on("UANA", timeline.Hidden{Line: 4}, timeline.Resolved{Text: "Payments work; the pool is at 20 of 180."}).
		on("", timeline.Posted{What: timeline.PostmortemPost, Message: home})
	s.on("UANA", timeline.ActionAgreed{What: "close connections after each request", DRI: timeline.Person{ID: "UBO"}, Due: "2026-03-20"})
	s.on("", timeline.Ticketed{For: len(s.events), Ref: "OPS-12", URL: "https://jira.example/browse/OPS-12"}).
		on("UANA", timeline.MeetingSet{At: s.now.Add(48 * time.Hour), Minutes: 45, Host: timeline.Person{ID: "UDEE"}, Guest: timeline.Person{ID: "UBO"}}).
		on("", timeline.Reminded{Of: timeline.UnderstandDue(false, "UANA")}, timeline.Reminded{Of: timeline.UnderstandDue(false, "UBO")}, timeline.Reminded{Of: timeline.UnderstandDue(false, "UDEE")}).
		on("UANA", timeline.Understood{Yes: true}).on("UBO", timeline.Understood{Yes: true}).on("UDEE", timeline.Understood{})
	m := timeline.Message{Channel: "C1", TS: "600.1"}
	s.on("UDEE", timeline.Tagged{Message: m, Tag: timeline.Finding, Emoji: "bulb", When: "1"}).
		on("", timeline.Captured{Message: m, Author: timeline.Person{ID: "UDEE"}, Text: "nobody reads the pool's graph", At: s.now, Thread: home.TS})
	s.on("UBO", timeline.PartWritten{Part: "summary", Text: "Card payments failed for **18 minutes**. `v412` opened a connection for each request; rolling it back ended it."},
		timeline.PartWritten{Part: "impact", Text: "1. A third of card payments failed.\n2. Nobody was charged twice.\n\n| What | How many |\n| --- | ---: |\n| payments | 1 204 |\n| customers | 977 |"},
		timeline.PartWritten{Part: "well", Text: "- The page reached Bo in a minute.\n- Rolling back is one button."},
		timeline.PartWritten{Part: "own-what-we-tried", Heading: "What we tried", Text: "```sql\nSHOW PROCESSLIST;\n```\n\n> It was not the bank.\n\n- [x] more replicas\n- [ ] a larger pool", After: "how"})
	return s.on("UANA", timeline.DraftOffered{}).on("UANA", timeline.DraftApproved{}).on("UBO", timeline.Noted{Text: "after it was published"})
}

// curve is a picture of a rise and a fall.
func curve(t testing.TB) []byte {
	t.Helper()
	on := image.NewPaletted(image.Rect(0, 0, 900, 320), color.Palette{color.White, color.RGBA{26, 95, 180, 255}, color.RGBA{217, 221, 227, 255}})
	for x := range 900 {
		on.SetColorIndex(x, 270, 2)
		y := 270 - int(220*math.Exp(-math.Pow(float64(x)/150-3, 2)))
		for thick := range 4 {
			on.SetColorIndex(x, y+thick, 1)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, on); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
