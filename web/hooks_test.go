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

func TestHooksAreAnsweredOnceTheyAreKept(t *testing.T) {
	for _, tt := range []struct {
		name, method, body string
		err                error
		want               int
	}{
		{"kept", http.MethodPost, "{}", nil, http.StatusAccepted},
		{"forged", http.MethodPost, "{}", web.Refusal{Status: http.StatusUnauthorized, Text: "no"}, http.StatusUnauthorized},
		{"can not be kept now", http.MethodPost, "{}", errors.New("the disk is full"), http.StatusServiceUnavailable},
		{"another method", http.MethodGet, "", nil, http.StatusMethodNotAllowed},
		{"too long", http.MethodPost, strings.Repeat("x", 2<<20+1), nil, http.StatusRequestEntityTooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			taken := false
			hook := web.Hook(func(_ context.Context, head http.Header, body []byte) error {
				taken = string(body) == tt.body && head.Get("X-Here") == "yes"
				return tt.err
			})
			r := httptest.NewRequest(tt.method, "/v1/x", strings.NewReader(tt.body))
			r.Header.Set("X-Here", "yes")
			answer := httptest.NewRecorder()
			hook.ServeHTTP(answer, r)
			if answer.Code != tt.want || strings.Contains(answer.Body.String(), "disk") {
				t.Errorf("%d %s, want %d", answer.Code, answer.Body, tt.want)
			}
			if heard := tt.want == http.StatusAccepted || tt.err != nil; taken != heard {
				t.Errorf("taken: %v", taken)
			}
		})
	}
}
