package main_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// bug is a mistake that somebody could make: a change of one place in a file.
type bug struct{ name, file, old, new string }

// bugs are put in one at a time; the attacks have to notice each.
var bugs = []bug{
	{"a request is acknowledged before it is written", "chat/slack/listen.go",
		"\tanswer, err := l.handle(ctx, req)\n", "\tl.acknowledge(d, nil)\n\tanswer, err := l.handle(ctx, req)\n"},
	{"events are known by their envelope, not by their ID", "chat/slack/events.go",
		`ID: "event " + o.EventID`, `ID: "event " + f.EnvelopeID`},
	{"requests that were answered are not remembered", "timeline/bolt/commit.go",
		"\t\tp.put(bucketRequests, []byte(c.Request), when)\n", ""},
	{"after doubt a message is posted again without a look", "chat/once.go",
		"\tif e.Doubt {\n\t\tat, adopted", "\tif false {\n\t\tat, adopted"},
	{"after doubt a channel is opened again without a look", "chat/room.go",
		"\tif e.Doubt {\n\t\tchannel, ok", "\tif false {\n\t\tchannel, ok"},
	{"what was handed out when the process died is not in doubt", "timeline/bolt/queue.go",
		"\t\te.Effect = e.Doubtful()\n\t\te.Crashes++", "\t\te.Crashes++"},
	{"that an effect is handed out is not written down", "timeline/bolt/queue.go",
		"encode(stored{e, true})", "encode(stored{e, false})"},
	{"an error with an unknown outcome is taken for a failure", "bot/deliver.go",
		"\tif timeline.IsDoubtful(err) {\n", "\tif false {\n"},
	{"a new state does not inherit the doubt of the old one", "timeline/bolt/commit.go",
		"\tif old.Doubt {\n", "\tif false {\n"},
	{"an effect that failed is dropped", "bot/deliver.go",
		"\t\tb.postpone(ctx, e, after)\n\t\tb.tellTrouble(ctx, e, true)\n", "\t\tb.tellTrouble(ctx, e, true)\n"},
	{"an effect can be settled twice, and be in two hands", "timeline/bolt/queue.go",
		"\tif l.claimed != 0 {\n", "\tif false {\n"},
	{"a lane is worked off from its end", "timeline/bolt/queue.go",
		"\tfor _, e := range l.effects {\n\t\tif !ok", "\tfor _, e := range slices.Backward(l.effects) {\n\t\tif !ok"},
	{"newer states do not take the place of older ones", "timeline/bolt/commit.go",
		"\tif !ok || old.Claimed {\n", "\tif true || !ok || old.Claimed {\n"},
	{"the card does not follow updates", "chat/board.go",
		"timeline.Updated, timeline.Linked, timeline.Retried", "timeline.Linked, timeline.Retried"},
	{"pages are the least urgent", "integrations/pager/follower.go",
		"func (Follower) Urgency() timeline.Urgency { return timeline.Page }", "func (Follower) Urgency() timeline.Urgency { return timeline.Cosmetic }"},
	{"a page is sent for what is over", "integrations/pager/follower.go",
		"case e.Do == page && inc.Open():", "case e.Do == page:"},
	{"pages are not ended", "integrations/pager/follower.go",
		"range f.made(inc) {", "range f.made(inc)[:0] {"},
	{"a page that is there already is a failure", "integrations/pager/pagerduty/rest.go",
		"if status(err) == http.StatusBadRequest {", "if false {"},
	{"a page that went out by two routes is left so", "integrations/pager/follower.go",
		"if doubt && r.Name()", "if false && r.Name()"},
	{"a notice that stands on the status page is put there again", "integrations/statuspage/follower.go",
		"if ok && found.Mark == n.Mark {", "if false {"},
	{"the status page is not looked through for an incident of ours", "integrations/statuspage/atlassian/atlassian.go",
		"if i.Metadata.Muster.Key == n.Key {", "if false {"},
	{"a passing error of Slack's is taken for a refusal", "chat/slack/errors.go",
		`codes("internal_error", "fatal_error", "request_timeout", "service_unavailable")`, `codes("request_timeout")`},
	{"a channel's name that is taken is a failure", "chat/slack/slack.go",
		`if code(err) == "name_taken" {`, `if code(err) == "nothing" {`},
	{"Retry-After is not obeyed", "chat/slack/limits.go",
		"\t\tb.until, b.wary = now.Add(after), now.Add(after+waryFor)\n", "\t\tb.wary = now.Add(after)\n"},
	{"calls are not paced", "chat/slack/limits.go",
		"len(b.made) >= most:", "len(b.made) >= 1000*most:"},
	{"the past is not read back", "cli/run.go",
		"\t\t\ti.Bot.CatchUp(hand.Seen())\n", ""},
	{"of reactions it is not known when they were made", "chat/slack/events.go",
		"When: e.EventTS,", "When: e.TS,"},
	{"what people typed is not escaped", "chat/slack/text.go",
		`strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace`, `strings.NewReplacer().Replace`},
	{"a meta page that is bad is passed over", "timeline/bolt/open.go",
		"\t\ts.noted(err) // what there is can be read\n", ""},
	{"private incidents are announced", "chat/announcer.go",
		`if a.Channel == "" || inc.Private || inc.Channel.ID == "" {`, `if a.Channel == "" || inc.Channel.ID == "" {`},
	{"postmortems of private incidents are saved as files", "bot/shelf.go",
		"\tif inc.Private {\n", "\tif false {\n"},
	{"tickets say what a private incident is about", "integrations/tracker/follower.go",
		"if inc.Private { // a tracker", "if false { // a tracker"},
	{"pages say what a private incident is about", "integrations/pager/follower.go",
		"if inc.Private { // the paging service", "if false { // the paging service"},
	{"a private channel is called by the title", "chat/room.go",
		"if inc.Private { // a name", "if false { // a name"},
	{"everybody is listed everything", "commands/access.go",
		"\treturn c.visible(all), err\n", "\treturn all, err\n"},
	{"everybody may ask about everything", "commands/access.go",
		"if err == nil && !c.sees(inc) {\n\t\treturn timeline.Incident{}, timeline.ErrUnknown\n\t}\n\treturn inc, err\n}\n\n// here", "if false {\n\t\treturn timeline.Incident{}, timeline.ErrUnknown\n\t}\n\treturn inc, err\n}\n\n// here"},
	{"who has left goes on being told", "chat/courier.go",
		" || !inc.IsOpenTo(e.On)", ""},
	{"who has left still sees it on their Home", "chat/home.go",
		"if who, ok := crossed(ev); ok && inc.Private {", "if who, ok := crossed(ev); ok && false {"},
	{"who has left and holds a role is still inside", "timeline/people.go",
		"\tinside, _ := inc.inside.Get(id)\n\treturn inside\n", "\tinside, _ := inc.inside.Get(id)\n\treturn inside || slices.ContainsFunc(inc.Holders, func(h Holder) bool { return h.Person.ID == id })\n"},
	{"who was taken out while the bot was away is not missed", "bot/catchup.go",
		"\tif members == nil || !inc.Private {\n", "\tif true {\n"},
	{"who was taken out of what is over is not missed", "bot/catchup.go",
		"if unread != nil || !inc.Private || inc.Open()", "if unread == nil || !inc.Private || inc.Open()"},
	{"who has left is sent the transcript that they asked for", "chat/transcriber.go",
		"if !inc.IsOpenTo(asker) {", "if false {"},
	{"the title of a private incident is told where it is merged into", "bot/merger.go",
		"if !inc.Private { // it may", "if true { // it may"},
	{"what was said inside can be declared in public", "commands/declare.go",
		"if from.Private && !what.private {", "if false {"},
	{"an admin can find out without coming in", "commands/knock.go",
		"\t\tif err := c.notTooLong(reason); err != nil { // before it is told whether there is one\n\t\t\treturn chat.Answer{}, err\n\t\t}\n\t\tif inc.ID == 0 || !inc.Private {\n\t\t\treturn chat.Answer{}, c.sorry(\"access.no glass\")\n\t\t}\n",
		"\t\tif inc.ID == 0 || !inc.Private {\n\t\t\treturn chat.Answer{}, c.sorry(\"access.no glass\")\n\t\t}\n\t\tif err := c.notTooLong(reason); err != nil {\n\t\t\treturn chat.Answer{}, err\n\t\t}\n"},
	{"the log tells why something failed in a private incident", "bot/deliver.go",
		"unread == nil && inc.Private {", "unread == nil && inc.Private && false {"},
	{"commits wake nobody", "timeline/journal.go",
		"mayBeDue := err == nil && (", "mayBeDue := err != nil && ("},
}

// attacksOnBugs are those that a bug is left to, the quickest first.
const attacksOnBugs = "^TestTorture$/^(effect_then_fail|duplicates|canary|away|flips|images|crash_points|simulation)$"

// TestEveryBugCanBePutIn keeps the list true while the code changes.
func TestEveryBugCanBePutIn(t *testing.T) {
	for _, b := range bugs {
		text, err := os.ReadFile(b.file)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), b.old); n != 1 {
			t.Errorf("%s: what it changes is %d times in %s", b.name, n, b.file)
		}
	}
}

// tortureBugs puts each bug in, and runs the attacks on what comes of it, each
// for as long as where no time is given.
func tortureBugs(t *testing.T, budget time.Duration) string {
	if budget == 0 {
		return fmt.Sprintf("%d are ready to be put in", len(bugs))
	}
	caught := 0
	for _, b := range bugs {
		t.Run(b.name, func(t *testing.T) {
			by, err := b.caught(t.TempDir())
			switch {
			case err != nil:
				t.Error(err)
			case by == "":
				t.Error("nobody notices it")
			default:
				t.Logf("caught by %s", by)
				caught++
			}
		})
	}
	return fmt.Sprintf("%d of %d caught", caught, len(bugs))
}

// caught runs the attacks with the bug in, and returns the one that notices it.
func (b bug) caught(dir string) (by string, err error) {
	text, err := os.ReadFile(b.file)
	if err != nil {
		return "", err
	}
	here, err := filepath.Abs(b.file)
	if err != nil {
		return "", err
	}
	changed := filepath.Join(dir, filepath.Base(b.file))
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {here: changed}})
	if err != nil {
		return "", err
	}
	for path, text := range map[string][]byte{changed: []byte(strings.Replace(string(text), b.old, b.new, 1)), filepath.Join(dir, "overlay.json"): overlay} {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return "", err
		}
	}
	out, failed := exec.Command("go", "test", ".", "-overlay", filepath.Join(dir, "overlay.json"), "-run", attacksOnBugs,
		"-failfast", "-count=1", "-timeout=3m", "-vet=off", "-rapid.nofailfile", "-rapid.shrinktime=0s").CombinedOutput()
	if failed == nil {
		return "", nil
	}
	if strings.Contains(string(out), "[build failed]") {
		return "", fmt.Errorf("it does not compile:\n%s", out)
	}
	return attackIn(string(out)), nil
}

// attackIn names the attack that failed.
func attackIn(out string) string {
	_, rest, ok := strings.Cut(out, "--- FAIL: TestTorture/")
	if !ok {
		return "the end of the process"
	}
	name, _, _ := strings.Cut(rest, " ")
	name, _, _ = strings.Cut(name, "/")
	return strings.ReplaceAll(name, "_", " ")
}
