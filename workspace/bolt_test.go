package workspace_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"muster/workspace"
)

func boltWorks(t *testing.T, m *matrix) {
	a := everything(t)
	a.program("bolt.js")
	a.connected(1)
	try := func(feature string, check func() error) { t.Helper(); m.try(t, "bolt", feature, check) }
	must(t, a.InviteApp("ana", "general"))

	try("a command, answered with its acknowledgement", func() error {
		return shown(a.Say("ana", "general", "/greet @bo"))("Hello, @bo")
	})
	try("respond() to a command, for everybody to see", func() error {
		_, err := a.Say("ana", "general", "/everybody")
		return errors.Join(err, a.reads("general", "Said to everybody"))
	})
	a.boltForms(try)
	a.boltButtons(try)
	a.boltEvents(try)
	m.methods(a, "bolt")
}

// shown checks what a person was shown alone.
func shown(got workspace.Answer, err error) func(string) error {
	return func(want string) error {
		if err == nil && !slices.Contains(got.Ephemeral, want) {
			return fmt.Errorf("shown %q, want %q", got.Ephemeral, want)
		}
		return err
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (a app) boltForms(try func(string, func() error)) {
	var id string
	step := func(title string, values workspace.Values) error {
		_, err := a.Submit("ana", id, values)
		if err == nil {
			id, err = a.form(title)
		}
		return err
	}
	try("a modal, opened by a command", func() (err error) {
		if _, err = a.Say("ana", "general", "/form"); err == nil {
			id, err = a.form("A form")
		}
		return err
	})
	try("errors in a modal", func() error {
		got, err := a.Submit("ana", id, words("bad"))
		if err == nil && got.Errors["words"] != "Say it better" {
			err = fmt.Errorf("errors are %v", got.Errors)
		}
		return err
	})
	try("a modal that takes the place of another", func() error { return step("Once more", words("again")) })
	try("a modal on top of another, in answer to it", func() error { return step("On top", words("deeper")) })
	try("a modal on top of another, by a button in it", func() (err error) {
		a.clickView(id, "deeper")
		id, err = a.form("Pushed")
		return err
	})
	try("options of an external select", func() error {
		got, err := a.Suggest("ana", "", "", id, "search", "ap")
		if err == nil && len(got.Options) != 2 {
			err = fmt.Errorf("offered %v", got.Options)
		}
		return err
	})
	try("a modal that is closed", func() (err error) {
		_, err = a.Dismiss("ana", id)
		if err == nil {
			id, err = a.form("On top")
		}
		return errors.Join(err, a.reads("general", "The form was closed"))
	})
	try("a modal, sent in", func() error {
		values := words("hello")
		values["found"] = map[string]workspace.Given{"search": {"apple"}}
		_, err := a.Submit("ana", id, values)
		return errors.Join(err, a.reads("general", "ana wrote hello for null and found apple"))
	})
	try("all modals, cleared", func() (err error) {
		if id, err = a.form("Once more"); err != nil {
			return err
		}
		_, err = a.Submit("ana", id, words("all"))
		if err == nil && a.Form("ana") != "" {
			err = errors.New("one is still open")
		}
		return err
	})
}

func (a app) boltButtons(try func(string, func() error)) {
	var asked workspace.Message
	try("blocks in a message", func() error {
		if _, err := a.Say("ana", "general", "/ask"); err != nil {
			return err
		}
		return soon(func() (err error) {
			asked, err = a.find("general", "Ship it?")
			return err
		})
	})
	try("a select in a message", func() error {
		_, err := a.Click("ana", "general", asked.TS, "when", "tomorrow")
		return errors.Join(err, a.reads("general", "It is for tomorrow"))
	})
	try("a button, whose message is replaced", func() error {
		_, err := a.Click("ana", "general", asked.TS, "ship")
		return errors.Join(err, a.reads("general", "Shipped by ana"))
	})
	try("a shortcut, whose modal is loaded and then updated", func() error {
		if _, err := a.Shortcut("ana", "make"); err != nil {
			return err
		}
		id, err := a.form("By a shortcut")
		_, closed := a.Dismiss("ana", id)
		return errors.Join(err, closed)
	})
	try("a shortcut of a message", func() error {
		said, err := a.Say("bo", "general", "worth keeping")
		if err != nil {
			return err
		}
		_, err = a.MessageShortcut("ana", "general", said.TS, "keep")
		return errors.Join(err, a.reads("general", "Kept: worth keeping (only ana sees this)"))
	})
}

func (a app) boltEvents(try func(string, func() error)) {
	try("a mention, answered in its thread", func() error {
		_, err := a.Say("ana", "general", "hello @everything")
		return errors.Join(err, a.reads("general", "    "+a.clock()+" everything: You called?"))
	})
	try("a reaction", func() error {
		said, err := a.Say("ana", "general", "look here")
		if err == nil {
			err = a.React("bo", "general", said.TS, "eyes")
		}
		return errors.Join(err, a.reads("general", "eyes on look here"))
	})
	try("a direct message", func() error {
		_, err := a.Say("ana", "@everything", "write that down please")
		return errors.Join(err, a.reads("@ana", "Written down"))
	})
	try("a file", func() error { return a.reads("@ana", "(file notes.txt)") })
	try("the Home tab", func() error {
		if err := a.OpenHome("ana"); err != nil {
			return err
		}
		return soon(func() error {
			var got struct {
				Home struct{ Blocks []struct{ Type string } }
			}
			if a.control("GET", "/views?as=ana", nil, &got); len(got.Home.Blocks) != 1 {
				return fmt.Errorf("it has %v", got)
			}
			return nil
		})
	})
	try("a connection that is refreshed, with a warning", func() error { return a.refreshed("bo") })
}

// refreshed warns the app, waits until it has connected anew, and sees it answer.
func (a app) refreshed(as string) error {
	before := len(a.Calls(0))
	a.Disconnect("warning")
	err := soon(func() error {
		for _, c := range a.Calls(before) {
			if c.Kind == "socket" && c.Data["event"] == "connected" {
				return nil
			}
		}
		return errors.New("it did not connect anew")
	})
	if err != nil {
		return err
	}
	return soon(func() error {
		got, err := a.Say(as, "general", "/greet you")
		if err == nil && len(got.Ephemeral) != 1 {
			err = fmt.Errorf("it answered %q", got.Ephemeral)
		}
		return err
	})
}

func (a app) clock() string { return a.Now().UTC().Format("15:04") }

func (a app) find(channel, text string) (workspace.Message, error) {
	messages, err := a.Messages(channel)
	for _, m := range messages {
		if m.Text == text {
			return m, nil
		}
	}
	return workspace.Message{}, fmt.Errorf("no message %q in %s: %v", text, channel, err)
}
