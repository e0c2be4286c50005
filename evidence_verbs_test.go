package main_test

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"muster/config"
)

// evidence has PagerDuty know of changes and Prometheus of metrics, those of the
// story of the day, from the next start on.
func (s *stage) evidence([]string) (string, error) {
	s.config.Prometheus.URL = "http://" + s.address + "/prometheus"
	s.config.Changes.Keep = config.Cadence(30 * 24 * time.Hour)
	return "", s.town.OutageEvidence(opening)
}

// measured has the bot ask the workspace's Prometheus for one SLI of the company.
func (s *stage) measured() {
	s.config.Prometheus.URL = "http://" + s.address + "/prometheus"
	s.config.SLIs = []config.SLI{{Name: "orders", Kind: "throughput", BadDirection: "down", Source: "prometheus", Unit: "/min", Query: `requests_per_minute{service="checkout"}`}}
}

// pipeline tells of a change over HTTP: "pipeline BODY", with the bearer key; or
// "pipeline KEY BODY".
func (s *stage) pipeline(args []string) (string, error) {
	if err := s.rest(); err != nil {
		return "", err
	}
	key, body := machineSecret, args[len(args)-1]
	if len(args) > 1 {
		key = args[0]
	}
	r := httptest.NewRequest(http.MethodPost, "/v1/changes", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+key)
	answer := httptest.NewRecorder()
	s.bot.Changes().ServeHTTP(answer, r)
	return fmt.Sprint(answer.Code, " ", answer.Body), s.rest()
}

// drawn prints the size of every picture in a channel: "drawn room".
func (s *stage) drawn(args []string) (string, error) {
	if err := s.rest(); err != nil {
		return "", err
	}
	messages, err := s.town.Messages(s.channel(args[0]))
	var out strings.Builder
	for _, m := range messages {
		for _, address := range m.Files {
			content, ok := s.town.File(address)
			if !ok || !strings.HasSuffix(address, ".png") {
				continue
			}
			picture, bad := png.DecodeConfig(bytes.NewReader(content))
			err = errors.Join(err, bad)
			fmt.Fprintf(&out, "%s %d×%d\n", address[strings.LastIndex(address, "/")+1:], picture.Width, picture.Height)
		}
	}
	return out.String(), err
}
