package prometheus_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"muster/integrations/metrics/prometheus"
)

// BenchmarkAnswer reads 200,000 samples.
func BenchmarkAnswer(b *testing.B) {
	var body strings.Builder
	body.WriteString(`{"status":"success","data":{"resultType":"matrix","result":[`)
	for s := range 20 {
		if s > 0 {
			body.WriteString(",")
		}
		fmt.Fprintf(&body, `{"metric":{"n":"%d"},"values":[`, s)
		for n := range 10_000 {
			if n > 0 {
				body.WriteString(",")
			}
			fmt.Fprintf(&body, `[%d,"%d.25"]`, base.Unix()+int64(n), n)
		}
		body.WriteString("]}")
	}
	body.WriteString("]}}")
	server := httptest.NewServer(success(body.String()))
	b.Cleanup(server.Close)
	t := source(b, prometheus.Options{URL: server.URL})
	b.SetBytes(int64(body.Len()))
	for b.Loop() {
		if a, err := ask(t, 9999); err != nil || len(a.Series) != 20 || len(a.Series[0].Points) != 10_000 {
			b.Fatal(err)
		}
	}
}
