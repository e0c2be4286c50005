package config

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// tags is what a reaction can mean.
var tags = []string{"key event", "finding", "action taken", "cause", "status update", "follow-up"}

var (
	commandShape = regexp.MustCompile(`^/[a-z0-9_-]{1,31}$`)
	prefixShape  = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,19}$`)
	emojiShape   = regexp.MustCompile(`^[a-z0-9_+'-]+$`)
	roleShape    = regexp.MustCompile(`^[a-z][a-z0-9-]{0,19}$`)
	accessShape  = regexp.MustCompile(`^[UWS][A-Z0-9]{2,}$`)
	severities   = []string{"sev1", "sev2", "sev3", "sev4"}
)

// validate checks every value that can be judged without calling anybody, and
// puts some into their usual form.
func (c *Config) validate() error {
	var errs []error
	refuse := func(key, format string, args ...any) {
		errs = append(errs, c.wrong(key, format, args...))
	}
	c.Slack.AnnounceChannel = strings.TrimPrefix(c.Slack.AnnounceChannel, "#")
	if !strings.HasSuffix(c.Slack.APIURL, "/") {
		c.Slack.APIURL += "/"
	}
	for _, problem := range c.slackProblems() {
		refuse(problem.key, "%s", problem.text)
	}
	for _, problem := range slices.Concat(c.pagerProblems(), c.trackerProblems(), c.httpProblems(), c.serviceProblems(), c.statuspageProblems(), c.changeProblems(), c.githubProblems(), c.documentProblems(), c.sourceProblems(), c.sliProblems(), c.reviewProblems()) {
		refuse(problem.key, "%s", problem.text)
	}
	if path, ok := strings.CutPrefix(c.Store, "bolt:"); !ok || path == "" {
		refuse("store", "%q is no store that this version knows; write bolt: and a path, such as bolt:muster.db", c.Store)
	}
	if c.Postmortems == "" {
		refuse("postmortems", "it is empty; name the folder that write-ups are saved in")
	}
	if c.Files == "" {
		refuse("files", "it is empty; name the folder that images of tagged messages are kept in")
	}
	for emoji, tag := range c.Reactions {
		key := "reactions." + emoji
		if !emojiShape.MatchString(emoji) {
			refuse(key, "%q is no emoji name; write it without colons and skin tone, such as pushpin", emoji)
		}
		if !slices.Contains(tags, tag) {
			refuse(key, "%q is no tag; the tags are %s", tag, strings.Join(tags, ", "))
		}
	}
	if _, err := time.LoadLocation(c.Zone); err != nil {
		refuse("zone", "%q is no time zone; write it such as Europe/Paris, or leave it out for UTC", c.Zone)
	}
	c.Slack.ExecutiveChannel = strings.TrimPrefix(c.Slack.ExecutiveChannel, "#")
	for _, problem := range c.roleProblems() {
		refuse(problem.key, "%s", problem.text)
	}
	for key, ids := range c.idLists() {
		for _, id := range ids {
			if !accessShape.MatchString(id) {
				refuse(key, "%q is no ID; write those of people (U…) and of user groups (S…), as Slack shows them under Copy member ID", id)
			}
		}
	}
	for severity := range c.Updates {
		if !slices.Contains(severities, severity) {
			refuse("updates."+severity, "%q is no severity; they are %s", severity, strings.Join(severities, ", "))
		}
	}
	return errors.Join(errs...)
}

type problem struct{ key, text string }

// idLists returns every list of people and user groups, by its key.
func (c *Config) idLists() map[string][]string {
	all := map[string][]string{"access.admins": c.Access.Admins, "access.responders": c.Access.Responders}
	for name, s := range c.Severities {
		all["severities."+name+".invite"] = s.Invite
	}
	for name, s := range c.Services {
		all["services."+name+".invite"] = s.Invite
	}
	return all
}

func (c *Config) roleProblems() []problem {
	var found []problem
	for name, s := range c.Severities {
		if !slices.Contains(severities, name) {
			found = append(found, problem{"severities." + name, fmt.Sprintf("%q is no severity; they are %s", name, strings.Join(severities, ", "))})
		}
		if !slices.Contains([]string{"", "here", "channel"}, s.Mention) {
			found = append(found, problem{"severities." + name + ".mention", fmt.Sprintf("%q calls nobody; write here or channel, or leave it out", s.Mention)})
		}
	}
	for name, r := range c.Roles {
		if !roleShape.MatchString(name) {
			found = append(found, problem{"roles." + name, fmt.Sprintf("%q can not be typed as a role; use up to 20 lower-case letters, digits and dashes", name)})
		}
		if r.Duties == "" && !slices.Contains([]string{"commander", "comms", "scribe"}, name) {
			found = append(found, problem{"roles." + name + ".duties", "it is missing; write in a sentence what its holder does: they are told so"})
		}
	}
	return found
}

// secretLeast is how many characters a secret needs that machines sign with.
const secretLeast = 16

// isWeb reports whether a text is a web address.
func isWeb(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

func (c *Config) pagerProblems() []problem {
	var found []problem
	usual := Default().PagerDuty
	c.PagerDuty.APIURL, c.PagerDuty.EventsURL = cmp.Or(c.PagerDuty.APIURL, usual.APIURL), cmp.Or(c.PagerDuty.EventsURL, usual.EventsURL)
	for key, address := range map[string]string{"pagerduty.api_url": c.PagerDuty.APIURL, "pagerduty.events_url": c.PagerDuty.EventsURL} {
		if !isWeb(address) {
			found = append(found, problem{key, fmt.Sprintf("%q is no web address; leave it out for PagerDuty itself", address)})
		}
	}
	if c.PagerDuty.Token != "" && !strings.Contains(c.PagerDuty.From, "@") {
		found = append(found, problem{"pagerduty.from", "with a token it has to be the login e-mail of a user in PagerDuty, on whose behalf pages are made"})
	}
	found = append(found, severityProblems("pagerduty.page", c.PagerDuty.Page)...)
	for name, s := range c.Services {
		found = append(found, severityProblems("services."+name+".page", s.Page)...)
	}
	return append(append(found, c.alarmProblems()...), c.managerProblems()...)
}

// severityProblems are those of a list of severities.
func severityProblems(key string, all []string) (found []problem) {
	for _, severity := range all {
		if !slices.Contains(severities, severity) {
			found = append(found, problem{key, fmt.Sprintf("%q is no severity; they are %s", severity, strings.Join(severities, ", "))})
		}
	}
	return found
}

// alarmProblems are those of what becomes of PagerDuty's own alarms.
func (c *Config) alarmProblems() []problem {
	var found []problem
	d := &c.PagerDuty.Declare
	d.Channel = strings.TrimPrefix(d.Channel, "#")
	if !slices.Contains([]string{"", "offer", "declare"}, d.How) {
		found = append(found, problem{"pagerduty.declare.how", fmt.Sprintf("%q is nothing that can be done; write offer or declare, or leave it out", d.How)})
	}
	if !slices.Contains([]string{"", "high", "low"}, d.Urgency) {
		found = append(found, problem{"pagerduty.declare.urgency", fmt.Sprintf("%q is no urgency; write high or low, or leave it empty for any", d.Urgency)})
	}
	if !slices.Contains([]string{"incidents", "all"}, c.PagerDuty.Ask) {
		found = append(found, problem{"pagerduty.ask", fmt.Sprintf("%q are no pages that people can be asked about; write incidents or all", c.PagerDuty.Ask)})
	}
	if !slices.Contains(severities, d.Severity) {
		found = append(found, problem{"pagerduty.declare.severity", fmt.Sprintf("%q is no severity; they are %s", d.Severity, strings.Join(severities, ", "))})
	}
	if d.How != "" && c.PagerDuty.Token == "" {
		found = append(found, problem{"pagerduty.declare", "without pagerduty.token Muster hears of no alarm; set it, or leave this out"})
	}
	return found
}

// managerProblems are managers who can not be found in PagerDuty.
func (c *Config) managerProblems() []problem {
	var found []problem
	managers := map[string]string{"pagerduty.manager": c.PagerDuty.Manager}
	for name, s := range c.Services {
		managers["services."+name+".manager"] = s.Manager
	}
	for key, who := range managers {
		if who != "" && !strings.Contains(who, "@") && !accessShape.MatchString(who) {
			found = append(found, problem{key, fmt.Sprintf("%q is neither an e-mail address nor the ID of a person in Slack (U…)", who)})
		}
	}
	for id := range c.People {
		if !accessShape.MatchString(id) {
			found = append(found, problem{"people." + id, fmt.Sprintf("%q is no ID; write that of a person (U…), as Slack shows it under Copy member ID", id)})
		}
	}
	return found
}

func (c *Config) httpProblems() []problem {
	if n := len(c.HTTP.Secret); n > 0 && n < secretLeast {
		return []problem{{"http.secret", fmt.Sprintf("it has %d characters, and needs %d at the least; make one with: openssl rand -hex 32", n, secretLeast)}}
	}
	return nil
}

func (c *Config) trackerProblems() []problem {
	if c.Jira.URL == "" {
		return nil
	}
	var found []problem
	if !isWeb(c.Jira.URL) {
		found = append(found, problem{"jira.url", fmt.Sprintf("%q is no web address; write such as https://example.atlassian.net", c.Jira.URL)})
	}
	if c.Jira.Project == "" {
		found = append(found, problem{"jira.project", "it is missing; write the key of the project that follow-ups are filed in, such as OPS"})
	}
	c.Jira.IssueType = cmp.Or(c.Jira.IssueType, Default().Jira.IssueType)
	if c.Jira.BrowseURL != "" && !isWeb(c.Jira.BrowseURL) {
		found = append(found, problem{"jira.browse_url", fmt.Sprintf("%q is no web address; write such as https://example.atlassian.net, or leave it out", c.Jira.BrowseURL)})
	}
	if !slices.Contains([]string{"", "cloud", "server"}, c.Jira.Edition) {
		found = append(found, problem{"jira.edition", fmt.Sprintf("%q is no edition; write cloud or server, or leave it out and Jira is asked", c.Jira.Edition)})
	}
	for severity := range c.Jira.Priorities {
		if !slices.Contains(severities, severity) {
			found = append(found, problem{"jira.priorities." + severity, fmt.Sprintf("%q is no severity; they are %s", severity, strings.Join(severities, ", "))})
		}
	}
	for _, label := range c.Jira.Labels {
		if label == "" || strings.ContainsAny(label, " \t\n") {
			found = append(found, problem{"jira.labels", fmt.Sprintf("%q is no label: Jira takes none with spaces", label)})
		}
	}
	if _, err := time.Parse(time.DateOnly, c.Jira.TokenExpires); err != nil && c.Jira.TokenExpires != "" {
		found = append(found, problem{"jira.token_expires", fmt.Sprintf("%q is no day; write it so: 2027-01-31", c.Jira.TokenExpires)})
	}
	return found
}

func (c *Config) statuspageProblems() []problem {
	var found []problem
	c.Statuspage.APIURL = cmp.Or(c.Statuspage.APIURL, Default().Statuspage.APIURL)
	if !isWeb(c.Statuspage.APIURL) {
		found = append(found, problem{"statuspage.api_url", fmt.Sprintf("%q is no web address; leave it out for Statuspage itself", c.Statuspage.APIURL)})
	}
	if c.Statuspage.Token != "" && c.Statuspage.Page == "" {
		found = append(found, problem{"statuspage.page", "it is missing; write the ID of the page, as it stands in its address under manage.statuspage.io/pages"})
	}
	for name, s := range c.Services {
		if slices.Contains(s.Statuspage, "") {
			found = append(found, problem{"services." + name + ".statuspage", "one of them is empty; write the names or IDs of components of the status page"})
		}
	}
	return found
}

func (c *Config) slackProblems() []problem {
	var found []problem
	if !isWeb(c.Slack.APIURL) {
		found = append(found, problem{"slack.api_url", fmt.Sprintf("%q is no web address; leave it out for Slack itself", c.Slack.APIURL)})
	}
	if t := c.Slack.AppToken.Reveal(); t != "" && !strings.HasPrefix(t, "xapp-") {
		found = append(found, problem{"slack.app_token", "an app-level token begins with xapp-; make one under Basic Information, App-Level Tokens, with the scope connections:write"})
	}
	if t := c.Slack.BotToken.Reveal(); t != "" && !strings.HasPrefix(t, "xoxb-") {
		found = append(found, problem{"slack.bot_token", "a bot token begins with xoxb-; copy it from OAuth & Permissions after installing the app"})
	}
	if !commandShape.MatchString(c.Slack.Command) {
		found = append(found, problem{"slack.command", fmt.Sprintf("%q is no slash command; write a slash and up to 31 lower-case letters, digits, - or _", c.Slack.Command)})
	}
	if !prefixShape.MatchString(c.Slack.ChannelPrefix) {
		found = append(found, problem{"slack.channel_prefix", fmt.Sprintf("%q can not begin a channel name; use up to 20 lower-case letters, digits, - or _", c.Slack.ChannelPrefix)})
	}
	return found
}

// NeedSlack reports what is missing before the bot can talk to Slack.
func (c Config) NeedSlack() error {
	var errs []error
	if c.Slack.AppToken == "" {
		errs = append(errs, c.wrong("slack.app_token", "it is missing; write ${SLACK_APP_TOKEN} and set that variable to the app's xapp- token"))
	}
	if c.Slack.BotToken == "" {
		errs = append(errs, c.wrong("slack.bot_token", "it is missing; write ${SLACK_BOT_TOKEN} and set that variable to the app's xoxb- token"))
	}
	return errors.Join(errs...)
}

// wrong is an error about a key, with its line where the file has it.
func (c Config) wrong(key, format string, args ...any) error {
	where := c.path
	if place, ok := c.places[key]; ok {
		where = place
	} else if line := c.lines[key]; line > 0 {
		where = fmt.Sprintf("%s:%d", where, line)
	}
	if where == "" {
		return fmt.Errorf("%s: %s", key, fmt.Sprintf(format, args...))
	}
	return fmt.Errorf("%s: %s: %s", where, key, fmt.Sprintf(format, args...))
}
