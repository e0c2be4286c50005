package main_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"muster/workspace"
)

// browsers is what a browser that can be steered may be called.
var browsers = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless-shell"}

// needed skips a test that needs a program which is not here; where CI is set
// it fails.
func needed(t *testing.T, what, how string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is missing: %s", what, how)
	}
	t.Skipf("skipped for want of %s: %s", what, how)
}

// findChromium is where there is a Chromium; empty where there is none.
func findChromium() string {
	for _, name := range browsers {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// chromium finds a Chromium, or skips the test.
func chromium(t *testing.T) string {
	t.Helper()
	path := findChromium()
	if path == "" {
		needed(t, "Chromium", "apt-get install chromium fonts-noto-color-emoji")
	}
	return path
}

// tab is a page that someone looks at.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// visit opens the page as someone, in a browser without a window.
func visit(t *testing.T, s *stage, as, channel string, width, height int64, scheme string) tab {
	t.Helper()
	ctx, stop := chromedp.NewContext(t.Context(), chromedp.WithAllocatorOptions(chromedp.ExecPath(chromium(t)), chromedp.NoSandbox))
	t.Cleanup(stop)
	if err := chromedp.Do(ctx); err != nil { // the browser lives as long as this context
		t.Fatal(err)
	}
	p := tab{t, ctx}
	p.do(chromedp.EmulateViewport(width, height))
	within, end := context.WithTimeout(ctx, patience)
	defer end()
	_, err := chromedp.Call(within, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	if err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.Navigate(fmt.Sprintf("http://%s/?as=%s#%s", s.address, as, channel)))
	p.until(`!document.querySelector('#app').hasAttribute('aria-busy') && document.querySelector('.log, .home')`, "the page to be there")
	return p
}

// patience is how long a test waits for the page.
const patience = 15 * time.Second

func desk(t *testing.T, s *stage, as, channel string) tab {
	t.Helper()
	return visit(t, s, as, channel, 1280, 800, "light")
}

func (p tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, stop := context.WithTimeout(p.ctx, patience)
	defer stop()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatalf("%v\n%s", err, p.text())
	}
}

// until waits for something to be so on the page.
func (p tab) until(expression, what string) {
	p.t.Helper()
	ctx, stop := context.WithTimeout(p.ctx, patience)
	defer stop()
	for {
		is, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if err == nil && is {
			return
		}
		select {
		case <-ctx.Done():
			p.t.Fatalf("waiting for %s: %v\n%s", what, err, p.text())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// text is what one reads on the page.
func (p tab) text() string {
	ctx, stop := context.WithTimeout(p.ctx, patience)
	defer stop()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body.innerText")) // for a failure's message
	return text
}

// sees waits for a text to stand in an element.
func (p tab) sees(selector, text string) {
	p.t.Helper()
	p.until(fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.textContent.includes(%q))`, selector, text), fmt.Sprintf("%q in %s", text, selector))
}

// says types into the message box and sends it.
func (p tab) says(text string) {
	p.t.Helper()
	p.types("#composer", text)
	p.enter()
}

func (p tab) types(selector, text string) {
	p.t.Helper()
	p.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// enter presses the Enter key, as a keyboard does.
func (p tab) enter() {
	p.t.Helper()
	p.key("Enter", 13)
}

func (p tab) key(name string, code int64) {
	p.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{"rawKeyDown", "keyUp"} {
		ctx, stop := context.WithTimeout(p.ctx, patience)
		_, err := chromedp.Call(ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: name, Code: name, WindowsVirtualKeyCode: code})
		stop()
		if err != nil {
			p.t.Fatal(err)
		}
	}
}

// presses clicks what is called by a label, within an element.
func (p tab) presses(within, label string) {
	p.t.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll(%q)].flatMap((e) => [...e.querySelectorAll('button, a, [role=option]')])
		.filter((e) => !e.disabled && [e.getAttribute('aria-label'), e.textContent.trim(), e.firstElementChild?.textContent].includes(%q))`, within, label)
	p.until(find+".length", fmt.Sprintf("%q to press in %s", label, within))
	p.until(fmt.Sprintf(`(() => {
		document.querySelector('[data-press]')?.removeAttribute('data-press');
		%s.at(-1).setAttribute('data-press', '');
		return true;
	})()`, find), "the label")
	p.do(chromedp.Click(chromedp.CSS("[data-press]")))
}

// shoot takes a picture of the page: into docs/images with -update.
func (p tab) shoot(name string) {
	p.t.Helper()
	ctx, stop := context.WithTimeout(p.ctx, patience)
	defer stop()
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	if len(picture) < 10_000 {
		p.t.Errorf("the picture %s has only %d bytes: there is nothing on it", name, len(picture))
	}
	dir := p.t.TempDir()
	if *update {
		dir = filepath.Join("docs", "images")
	}
	if err := os.WriteFile(filepath.Join(dir, name), picture, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// tool does something to the message that has a text, with its tools, from the
// keyboard.
func (p tab) tool(within, text, label string) {
	p.t.Helper()
	p.until(fmt.Sprintf(`(() => {
		const m = [...document.querySelectorAll(%q)].findLast((e) => e.textContent.includes(%q));
		m?.querySelector('.tools [aria-label=%q]')?.focus();
		return m?.contains(document.activeElement);
	})()`, within+" .message", text, label), fmt.Sprintf("the tool %q of %q", label, text))
	p.key(" ", 32)
}

// TestPage takes an incident from its declaration to its postmortem by hand, as
// two people with a browser each.
func TestPage(t *testing.T) {
	chromium(t)
	s := onStage(t)
	ana, bo := desk(t, s, "ana", "incidents"), desk(t, s, "bo", "incidents")

	ana.says("/incident declare sev1 checkout is down")
	ana.sees(".message.only", "INC-1 is declared, sev1: checkout is down")
	bo.sees(".message", "INC-1 · sev1 · checkout is down")
	if strings.Contains(bo.text(), "You are the commander") {
		t.Error("Bo sees what is for Ana alone")
	}
	ana.sees("#sidebar", "inc-1-checkout-is-down")
	ana.do(chromedp.Click("//nav//a[contains(., 'inc-1-checkout-is-down')]"))
	ana.sees(".head", "INC-1 · sev1 · checkout is down")
	ana.presses(".head", "1 pinned")
	ana.sees("#side", "Pinned messages")

	bo.do(chromedp.Navigate(fmt.Sprintf("http://%s/?as=bo#inc-1-checkout-is-down", s.address)))
	bo.presses(".below", "Join the channel")
	bo.until(`document.querySelector('#composer')`, "the message box")
	bo.says("Connections to the orders database are exhausted")
	ana.sees(".log .message", "Connections to the orders database are exhausted")
	ana.tool(".log", "are exhausted", "React with bulb")
	bo.until(`document.querySelector('.log .reaction[aria-label=":bulb: 1, by Ana Ruiz"]')`, "the tag")
	bo.tool(".log", "are exhausted", "Reply in a thread")
	bo.types("#reply", "A migration holds them")
	bo.enter()
	bo.sees("#side .message", "A migration holds them")
	ana.sees(".threadlink", "1 reply")

	ana.presses(".log", "Post an update")
	ana.types("dialog textarea", "We found the cause and are mending it")
	ana.presses("dialog", "Post the update")
	bo.sees(".log .message", "We found the cause and are mending it")
	ana.says("/incident resolve The migration was stopped")
	ana.sees(".log .message", "Resolved by @ana: The migration was stopped")
	ana.presses(".log", "Write the postmortem")
	bo.sees(".file.card", "INC-1 postmortem, draft 1")
}

// TestPageModal declares by the form, which first refuses what can not be.
func TestPageModal(t *testing.T) {
	chromium(t)
	s := onStage(t)
	ana := desk(t, s, "ana", "incidents")
	ana.presses(".composer", "Shortcuts")
	ana.presses(".popup", "Declare an incident")
	ana.sees("dialog h2", "Declare an incident")
	ana.presses("dialog", "Declare")
	ana.sees("dialog .wrong", "This is needed.")
	ana.types("dialog textarea, dialog input.field:not([role])", "search is slow")
	ana.presses("dialog", "Declare")
	ana.until(`!document.querySelector('dialog')`, "the form to close")
	ana.sees(".message", "INC-1 · sev3 · search is slow")
}

// TestPageRunsNoText shows that what people type stays text.
func TestPageRunsNoText(t *testing.T) {
	chromium(t)
	s := onStage(t)
	ana := desk(t, s, "ana", "general")
	for _, text := range []string{
		`<img src=x onerror="document.title='ran'">`, `<script>document.title = "ran"</script>`, `<javascript:document.title='ran'|press>`,
		"*bold* _italic_ ~gone~ `code` :tada: @bo #incidents https://example.com/?a=1&b=2 <b>",
	} {
		if _, err := s.town.Say("bo", "general", text); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.town.Upload("bo", "general", "page.html", []byte("<script>document.title='ran'</script>")); err != nil {
		t.Fatal(err)
	}
	ana.sees(".message .body", `<img src=x onerror="document.title='ran'">`)
	ana.until(`document.querySelector('.body strong')?.textContent === 'bold' && document.querySelector('.body em') && document.querySelector('.body s') &&
		document.querySelector('.body .emoji')?.textContent === '🎉' && document.querySelector('.body a[href="https://example.com/?a=1&b=2"]')`, "the marks")
	ana.until(`!document.querySelector('.log img, .log script, a[href^="javascript"]') && !document.title.includes('ran')`, "nothing to have run")
	blocked, err := chromedp.Run(ana.ctx, chromedp.Evaluate[bool](`(() => { try { document.body.innerHTML = '<b>x</b>'; return false; } catch { return true; } })()`))
	if err != nil || !blocked {
		t.Errorf("markup can be written from text: %v", err)
	}
}

// TestPhone answers a page on the phone, while somebody else looks on.
func TestPhone(t *testing.T) {
	chromium(t)
	s := onStage(t)
	bo, ana := visit(t, s, "bo", "phone", 390, 780, "light"), desk(t, s, "ana", "incidents")
	bo.sees(".phone", "Nobody is paged")
	id, err := s.town.Alarm("Event delivery", "Delivery takes minutes", "", "P1")
	if err != nil {
		t.Fatal(err)
	}
	bo.sees(".pagecard.triggered", "Delivery takes minutes")
	ana.sees("#link-phone .count", "1")
	bo.types(".pagecard input", "Looking at the")
	if err := s.town.NotePage("ana", id, "It began at nine"); err != nil {
		t.Fatal(err)
	}
	bo.sees(".pagecard details", "It began at nine")
	bo.types(".pagecard input", " workers")
	bo.presses(".pagecard", "Add note")
	bo.sees(".pagecard details", "Looking at the workers")
	bo.presses(".pagecard", "Acknowledge")
	bo.sees(".pagecard.acknowledged", "Acknowledged by Bo Lindqvist")
	ana.do(chromedp.Navigate(fmt.Sprintf("http://%s/pagerduty/incidents/%s", s.address, id)))
	ana.sees(".pagecard.chosen", "Delivery takes minutes")
	ana.presses(".pagecard", "Escalate")
	bo.sees(".pagecard.triggered", "Paging Eli Novak, level 2")
	bo.presses(".pagecard", "Resolve")
	ana.sees(".pagecard.resolved", "Delivery takes minutes")
}

// TestTracker moves an issue over the board, and changes what stands on its card.
func TestTracker(t *testing.T) {
	chromium(t)
	s := onStage(t)
	user, token := s.town.JiraToken()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.address+"/jira/rest/api/2/issue", strings.NewReader(
		`{"fields":{"project":{"key":"OPS"},"issuetype":{"name":"Task"},"summary":"Back off when we are limited","duedate":"2001-01-01","labels":["muster-1"]}}`))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(user, token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil || answer.StatusCode != http.StatusCreated {
		t.Fatal(answer, err)
	}
	answer.Body.Close()
	if _, err := s.town.Say("ana", "incidents", "Filed as http://"+s.address+"/jira/browse/OPS-1"); err != nil {
		t.Fatal(err)
	}
	bo := desk(t, s, "bo", "incidents")
	bo.do(chromedp.Click("a[href$='/jira/browse/OPS-1']"))
	bo.sees(".issuecard.chosen", "OVERDUE")
	bo.presses("section[aria-label='To Do']", "Move OPS-1 to In Progress")
	bo.sees("section[aria-label='In Progress']", "Back off when we are limited")
	bo.until(`(() => { const e = document.querySelector('#who-OPS-1'); e.value = 'chi'; e.dispatchEvent(new Event('change')); return true; })()`, "the assignee")
	bo.until(`(() => { const e = document.querySelector('#due-OPS-1'); e.value = '2099-01-19'; e.dispatchEvent(new Event('change')); return true; })()`, "the day")
	bo.until(`!document.querySelector('.issuecard .late')`, "nothing to be overdue")
	bo.presses("section[aria-label='In Progress']", "Move OPS-1 to Done")
	bo.sees("section[aria-label='Done']", "Back off when we are limited")
	if i := s.town.Issues()[0]; i.Status != "Done" || i.Assignee != "chi" || i.Due != "2099-01-19" {
		t.Errorf("the issue is %+v", i)
	}
}

// TestScreenshots takes the pictures that the README shows, from the outage of
// the demo.
func TestScreenshots(t *testing.T) {
	chromium(t)
	s := onStage(t)
	player := workspace.Player{Workspace: s.town, Day: opening, Rest: func(context.Context) error { return s.rest() }}
	if err := player.Play(t.Context(), workspace.Outage); err != nil {
		t.Fatal(err)
	}
	const room = "inc-1-event-delivery-takes-minutes"
	eli := visit(t, s, "eli", room, 1280, 800, "light")
	eli.sees(".message", "The draft of the postmortem")
	eli.do(chromedp.Click("(//a[contains(@class, 'threadlink')])[last()]"))
	eli.sees("#side .message", "SHOW PROCESSLIST")
	eli.shoot("incident.png")

	dee := visit(t, s, "dee", "incidents", 1280, 800, "dark")
	dee.sees(".message", "INC-1 · sev1 · Event delivery takes minutes")
	dee.presses(".composer", "Shortcuts")
	dee.presses(".popup", "Declare an incident")
	dee.sees("dialog h2", "Declare an incident")
	dee.shoot("declare.png")

	bo := visit(t, s, "bo", room, 390, 780, "light")
	bo.sees(".message", "The draft of the postmortem")
	bo.shoot("phone.png")
}
