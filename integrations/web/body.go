package web

import (
	"bytes"
	"io"
	"net/http"
)

// body is what a call sends: what its first try reads, nil for the request's
// own; and how to get it anew, nil where that can not be.
type body struct {
	reader io.ReadCloser
	anew   func() (io.ReadCloser, error)
}

// keepMost is how much of a body is kept for another try, in bytes.
const keepMost = 1 << 20

// bodyOf keeps the body where nobody else can replay it. What is larger than
// may be kept is sent once.
func bodyOf(r *http.Request) (body, error) {
	switch {
	case r.Body == nil || r.Body == http.NoBody:
		return body{anew: func() (io.ReadCloser, error) { return r.Body, nil }}, nil
	case r.GetBody != nil || isUrgent(r.Context()):
		return body{anew: r.GetBody}, nil
	}
	kept, err := io.ReadAll(io.LimitReader(r.Body, keepMost+1))
	if err == nil && len(kept) > keepMost {
		return body{reader: joined{io.MultiReader(bytes.NewReader(kept), r.Body), r.Body}}, nil
	}
	_ = r.Body.Close() // all of it was read, or the call is not made
	anew := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(kept)), nil }
	reader, _ := anew() // it never fails
	return body{reader, anew}, err
}

type joined struct {
	io.Reader
	io.Closer
}

// first is the request for the first try.
func (b body) first(r *http.Request) *http.Request {
	if b.reader == nil {
		return r
	}
	return with(r, b.reader)
}

// again is the request for another try, where there can be one.
func (b body) again(r *http.Request) (*http.Request, bool) {
	if b.anew == nil {
		return nil, false
	}
	reader, err := b.anew()
	return with(r, reader), err == nil
}

func with(r *http.Request, body io.ReadCloser) *http.Request {
	r = r.Clone(r.Context())
	r.Body = body
	return r
}

// drop is for a request that is not sent.
func drop(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close() // nothing of it was wanted
	}
}

// discardMost is how much of an answer that nobody wants is read, so that its
// connection can be used again; in bytes.
const discardMost = 64 << 10

func discard(answer *http.Response) {
	if answer != nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, discardMost)) // nobody wants it
		_ = answer.Body.Close()
	}
}
