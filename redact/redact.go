// Package redact takes out of a text what must never be kept: tokens, keys and
// passwords that people paste in a hurry. It knows shapes, not secrets: what
// has no well-known shape passes.
package redact

import (
	"regexp"
	"strings"
	"unicode"
)

// shape is one kind of secret.
type shape struct {
	name  string
	hints []string                 // one of these is in every such text, in lower case
	match *regexp.Regexp           // its first group is the secret, where it has one; else all of it
	only  func(secret string) bool // what else the secret has to be like; nil for nothing
}

// shapes is every kind of secret that is known, in the order in which they are
// looked for: those that may hold others come first.
var shapes = []shape{
	{"private key", []string{"private key"},
		regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)`), nil},
	{"password in a URL", []string{"://"},
		regexp.MustCompile(`\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@?,]*:([^\s@/?,]+)@`), nil},
	{"Slack token", []string{"xox", "xapp-", "xwfp-"},
		regexp.MustCompile(`(?:xox[a-z](?:\.xox[a-z])?-[0-9A-Za-z-]{10,}|xapp-[0-9]-[0-9A-Za-z-]{10,}|xwfp-[0-9A-Za-z-]{10,})`), nil},
	{"Slack webhook", []string{"hooks.slack.com"},
		regexp.MustCompile(`https://hooks\.slack\.com/(?:services|workflows|triggers)/[0-9A-Za-z/_-]{20,}`), nil},
	{"AWS key id", []string{"akia", "asia", "abia", "acca"},
		regexp.MustCompile(`\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b`), nil},
	{"AWS secret key", []string{"aws"},
		regexp.MustCompile(`(?i)aws[a-z_ .-]{0,20}(?:secret|key)[a-z_ .-]{0,20}["']?\s*[=:]\s*["']?([0-9A-Za-z/+]{40})`), random},
	{"GitHub token", []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"},
		regexp.MustCompile(`(?:gh[pousr]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{22,})`), nil},
	{"GitLab token", []string{"glpat-"},
		regexp.MustCompile(`\bglpat-[0-9A-Za-z_-]{20,}`), nil},
	{"PagerDuty token", []string{"u+", "token token="},
		regexp.MustCompile(`(?:\bu\+[0-9A-Za-z_-]{18}\b|(?i:token token=)["']?([0-9A-Za-z+_-]{20}))`), nil},
	{"PagerDuty key", []string{"pagerduty", "pager_duty", "routing_key", "pd_"},
		regexp.MustCompile(`(?i)(?:pager_?duty|\bpd_|routing_key)[a-z0-9_ .-]{0,30}["']?\s*[=:]\s*["']?([0-9A-Za-z+_-]{20}\b|[0-9a-f]{32}\b|R[0-9A-Z]{31}\b)`), withDigits},
	{"Atlassian token", []string{"atatt", "atctt", "atbb", "bbdc-"},
		regexp.MustCompile(`\b(?:AT[AC]TT3[0-9A-Za-z_=-]{20,}|ATBB[0-9A-Za-z]{24,}|BBDC-[0-9A-Za-z+/@_-]{40,})`), nil},
	{"Google key", []string{"aiza", "ya29.", "gocspx-"},
		regexp.MustCompile(`AIza[0-9A-Za-z_-]{35}|\bya29\.[0-9A-Za-z_-]{20,}|GOCSPX-[0-9A-Za-z_-]{20,}`), nil},
	{"Stripe key", []string{"k_live_", "k_test_"},
		regexp.MustCompile(`[rs]k_(?:live|test)_[0-9A-Za-z]{10,}`), nil},
	{"API key", []string{"sk-"},
		regexp.MustCompile(`\bsk-(?:[a-z]+[0-9]*-)*[0-9A-Za-z_-]{20,}`), random},
	{"SendGrid key", []string{"sg."},
		regexp.MustCompile(`\bSG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}`), nil},
	{"Twilio key", []string{"sk"},
		regexp.MustCompile(`\bSK[0-9a-f]{32}\b`), nil},
	{"access token", []string{"npm_", "hf_", "dop_v1_", "hvs.", "dckr_pat_", "pypi-", "shpat_"},
		regexp.MustCompile(`\b(?:npm_|hf_|hvs\.|dckr_pat_|pypi-)[0-9A-Za-z_-]{20,}`), random},
	{"access token", []string{"dop_v1_", "shpat_"},
		regexp.MustCompile(`\b(?:dop_v1_[0-9a-f]{40,}|shpat_[0-9a-f]{32})`), nil},
	{"JSON web token", []string{"eyj"},
		regexp.MustCompile(`\beyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]*`), nil},
	{"authorization", []string{"bearer", "basic"},
		regexp.MustCompile(`(?i)\b(?:bearer|basic)\s+([0-9A-Za-z._~+/-]{16,}=*)`), withDigits},
	{"password", []string{"passw", "pwd"},
		regexp.MustCompile(`(?i)(?:passw(?:or)?d|pwd)["']?\s*=\s*["']?([^\s"'&;,\[/$<{][^\s"'&;,]{3,})`), nil},
	{"secret", []string{"secret", "key", "token", "pass"},
		regexp.MustCompile(`(?i)(?:secret|api[_-]?key|app[_-]?key|account[_-]?key|routing[_-]?key|token|_pass)=["']?([^\s"'&;,\[/$<{][^\s"'&;,]{5,})`), withDigits},
	{"password", []string{"passw", "pwd", "api"},
		regexp.MustCompile(`(?i)(?:passw(?:or)?d|pwd|api[_-]?key)\s*:\s*([^\s"'&;,\[/$<{][^\s"'&;,]{5,})`), withDigits},
	{"secret", []string{"passw", "secret", "key", "token"}, // in JSON and its like
		regexp.MustCompile(`(?i)["'][a-z_-]*(?:passw(?:or)?d|secret|api[_-]?key|private[_-]?key|token)["']\s*:\s*["']([^"'\[]{4,})["']`), nil},
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
		if s.only != nil && !s.only(text[from:to]) {
			continue
		}
		out.WriteString(text[end:from])
		out.WriteString("[redacted: " + s.name + "]")
		end = to
	}
	out.WriteString(text[end:])
	return out.String()
}

// withDigits reports whether a text has letters and digits, as passwords have
// and words have not.
func withDigits(text string) bool {
	return strings.ContainsAny(text, digits) && strings.ContainsFunc(text, unicode.IsLetter)
}

// random reports whether a text has small and large letters and digits, as
// made up keys have and names have not.
func random(text string) bool {
	return strings.ContainsAny(text, digits) && strings.ContainsFunc(text, unicode.IsUpper) && strings.ContainsFunc(text, unicode.IsLower)
}

const digits = "0123456789"
