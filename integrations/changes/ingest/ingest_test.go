package ingest_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"muster/integrations/changes"
	"muster/integrations/changes/ingest"
	"muster/timeline"
)

var at = time.Date(2026, 11, 21, 14, 5, 0, 0, time.UTC)

func TestDecode(t *testing.T) {
	binary := http.Header{"Ce-Specversion": {"1.0"}, "Ce-Id": {"7"}, "Ce-Source": {"/ci%20x"}, "Ce-Type": {"deploy"}, "Ce-Time": {"2026-11-21T14:05:00Z"}}
	deployed := changes.Change{
		ID: "/ci e1", Kind: changes.Deploy, State: changes.Succeeded, Started: at, Finished: at,
		Service: "checkout", Environment: "production", Version: "4.2", Title: "checkout 4.2 deployed in production",
	}
	for _, tt := range []struct {
		what string
		head http.Header
		body string
		want changes.Change
	}{
		{"the whole of our own", nil, `{"id":"1","kind":"deploy","service":"checkout","environment":"production","title":"Deploy","version":"4.2",
			"previous_version":"4.1","revision":"abc","repo":"shop/checkout","actor":"ana","status":"succeeded","started_at":"2026-11-21T14:05:00Z",
			"finished_at":1795269960,"url":"https://ci.example/1","rollback":"https://ci.example/undo","links":[],"labels":{"n":1,"b":true,"t":"x","o":null}}`,
			changes.Change{
				ID: "1", Kind: changes.Deploy, Service: "checkout", Environment: "production", Title: "Deploy", Version: "4.2", Previous: "4.1", Revision: "abc",
				Author: "ana", State: changes.Succeeded, Started: at, Finished: at.Add(time.Minute), URL: "https://ci.example/1", Rollback: "https://ci.example/undo",
				Labels: map[string]string{"repo": "shop/checkout", "n": "1", "b": "true", "t": "x"},
			}},
		{"numbers as texts", nil, `{"id":17,"version":4.20}`, changes.Change{ID: "17", Kind: changes.Deploy, Version: "4.20"}},
		{"milliseconds", nil, `{"id":"1","started_at":1795269900000}`, changes.Change{ID: "1", Kind: changes.Deploy, Started: at}},
		{"seconds in a text", nil, `{"id":"1","started_at":"1795269900"}`, changes.Change{ID: "1", Kind: changes.Deploy, Started: at}},
		{"another time zone", nil, `{"id":"1","started_at":"2026-11-21T15:05:00+01:00"}`, changes.Change{ID: "1", Kind: changes.Deploy, Started: at}},
		{"a zone without a colon", nil, `{"id":"1","started_at":"2026-11-21T15:05:00.000+0100"}`, changes.Change{ID: "1", Kind: changes.Deploy, Started: at}},
		{"empty and null", nil, `{"id":"1","started_at":"","service":null,"kind":"","status":"","labels":null}`, changes.Change{ID: "1", Kind: changes.Deploy}},
		{"a migration", nil, `{"id":"1","kind":"migration"}`, changes.Change{ID: "1", Kind: changes.Infra, Labels: map[string]string{"kind": "migration"}}},
		{"another", nil, `{"id":"1","kind":"other"}`, changes.Change{ID: "1", Kind: changes.Config, Labels: map[string]string{"kind": "other"}}},
		{"GitHub's word for a state", nil, `{"id":"1","status":"failure"}`, changes.Change{ID: "1", Kind: changes.Deploy, State: changes.Failed}},
		{"links", nil, `{"id":"1","links":["https://a.example"]}`, changes.Change{ID: "1", Kind: changes.Deploy, URL: "https://a.example"}},
		{"links with texts", nil, `{"id":"1","links":[{"href":"https://a.example","text":"a"}]}`, changes.Change{ID: "1", Kind: changes.Deploy, URL: "https://a.example"}},

		{"a CloudEvent", http.Header{"Content-Type": {"application/cloudevents+json"}},
			`{"specversion":"1.0","id":"7","source":"/ci","type":"x","time":"2026-11-21T14:05:00Z","data":{"service":"checkout"}}`,
			changes.Change{ID: "/ci 7", Kind: changes.Deploy, Service: "checkout", Started: at}},
		{"a CloudEvent of an end, with an ID inside", nil,
			`{"specversion":"1.0","id":"7","source":"/ci","type":"x","time":"2026-11-21T14:05:00Z","data":{"id":"1","status":"failed"}}`,
			changes.Change{ID: "1", Kind: changes.Deploy, State: changes.Failed, Finished: at}},
		{"a CloudEvent with coded data", nil, `{"specversion":"1.0","id":"7","source":"/ci","type":"x","data_base64":"eyJpZCI6IjEifQ=="}`, changes.Change{ID: "1", Kind: changes.Deploy}},
		{"a binary CloudEvent", binary, `{"service":"checkout"}`, changes.Change{ID: "/ci x 7", Kind: changes.Deploy, Service: "checkout", Started: at}},
		{"a CloudEvent with a long source", nil, `{"specversion":"1.0","id":"7","source":"` + strings.Repeat("s", 400) + `","type":"x","data":{}}`,
			changes.Change{ID: "sum-eae36f34f3e1aa84ba5b0d13", Kind: changes.Deploy}},

		{"a CDEvent", nil, `{"context":{"version":"0.4.1","id":"e1","source":"/ci","type":"dev.cdevents.service.deployed.0.2.0","timestamp":"2026-11-21T14:05:00Z"},
			"subject":{"id":"checkout","type":"service","content":{"environment":{"id":"production"},"artifactId":"pkg:oci/checkout@sha256%3Aabc?tag=4.2"}}}`, deployed},
		{"a CDEvent without content, of another version", nil, `{"context":{"id":"e1","source":"/ci","type":"dev.cdevents.service.deployed.9.9.9-draft","timestamp":"2026-11-21T14:05:00Z"},
			"subject":{"id":"checkout","environment":"production","artifactId":"pkg:oci/checkout@4.2"}}`, deployed},
		{"a CDEvent in a CloudEvent", nil, `{"specversion":"1.0","id":"7","source":"/x","type":"dev.cdevents.service.deployed.0.2.0","data":{
			"context":{"id":"e1","source":"/ci","type":"dev.cdevents.service.deployed.0.2.0","timestamp":"2026-11-21T14:05:00Z"},
			"subject":{"id":"checkout","content":{"environment":{"id":"production"},"artifactId":"pkg:oci/checkout@4.2"}}}}`, deployed},
		{"a service rolled back", nil, `{"context":{"id":"e1","source":"https://ci.example","type":"dev.cdevents.service.rolledback.0.2.0","timestamp":"2026-11-21T14:05:00Z"},
			"subject":{"id":"checkout","content":{}}}`, changes.Change{
			ID: "https://ci.example e1", Kind: changes.Rollback, State: changes.Succeeded, Started: at, Finished: at, Service: "checkout", Title: "checkout rolled back", URL: "https://ci.example",
		}},
		{"an environment modified", nil, `{"context":{"id":"e1","source":"/ci","type":"dev.cdevents.environment.modified.0.2.0","timestamp":"2026-11-21T14:05:00Z"},
			"subject":{"id":"eu-1","content":{"name":"production","url":"https://k8s.example"}}}`, changes.Change{
			ID: "/ci e1", Kind: changes.Infra, State: changes.Succeeded, Started: at, Finished: at, Environment: "production", Title: "eu-1 modified", URL: "https://k8s.example",
		}},

		{"a change event for PagerDuty", nil, `{"routing_key":"k","payload":{"summary":"Build 7","timestamp":"2026-11-21T14:05:00Z","source":"ci-1",
			"custom_details":{"service":"checkout","version":7,"id":"1","build_state":"passed","deep":{"a":1}}},"links":[{"href":"https://ci.example/7"}]}`, changes.Change{
			ID: "derived-2e0e9ca4cbe0d1dc6c6b56b7", Kind: changes.Deploy, Title: "Build 7", Service: "checkout", Version: "7", Started: at, URL: "https://ci.example/7",
			Labels: map[string]string{"source": "ci-1", "id": "1", "build_state": "passed"},
		}},
		{"a webhook of LaunchDarkly", nil, `{"_id":"57c0","date":1795269900000,"kind":"flag","name":"New checkout","titleVerb":"turned on the flag","comment":"for all",
			"member":{"email":"ana@corp.example"},"_links":{"site":{"href":"/shop/production/features/new-checkout"}},
			"target":{"resources":["proj/shop:env/production;prod:flag/new-checkout;ui"]},"title":"x","accesses":[]}`, changes.Change{
			ID: "57c0", Kind: changes.Flag, State: changes.Succeeded, Started: at, Finished: at, Environment: "production", Title: "turned on the flag New checkout: for all",
			Author: "ana@corp.example", URL: "https://app.launchdarkly.com/shop/production/features/new-checkout", Labels: map[string]string{"project": "shop", "flag": "new-checkout"},
		}},
	} {
		got, err := ingest.Decode(tt.head, []byte(tt.body))
		if err != nil || len(got.Changes) != 1 || len(got.Warnings) > 0 {
			t.Errorf("%s: %+v, %v", tt.what, got, err)
			continue
		}
		if strings.HasPrefix(got.Changes[0].ID, "derived-") || strings.HasPrefix(got.Changes[0].ID, "sum-") {
			tt.want.ID = got.Changes[0].ID // which one it is, other tests tell
		}
		if diff := cmp.Diff(tt.want, got.Changes[0]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.what, diff)
		}
	}
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	for _, tt := range []struct{ what, body, want string }{
		{"nothing", ``, "The body is empty. Send a JSON object, with id, kind, service"},
		{"no JSON", `{"id":`, "The body is no JSON"},
		{"two", `{"id":"1"}{}`, "more behind"},
		{"a text", `"x"`, "A change has to be a JSON object"},
		{"an empty list", `[]`, "The list is empty"},
		{"a long list", `[` + strings.Repeat(`{},`, 100) + `{}]`, "There are 101 changes, and 100 are taken at once"},
		{"an unknown field", `{"sevice":"x"}`, `There is no field "sevice"; the fields are id, kind, service, environment,`},
		{"another case", `{"ID":"x"}`, `There is no field "ID"`},
		{"a wrong kind", `{"kind":"deployment"}`, `"kind" has to be deploy, rollback, config, flag, infra, migration or other, and is "deployment".`},
		{"a wrong status", `{"status":"done"}`, `"status" has to be started, succeeded, failed or rolled_back, and is "done".`},
		{"a wrong type", `{"service":["x"]}`, `"service" has to be a text, such as "4.2".`},
		{"a wrong time", `{"started_at":"yesterday"}`, `"started_at" has to be a time, such as 2026-11-21T14:05:00Z`},
		{"a time below zero", `{"started_at":-5}`, `"started_at" has to be a time`},
		{"wrong links", `{"links":"x"}`, `"links" has to be a list`},
		{"wrong labels", `{"labels":{"a":{}}}`, `"labels" has to be an object of texts`},
		{"next to nothing", `{"status":"started"}`, "It says too little"},
		{"a CloudEvent of another version", `{"specversion":"0.3","id":"1","source":"/","type":"x","data":{}}`, `specversion "0.3"; send 1.0`},
		{"a CloudEvent without an ID", `{"specversion":"1.0","source":"/","type":"x","data":{}}`, "has no id"},
		{"a CloudEvent without data", `{"specversion":"1.0","id":"1","source":"/","type":"x"}`, "The data of the CloudEvent has to be a JSON object"},
		{"a CloudEvent with no base64", `{"specversion":"1.0","id":"1","source":"/","type":"x","data_base64":"%"}`, "no base64"},
		{"a CloudEvent without its CDEvent", `{"specversion":"1.0","id":"1","source":"/","type":"dev.cdevents.service.deployed.0.2.0","data":{}}`, "is no CDEvent"},
		{"a CDEvent without a time", `{"context":{"id":"1","type":"dev.cdevents.service.deployed.0.2.0"},"subject":{"id":"x"}}`, "timestamp of the CDEvent"},
		{"a CDEvent without an ID", `{"context":{"type":"dev.cdevents.service.deployed.0.2.0"},"subject":{"id":"x"}}`, "has no id"},
		{"PagerDuty without a summary", `{"routing_key":"k","payload":{}}`, "no payload with a summary"},
		{"PagerDuty with a wrong time", `{"routing_key":"k","payload":{"summary":"x","timestamp":"x"}}`, "timestamp of the payload"},
	} {
		_, err := ingest.Decode(nil, []byte(tt.body))
		var refused changes.Refused
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), tt.want) || !strings.HasSuffix(err.Error(), ".") {
			t.Errorf("%s: %v, want %q", tt.what, err, tt.want)
		}
	}
	_, err := ingest.Decode(nil, []byte(`[{"id":"1"},{"id":"2","x":1}]`))
	var refused changes.Refused
	if !errors.As(err, &refused) || refused.Index != 1 {
		t.Errorf("the second of a list: %+v", err)
	}
}

func TestWhatIsNoChangeIsTold(t *testing.T) {
	const run = `{"context":{"id":"1","source":"/ci","type":"dev.cdevents.pipelinerun.finished.0.2.0","timestamp":"2026-11-21T14:05:00Z"},"subject":{"id":"x"}}`
	got, err := ingest.Decode(nil, []byte(`[`+run+`,{"id":"1"}]`))
	if err != nil || len(got.Changes) != 1 || len(got.Ignored) != 1 || !strings.Contains(got.Ignored[0], "dev.cdevents.pipelinerun.finished is not a change") {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestTheSameWithoutAnIDIsTheSame tells of deploys without an ID.
func TestTheSameWithoutAnIDIsTheSame(t *testing.T) {
	id := func(body string) string {
		t.Helper()
		got, err := ingest.Decode(nil, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if warned := len(got.Warnings[0]) > 0; warned == strings.Contains(body, "_at") {
			t.Errorf("%s: warnings %v", body, got.Warnings)
		}
		return got.Changes[0].ID
	}
	first := id(`{"service":"a","version":"1","started_at":1795269900}`)
	if again := id(`{"version":"1", "service":"a","started_at":"2026-11-21T14:05:00Z","status":"succeeded","finished_at":1795269960}`); again != first {
		t.Errorf("its end has the ID %s, its beginning %s", again, first)
	}
	for _, other := range []string{
		`{"service":"a","version":"1"}`, `{"service":"a","version":"2","started_at":1795269900}`, `{"service":"a","version":"1","started_at":1795269901}`,
		`{"service":"a1","version":"","started_at":1795269900}`,
	} {
		if id(other) == first {
			t.Errorf("%s has the ID of another", other)
		}
	}
}

// shelf keeps records in memory.
type shelf map[string][]byte

func (s shelf) Merge(_ context.Context, _ string, keys []string, merge func(int, []byte) (timeline.Record, error)) error {
	for n, key := range keys {
		r, err := merge(n, s[key])
		if err != nil {
			return err
		}
		if r.Text != nil {
			s[key] = r.Text
		}
	}
	return nil
}
func (shelf) Dated(context.Context, string, time.Time, time.Time, int) ([]timeline.Record, error) {
	return nil, nil
}
func (shelf) Forget(context.Context, string, time.Time) error { return nil }

// FuzzDecode reads any body at all, and puts what it tells into a book: each is
// read or refused in words, what is kept is within bounds, and told again it is
// the same.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"id":"1","kind":"deploy","service":"checkout","started_at":1795269900,"labels":{"a":"b"},"links":["https://x"]}`,
		`[{"id":"1"},{"id":"1","status":"succeeded"}]`,
		`{"specversion":"1.0","id":"7","source":"/ci","type":"x","time":"2026-11-21T14:05:00Z","data":{"service":"checkout"}}`,
		`{"context":{"id":"e1","source":"/ci","type":"dev.cdevents.service.deployed.0.2.0","timestamp":"2026-11-21T14:05:00Z"},"subject":{"id":"c","content":{"environment":{"id":"p"},"artifactId":"pkg:oci/c@4?tag=%zz"}}}`,
		`{"routing_key":"k","payload":{"summary":"Build","timestamp":"2026-11-21T14:05:00Z","custom_details":{"labels":{"a":1},"started_at":1e300}}}`,
		`{"_id":"1","date":1795269900000,"titleVerb":"x","name":"\u202e","target":{"resources":["proj/a:env/*"]}}`,
		`{"id":"\ud800\u0000","started_at":1e999}`, `{"id":"1","started_at":"0000-01-01T00:00:00Z","finished_at":99999999999}`, `null`, `[null]`, "\xff",
	} {
		f.Add(seed, "")
		f.Add(seed, "1.0")
	}
	f.Fuzz(func(t *testing.T, body, version string) {
		head := http.Header{}
		if version != "" {
			head = http.Header{"Ce-Specversion": {version}, "Ce-Id": {body[:min(9, len(body))]}, "Ce-Source": {version}, "Ce-Type": {"x"}}
		}
		told, err := ingest.Decode(head, []byte(body))
		if err != nil {
			if !errors.As(err, &changes.Refused{}) || len(err.Error()) > 1000 {
				t.Fatalf("%q is refused with %v", body, err)
			}
			return
		}
		for n := range told.Changes {
			told.Changes[n].Source = "fuzz"
		}
		book := &changes.Book{Records: shelf{}, Now: func() time.Time { return at }, Keep: 24 * time.Hour}
		got, err := book.Put(t.Context(), told.Changes...)
		if err != nil {
			if !errors.As(err, &changes.Refused{}) {
				t.Fatalf("%q is not kept: %v", body, err)
			}
			return
		}
		for _, o := range got {
			within(t, o.Change)
		}
		again, err := book.Put(t.Context(), told.Changes...)
		if err != nil {
			t.Fatalf("%q told again: %v", body, err)
		}
		for _, o := range again {
			if o.Status != changes.Known {
				t.Errorf("%q told again is %s", body, o.Status)
			}
		}
	})
}

func within(t *testing.T, c changes.Change) {
	t.Helper()
	texts := map[string]int{c.ID: 200, c.Service: 100, c.Environment: 100, c.Title: 300, c.Version: 200, c.Previous: 200, c.Revision: 200, c.Author: 200, c.URL: 2000, c.Rollback: 1000}
	for name, value := range c.Labels {
		texts[name], texts[value] = max(texts[name], 100), max(texts[value], 200)
	}
	for text, most := range texts {
		if len([]rune(text)) > most || strings.ContainsFunc(text, unicode.IsControl) {
			t.Errorf("%q is kept", text)
		}
	}
	if len(c.Labels) > 20 || c.Started.After(at) || c.Started.Before(at.Add(-24*time.Hour)) || !c.Finished.IsZero() && c.Finished.Before(c.Started) {
		t.Errorf("%+v is kept", c)
	}
}
