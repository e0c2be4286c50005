package cli

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/config"
)

const machineSecret = "a-secret-for-tests-only"

// machines serves machines from a bot that is assembled and does not run: what
// they declare needs the store alone.
func machines(t *testing.T) (*Instance, *httptest.Server) {
	t.Helper()
	c := config.Default()
	c.Store, c.HTTP.Secret = "bolt:"+filepath.Join(t.TempDir(), "muster.db"), machineSecret
	i, err := Assemble(c, Outside{Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	h, err := listenHealth("", i, http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h.server.Handler)
	t.Cleanup(func() {
		server.Close()
		_ = i.Store.Close()
	})
	return i, server
}

func declareAt(url, body string) (status int, answer string, err error) {
	r, err := http.NewRequest(http.MethodPost, url+"/v1/incidents", strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	mac := hmac.New(sha256.New, []byte(machineSecret))
	mac.Write([]byte(body))
	r.Header.Set("X-Muster-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	r.Header.Set("Content-Type", "application/json")
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	return got.StatusCode, string(text), err
}

func TestMachinesDeclareOnceAKey(t *testing.T) {
	i, server := machines(t)
	var all sync.WaitGroup
	counts := map[string]int{}
	var mu sync.Mutex
	for range 20 {
		all.Go(func() {
			status, answer, err := declareAt(server.URL, `{"key":"alert-1","title":"checkout is down"}`)
			mu.Lock()
			defer mu.Unlock()
			counts[fmt.Sprint(status, " ", strings.TrimSpace(answer), err)]++
		})
	}
	all.Wait()
	const same = `{"incident":"INC-1","channel":null}<nil>`
	if len(counts) != 2 || counts["201 "+same] != 1 || counts["200 "+same] != 19 {
		t.Errorf("20 at once are answered with %v", counts)
	}
	if last, err := i.Store.Last(t.Context()); err != nil || last != 1 {
		t.Errorf("%v were declared, %v", last, err)
	}
	if err := i.Store.Close(); err != nil {
		t.Fatal(err)
	}
	if status, answer, _ := declareAt(server.URL, `{"key":"alert-2","title":"x"}`); status != http.StatusServiceUnavailable || !strings.Contains(answer, "Send it again with the same key") {
		t.Errorf("without a store: %d %s", status, answer)
	}
}

func TestOtherAddressesStayAsTheyAre(t *testing.T) {
	_, server := machines(t)
	for path, want := range map[string]int{"/livez": 200, "/readyz": 503, "/v1/incidents": 405, "/v1/incidents/": 404, "/": 404} {
		got, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		got.Body.Close()
		if got.StatusCode != want {
			t.Errorf("GET %s: %d, want %d", path, got.StatusCode, want)
		}
	}
}

func TestCheckNamesWhatServicesLack(t *testing.T) {
	path, _ := configFile(t)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write := func(services string) {
		if err := os.WriteFile(path, append(text, services...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("services:\n  checkout: {description: x, owners: [a]}\n")
	does(t, "--    "+path+":4: services.checkout: it has no runbook", "check", "--offline", "--config", path)
	write("services:\n  checkout: {description: x, owners: [a], runbook: here}\n")
	if status, out, _ := run("check", "--offline", "--config", path); status != exitFailed || !strings.Contains(out, "FAIL  "+path+`:4: services.checkout.runbook: "here" is no web address`) {
		t.Errorf("it ends with %d, says %s", status, out)
	}
}
