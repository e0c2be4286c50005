package pagerduty_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"testing"

	"muster/integrations/pager"
	"muster/integrations/pager/pagerduty"
)

const secret = "a-secret-for-tests-only"

func signed(body []byte, with string) http.Header {
	mac := hmac.New(sha256.New, []byte(with))
	mac.Write(body)
	return http.Header{"X-Pagerduty-Signature": {"v1=" + hex.EncodeToString(mac.Sum(nil))}, "X-Webhook-Id": {"w1"}}
}

const acknowledged = `{"event":{"id":"01A","event_type":"incident.acknowledged","resource_type":"incident","occurred_at":"2026-03-12T09:21:00.000Z",
"agent":{"id":"PBO","type":"user_reference","summary":"Bo Lindqvist"},"client":null,
"data":{"id":"Q1","type":"incident","html_url":"https://p/Q1","number":7,"title":"down","urgency":"high","service":{"summary":"Checkout"},"priority":null,"assignees":[{"id":"PBO","summary":"Bo Lindqvist"}]}}}`

func TestAHookIsRead(t *testing.T) {
	key, h, heard, err := pagerduty.ReadHook(signed([]byte(acknowledged), secret), []byte(acknowledged), secret)
	if err != nil || !heard || key != "w1" || h.What != pager.Answered || h.By.Name != "Bo Lindqvist" || h.Alarm.ID != "Q1" || h.Alarm.Ref != "#7" || h.Alarm.Service != "Checkout" {
		t.Errorf("%q %+v %v %v", key, h, heard, err)
	}
	ping := []byte(`{"event":{"id":"01B","event_type":"pagey.ping","data":{"message":"Hello","type":"ping"}}}`)
	if _, _, heard, err := pagerduty.ReadHook(signed(ping, secret), ping, secret); heard || err != nil {
		t.Errorf("a ping: %v, %v", heard, err)
	}
}

func TestAForgedHookIsRefused(t *testing.T) {
	for name, head := range map[string]http.Header{
		"another secret": signed([]byte(acknowledged), "other"), "another body": signed([]byte("{}"), secret),
		"none": {}, "empty": {"X-Pagerduty-Signature": {""}}, "of another version": {"X-Pagerduty-Signature": {"v0=00"}},
	} {
		if _, _, heard, err := pagerduty.ReadHook(head, []byte(acknowledged), secret); heard || !errors.Is(err, pagerduty.ErrForged) {
			t.Errorf("%s: %v, %v", name, heard, err)
		}
	}
}

// FuzzReadHook reads anything that is signed: it is heard with an alarm, or not.
func FuzzReadHook(f *testing.F) {
	f.Add([]byte(acknowledged))
	f.Add([]byte(`{"event":{"data":{"incident":null}}}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		key, h, heard, err := pagerduty.ReadHook(signed(body, secret), body, secret)
		if errors.Is(err, pagerduty.ErrForged) || heard && (key == "" || h.Alarm.ID == "" || err != nil) {
			t.Errorf("%q %+v %v %v", key, h, heard, err)
		}
	})
}
