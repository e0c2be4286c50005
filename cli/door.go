package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"muster/chat"
	"muster/commands"
	"muster/templates"
	"muster/timeline"
)

// The door is how the command line speaks to the bot that runs on the same
// machine: a socket beside the store, which only the store's owner may open.
// Where no bot runs, the command line opens the store itself.

func doorOf(storePath string) string { return storePath + ".door" }

// order is what the command line asks of the running bot.
type order struct {
	As      string `json:"as,omitempty"`      // the account that asks
	Line    string `json:"line,omitempty"`    // a command, as in the chat
	Request string `json:"request,omitempty"` // the key of the request
	Backup  string `json:"backup,omitempty"`  // where to put a copy of the store
	Aside   string `json:"aside,omitempty"`   // "list", "retry" or "drop" what is set aside
	Key     string `json:"key,omitempty"`     // of what is set aside

	Review *wantedReview `json:"review,omitempty"`
}

// outcome is what the bot answers.
type outcome struct {
	Text    string `json:"text"`
	Refused bool   `json:"refused,omitempty"`
	Misused bool   `json:"misused,omitempty"` // it can not be meant
}

func refusal(text string) outcome { return outcome{Text: text, Refused: true} }

// orderFor is how long the command line waits for the bot.
const orderFor = 15 * time.Second

// backupFor is the same where it is to go through its whole store.
const backupFor = 10 * time.Minute

// openDoor serves the command line. The store is held, so that a door that is
// there already is of a bot that is gone.
func openDoor(i *Instance, storePath string) (func(), error) {
	path := doorOf(storePath)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	server := &http.Server{ReadHeaderTimeout: readHeaderFor, Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var o order
		if err := json.NewDecoder(http.MaxBytesReader(rw, r.Body, 1<<20)).Decode(&o); err != nil {
			http.Error(rw, err.Error(), http.StatusBadRequest)
			return
		}
		_ = json.NewEncoder(rw).Encode(i.obey(r.Context(), o)) // who asked is gone: nothing to do
	})}
	go server.Serve(listener)
	return func() { _ = server.Close() }, nil // the process ends
}

// obey does what the command line asks.
func (i *Instance) obey(ctx context.Context, o order) outcome {
	if o.Backup != "" {
		if err := i.Store.Backup(ctx, o.Backup); err != nil {
			return refusal(err.Error())
		}
		return outcome{Text: "copied to " + o.Backup + ", and every record of the copy is proven"}
	}
	if o.Aside != "" {
		return i.aside(ctx, o)
	}
	if o.Review != nil {
		return i.reviewed(ctx, *o.Review)
	}
	req := chat.Request{ID: o.Request, By: timeline.LocalPerson(o.As)}
	desk := i.Bot.Desk
	desk.Slash = "muster" // so that advice can be typed where it is read
	answer, err := desk.Do(ctx, req, o.Line)
	var wrong commands.Sorry
	switch {
	case errors.As(err, &wrong):
		return outcome{Text: i.plainly(ctx, wrong.Text), Misused: true}
	case err != nil:
		return refusal("NOT recorded: " + err.Error())
	case answer.Message == nil:
		return outcome{Text: "Say it in one line: muster help tells how.", Misused: true}
	}
	return outcome{Text: i.plainly(ctx, answer.Message.Text)}
}

// plainly is a text as a terminal shows it.
func (i *Instance) plainly(ctx context.Context, text string) string {
	open, _ := i.Journal.Open(ctx) // without it people are told by their IDs
	return templates.Plain(func(id string) string {
		if name, local := timeline.IsLocal(id); local {
			return name
		}
		for _, inc := range open {
			if name := inc.Person(id).Name; name != "" {
				return name
			}
		}
		return id
	}).Write(text)
}

// ask has the running bot do something, or does it with the store where no bot
// runs.
func (sh *shell) ask(ctx context.Context, o order) error {
	told, err := sh.send(ctx, o)
	if err != nil {
		return err
	}
	if told.Misused {
		return misuse{errors.New(strings.ReplaceAll(told.Text, "\n", " "))}
	}
	if told.Refused {
		return errors.New(told.Text)
	}
	fmt.Fprintln(sh.out, told.Text)
	return nil
}

func (sh *shell) send(ctx context.Context, o order) (told outcome, err error) {
	c, err := sh.configured()
	if err != nil {
		return told, err
	}
	body, err := json.Marshal(o)
	if err != nil {
		return told, err
	}
	most := orderFor
	if o.Backup != "" || o.Review != nil {
		most = backupFor // it may have to read every incident first
	}
	told, err = knock(ctx, doorOf(c.StorePath()), body, most)
	var dial *net.OpError
	if !errors.As(err, &dial) || dial.Op != "dial" {
		return told, err
	}
	// Nobody opens. No bot runs here, or the store says which process holds it.
	i, err := Assemble(c, Outside{Now: time.Now, Log: newLog(sh.err)})
	if err != nil {
		return told, err
	}
	defer i.Store.Close()
	return i.obey(ctx, o), nil
}

// knock sends an order through a door.
func knock(ctx context.Context, path string, body []byte, most time.Duration) (told outcome, err error) {
	var dialer net.Dialer
	client := http.Client{Timeout: most, Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, "unix", path)
	}}}
	defer client.CloseIdleConnections()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://muster/", bytes.NewReader(body))
	if err != nil {
		return told, err
	}
	answer, err := client.Do(r)
	if os.IsTimeout(err) {
		return told, fmt.Errorf("the running bot does not answer within %v; it may still do it: look with muster status before you ask again", most)
	}
	if err != nil {
		return told, fmt.Errorf("ask the running bot: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(answer.Body) // as much as there is
		return told, fmt.Errorf("the running bot answered: %s", text)
	}
	return told, json.NewDecoder(answer.Body).Decode(&told)
}
