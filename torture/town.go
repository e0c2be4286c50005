package torture

import (
	"net/http/httptest"
	"testing"

	"muster/workspace"
)

const manifest = `
display_information: {name: Test}
features: {bot_user: {display_name: test}}
oauth_config: {scopes: {bot: [chat:write, channels:manage, channels:read, canvases:write, files:read]}}
settings: {socket_mode_enabled: true}
`

// Town serves a workspace, for tests of what has its stand-in there, and returns
// its address.
func Town(t testing.TB) (w *workspace.Workspace, url string) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	w, err := workspace.New(workspace.Options{Manifest: manifest, URL: "http://" + server.Listener.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = w
	server.Start()
	t.Cleanup(func() {
		w.Close()
		server.Close()
	})
	return w, server.URL
}
