package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"muster/web"
)

func TestHealth(t *testing.T) {
	var problem error
	metrics := http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write([]byte("muster_connected 1")) })
	h := web.Health(func(context.Context) error { return problem }, metrics)
	for _, tt := range []struct {
		method, path string
		problem      error
		status       int
		body         string
	}{
		{"GET", "/livez", nil, http.StatusOK, "ok"},
		{"GET", "/readyz", nil, http.StatusOK, "ok"},
		{"GET", "/metrics", nil, http.StatusOK, "muster_connected 1"},
		{"GET", "/livez", errors.New("not connected"), http.StatusOK, "ok"},
		{"GET", "/readyz", errors.New("not connected"), http.StatusServiceUnavailable, "not connected"},
		{"POST", "/readyz", nil, http.StatusMethodNotAllowed, ""},
		{"GET", "/", nil, http.StatusNotFound, ""},
	} {
		problem = tt.problem
		got := httptest.NewRecorder()
		h.ServeHTTP(got, httptest.NewRequest(tt.method, tt.path, nil))
		if got.Code != tt.status || !strings.Contains(got.Body.String(), tt.body) {
			t.Errorf("%s %s with %v: %d %q", tt.method, tt.path, tt.problem, got.Code, got.Body)
		}
	}
}
