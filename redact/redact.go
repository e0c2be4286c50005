// Package redact takes out of a text what must never be kept: tokens, keys and
// passwords that people paste in a hurry. It knows shapes, not secrets: what
// has no well-known shape passes.
package redact

import (
	"regexp"
	"strings"
)

// shape is one kind of secret.
type shape struct {
	name  string
	hints []string       // one of these is in every such text, in lower case
	match *regexp.Regexp // its first group is the secret, where it has one; else all of it
}

// shapes is every kind of secret that is known, in the order in which they are
// looked for: those that may hold others come first.
var shapes = []shape{
	{"private key", []string{"private key"},
		regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)`)},
	{"password in a URL", []string{"://"},
		regexp.MustCompile(`\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@]*:([^\s@/]+)@`)},
	{"Slack token", []string{"xox", "xapp-", "xwfp-"},
		regexp.MustCompile(`(?:xox[a-z](?:\.xox[a-z])?-[0-9A-Za-z-]{10,}|xapp-[0-9]-[0-9A-Za-z-]{10,}|xwfp-[0-9A-Za-z-]{10,})`)},
	{"Slack webhook", []string{"hooks.slack.com"},
		regexp.MustCompile(`https://hooks\.slack\.com/(?:services|workflows|triggers)/[0-9A-Za-z/_-]{20,}`)},
	{"AWS key id", []string{"akia", "asia", "abia", "acca"},
		regexp.MustCompile(`\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b`)},
	{"AWS secret key", []string{"aws"},
		regexp.MustCompile(`(?i)aws[a-z_ .-]{0,20}(?:secret|key)[a-z_ .-]{0,20}["']?\s*[=:]\s*["']?([0-9A-Za-z/+]{40})`)},
	{"GitHub token", []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"},
		regexp.MustCompile(`(?:gh[pousr]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{22,})`)},
	{"GitLab token", []string{"glpat-"},
		regexp.MustCompile(`\bglpat-[0-9A-Za-z_-]{20,}`)},
	{"PagerDuty token", []string{"u+", "token token="},
		regexp.MustCompile(`(?:\bu\+[0-9A-Za-z_-]{18}\b|(?i:token token=)["']?([0-9A-Za-z+_-]{20}))`)},
	{"PagerDuty key", []string{"pagerduty", "pager_duty", "routing_key", "pd_"},
		regexp.MustCompile(`(?i)(?:pager_?duty|\bpd_|routing_key)[a-z0-9_ .-]{0,30}["']?\s*[=:]\s*["']?([0-9A-Za-z+_-]{20}\b|[0-9a-f]{32}\b|R[0-9A-Z]{31}\b)`)},
	{"Atlassian token", []string{"atatt", "atctt", "atbb", "bbdc-"},
		regexp.MustCompile(`\b(?:AT[AC]TT3[0-9A-Za-z_=-]{20,}|ATBB[0-9A-Za-z]{24,}|BBDC-[0-9A-Za-z+/@_-]{40,})`)},
	{"Google key", []string{"aiza", "ya29.", "gocspx-"},
		regexp.MustCompile(`AIza[0-9A-Za-z_-]{35}|\bya29\.[0-9A-Za-z_-]{20,}|GOCSPX-[0-9A-Za-z_-]{20,}`)},
	{"Stripe key", []string{"k_live_", "k_test_"},
		regexp.MustCompile(`[rs]k_(?:live|test)_[0-9A-Za-z]{10,}`)},
	{"API key", []string{"sk-"},
		regexp.MustCompile(`\bsk-(?:[a-z]+[0-9]*-)*[0-9A-Za-z_-]{20,}`)},
	{"SendGrid key", []string{"sg."},
		regexp.MustCompile(`\bSG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}`)},
	{"Twilio key", []string{"sk"},
		regexp.MustCompile(`\bSK[0-9a-f]{32}\b`)},
	{"access token", []string{"npm_", "hf_", "dop_v1_", "hvs.", "dckr_pat_", "pypi-", "shpat_"},
		regexp.MustCompile(`(?:npm_|hf_|dop_v1_|hvs\.|dckr_pat_|pypi-|shpat_)[0-9A-Za-z_-]{20,}`)},
	{"JSON web token", []string{"eyj"},
		regexp.MustCompile(`\beyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]*`)},
	{"authorization", []string{"bearer", "basic"},
		regexp.MustCompile(`(?i)\b(?:bearer|basic)\s+([0-9A-Za-z._~+/-]{16,}=*)`)},
	{"password", []string{"passw", "pwd", "secret", "key"},
		regexp.MustCompile(`(?i)(?:passw(?:or)?d|pwd|secret|api[_ -]?key|app[_ -]?key|account[_ -]?key|routing[_ -]?key)["']?\s*=\s*["']?([^\s"'&;,\[][^\s"'&;,]{3,})`)},
	{"password", []string{"passw", "pwd", "secret", "key"}, // after a colon a word is a word, unless it has a digit
		regexp.MustCompile(`(?i)(?:passw(?:or)?d|pwd|secret|api[_ -]?key|app[_ -]?key|account[_ -]?key|routing[_ -]?key)["']?\s*:\s*["']?([^\s"'&;,\[0-9]*[0-9][^\s"'&;,]*)`)},
}

// Text returns the text with every secret of a well-known shape replaced by a
// note of what it was, such as "[redacted: GitHub token]".
func Text(text string) string {
	lower := strings.ToLower(text)
	for _, s := range shapes {
		if s.mayBeIn(lower) {
			text = s.cut(text)
		}
	}
	return text
}

func (s shape) mayBeIn(lower string) bool {
	for _, hint := range s.hints {
		if strings.Contains(lower, hint) {
			return true
		}
	}
	return false
}

func (s shape) cut(text string) string {
	var out strings.Builder
	end := 0
	for _, at := range s.match.FindAllStringSubmatchIndex(text, -1) {
		from, to := at[0], at[1]
		if len(at) > 2 && at[2] >= 0 {
			from, to = at[2], at[3]
		}
		out.WriteString(text[end:from])
		out.WriteString("[redacted: " + s.name + "]")
		end = to
	}
	out.WriteString(text[end:])
	return out.String()
}
