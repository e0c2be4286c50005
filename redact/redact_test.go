package redact_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"muster/redact"
)

// The samples are put together here so that no scanner takes this file for a leak.
func TestText(t *testing.T) {
	forty := strings.Repeat("aB3/", 10)
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", "payment latency is 3 min, token expired", "payment latency is 3 min, token expired"},
		{"Slack bot token", "use " + "xoxb-" + "123456789012-abcDEF here", "use [redacted: Slack token] here"},
		{"Slack app token", "xapp-" + "1-A0123-456-abcdef0", "[redacted: Slack token]"},
		{"Slack rotated token", "xoxe." + "xoxp-1-Mi0yLTEyMzQ1", "[redacted: Slack token]"},
		{"AWS key", "AKIA" + "IOSFODNN7EXAMPLE!", "[redacted: AWS key id]!"},
		{"AWS secret", "aws_secret_access_key = " + forty, "aws_secret_access_key = [redacted: AWS secret key]"},
		{"GitHub", "(" + "ghp_" + strings.Repeat("a1", 18) + ")", "([redacted: GitHub token])"},
		{"GitHub fine-grained", "github_" + "pat_" + strings.Repeat("A_", 20), "[redacted: GitHub token]"},
		{"PagerDuty user token", "key u+" + "abcdefghijklmnopqr ok", "key [redacted: PagerDuty token] ok"},
		{"PagerDuty header", "Authorization: Token token=" + "y_NbAkKc66ryYTWUXYEu", "Authorization: Token token=[redacted: PagerDuty token]"},
		{"PagerDuty routing key", "PAGERDUTY_ROUTING_KEY=" + strings.Repeat("0a", 16), "PAGERDUTY_ROUTING_KEY=[redacted: PagerDuty key]"},
		{"Atlassian", "ATATT" + "3xFfGF0" + strings.Repeat("Zz_-", 12) + "=1A2B", "[redacted: Atlassian token]"},
		{"PEM", "see\n-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nbye", "see\n[redacted: private key]\nbye"},
		{"PEM cut off", "-----BEGIN " + "PRIVATE KEY-----\nMIIE", "[redacted: private key]"},
		{"JWT", "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_123", "[redacted: JSON web token]"},
		{"URL", "psql postgres://app:s3cr%t!@db.internal/x", "psql postgres://app:[redacted: password in a URL]@db.internal/x"},
		{"URL without user", "redis://:hunter22@cache:6379", "redis://:[redacted: password in a URL]@cache:6379"},
		{"URL without password", "https://example.com:8080/a@b", "https://example.com:8080/a@b"},
		{"password", "PGPASSWORD=hunter22 psql", "PGPASSWORD=[redacted: password] psql"},
		{"password after a colon", "password: hunter22, ok", "password: [redacted: password], ok"},
		{"password in JSON", `{"db_password": "correct horse"}`, `{"db_password": "[redacted: secret]"}`},
		{"a word after a colon", "password: incorrect", "password: incorrect"},
		{"basic authorization", "Authorization: Basic " + "YWRtaW46aHVudGVyMjI=", "Authorization: Basic [redacted: authorization]"},
		{"glued", "TOKEN_" + "xoxb-" + "123456789012-abc", "TOKEN_[redacted: Slack token]"},
		{"API key", "sk-" + "proj-" + strings.Repeat("aB1", 10), "[redacted: API key]"},
		{"npm", "npm_" + strings.Repeat("aB1", 12), "[redacted: access token]"},
		{"Stripe test", "sk_" + "test_" + strings.Repeat("a1", 12), "[redacted: Stripe key]"},
		{"two in one", "xoxb-" + "1234567890-a and xoxb-" + "1234567890-b", "[redacted: Slack token] and [redacted: Slack token]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := redact.Text(tt.text); got != tt.want {
				t.Errorf("Text(%q)\n got %q\nwant %q", tt.text, got, tt.want)
			}
		})
	}
}

// TestOrdinaryTalkIsKept says what people say in incidents.
func TestOrdinaryTalkIsKept(t *testing.T) {
	for _, text := range []string{
		"API key: 401s everywhere since the deploy", "password: 3 users are locked out", "secret: v2 deployed",
		"Secret: checkout-tls-2026 expired", "basic authentication-service is failing", "basic misconfiguration of the gateway",
		"sk-payments-service-prod-eu-01 is down", "task-sk-learn-pipeline-nightly-run", "PagerDuty service: payments-api-primary",
		"pagerduty schedule: checkout-oncall-emea", "npm_config_registry_timeout_milliseconds", "pypi-mirror-eu-west-1-frontend",
		"hf_model_cache_hit_ratio_total_5m", "aws key rotated in commit: 0123456789abcdef0123456789abcdef01234567",
		"http://grafana:3000?user=bob@example.com", "amqp://mq:5672?x@y", "redis://cache:6379,user@host",
		"pwd=/var/www/app", "secret = missing in the cluster", "token expired", "tokens: 5,000 a minute", "git@github.com:org/repo.git",
		"https://x.example:8443/path?a=b", "SKU 12345 is missing", "keyspace=payments_v2 is hot",
	} {
		if got := redact.Text(text); got != text {
			t.Errorf("Text(%q) = %q", text, got)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("postgres://a:b@c", "xoxb-"+"1234567890123")
	f.Fuzz(func(t *testing.T, before, after string) {
		secret := "ghp_" + strings.Repeat("x9", 20)
		got := redact.Text(before + " " + secret + " " + after)
		if strings.Contains(got, secret) {
			t.Errorf("the secret is left in %q", got)
		}
		if again := redact.Text(redact.Text(before)); again != redact.Text(before) {
			t.Errorf("a second pass changes %q to %q", redact.Text(before), again)
		}
	})
}

func TestLog(t *testing.T) {
	var out bytes.Buffer
	secret := "xoxb-" + "123456789012-abcdef"
	log := slog.New(redact.Log(slog.NewJSONHandler(&out, nil))).With("with", secret)
	log.Info("dial "+secret, "err", errors.New("token "+secret), slog.Group("g", "s", secret), "n", 1)
	if strings.Contains(out.String(), secret) || strings.Count(out.String(), "[redacted: Slack token]") != 4 {
		t.Errorf("logged %s", out.String())
	}
}
