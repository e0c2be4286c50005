package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Times of a connection. Slack pings every few seconds, and ends a connection
// about ten seconds after its warning.
const (
	helloFor  = 10 * time.Second // until Slack has greeted
	silentFor = 30 * time.Second // without a word or a ping: the connection is dead
	writeFor  = 2 * time.Second  // that one acknowledgement may take
	retireFor = 20 * time.Second // that a connection is still read after its warning
	leaveFor  = time.Second      // that Slack may take to say goodbye as well
)

// envelopeMost is how many bytes an acknowledgement may have: Slack drops
// longer ones without a word.
const envelopeMost = 20*1024 - 1

// frameMost is how many bytes a frame may have.
const frameMost = 1 << 20

// socket is one connection to Slack.
type socket struct {
	conn *websocket.Conn
	take func(*socket, []byte) // takes each frame that wants an acknowledgement; it may wait

	retiring chan struct{} // closed when Slack has said that the connection will end
	retire   sync.Once
	gone     chan struct{} // closed when it has ended
	writing  sync.Mutex
}

// notice is what Slack says of a connection itself.
type notice struct {
	Type   string `json:"type"`
	Reason string `json:"reason"`
}

// errDisabled is what happens where Socket Mode was turned off.
var errDisabled = errors.New("the app's Socket Mode is turned off; turn it on in its settings")

// dial opens a connection, and returns it once Slack has greeted.
func (s *Slack) dial(ctx context.Context, take func(*socket, []byte)) (*socket, error) {
	ctx, cancel := context.WithTimeout(ctx, callFor)
	defer cancel()
	_, address, err := s.api.StartSocketModeContext(ctx)
	if err != nil {
		return nil, err
	}
	dialer := websocket.Dialer{NetDialContext: s.o.Dial, HandshakeTimeout: helloFor}
	conn, _, err := dialer.DialContext(ctx, address, nil)
	if err != nil {
		return nil, fmt.Errorf("connect to Slack's socket: %w", err)
	}
	c := &socket{conn: conn, take: take, retiring: make(chan struct{}), gone: make(chan struct{})}
	conn.SetReadLimit(frameMost)
	conn.SetPingHandler(func(text string) error {
		c.alive(silentFor)
		err := conn.WriteControl(websocket.PongMessage, []byte(text), time.Now().Add(writeFor))
		if err != nil {
			return fmt.Errorf("answer a ping: %w", err)
		}
		return nil
	})
	c.alive(helloFor)
	if err := c.greeted(); err != nil {
		_ = conn.Close() // it is given up
		return nil, err
	}
	return c, nil
}

func (c *socket) greeted() error {
	_, text, err := c.conn.ReadMessage()
	if err != nil {
		return fmt.Errorf("wait for Slack's hello: %w", err)
	}
	var hello notice
	if err := json.Unmarshal(text, &hello); err != nil || hello.Type != "hello" {
		return fmt.Errorf("the first word was %q, %s", hello.Type, hello.Reason)
	}
	return nil
}

// alive gives the connection so long to say something.
func (c *socket) alive(within time.Duration) {
	_ = c.conn.SetReadDeadline(time.Now().Add(within)) // a closed one ends at the next read
}

// read takes frames until the connection ends, and returns why it did.
func (c *socket) read() error {
	defer close(c.gone)
	defer c.conn.Close()
	for {
		c.alive(silentFor)
		kind, text, err := c.conn.ReadMessage()
		if err != nil {
			return err
		}
		if kind != websocket.TextMessage {
			continue
		}
		var said notice
		_ = json.Unmarshal(text, &said) // what can not be read is for whoever takes it
		switch {
		case said.Type == "disconnect" && said.Reason == "link_disabled":
			return errDisabled
		case said.Type == "disconnect" && said.Reason == "too_many_websockets":
			return errors.New("the app has too many connections open; run one Muster for each app")
		case said.Type == "disconnect":
			c.end()
		case said.Type != "hello":
			c.take(c, text)
		}
	}
}

// end makes room for a successor: the connection is read on, for as long as
// Slack may still send by it.
func (c *socket) end() {
	c.retire.Do(func() {
		close(c.retiring)
		time.AfterFunc(retireFor, func() { _ = c.conn.Close() }) // Slack has closed it long before
	})
}

// leave ends the connection in good order: what was written still arrives.
func (c *socket) leave() {
	_ = c.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(leaveFor)) // it is closed anyway
	time.AfterFunc(leaveFor, func() { _ = c.conn.Close() })
}

// acknowledge tells Slack that a frame is taken, with an answer or without.
func (c *socket) acknowledge(envelope string, payload any) error {
	text, err := json.Marshal(struct {
		ID      string `json:"envelope_id"`
		Payload any    `json:"payload,omitempty"`
	}{envelope, payload})
	if err != nil {
		return err
	}
	if len(text) > envelopeMost {
		return fmt.Errorf("it has %d bytes, and Slack drops what has more than %d", len(text), envelopeMost)
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	if err := c.conn.SetWriteDeadline(time.Now().Add(writeFor)); err != nil {
		return err
	}
	return c.conn.WriteMessage(websocket.TextMessage, text)
}

func (c *socket) hasEnded() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}
