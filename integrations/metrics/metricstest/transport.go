package metricstest

import (
	"io"
	"net/http"
	"strings"
)

// carries is a transport that answers by itself.
type carries func(*http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (c carries) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_ = r.Body.Close() // nobody reads it
	}
	return c(r)
}

func answers(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

// endless is a body that goes on and on.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for n := range p {
		p[n] = ' '
	}
	return len(p), nil
}

func (endless) Close() error { return nil }

// broken is a body that breaks off.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
func (broken) Close() error             { return nil }
