package workspace

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Services, people, and who is on call.

func pagerID(u *user) string { return "P" + u.id[len(u.id)-6:] }

func (w *Workspace) pagerUser(id string) (*user, bool) {
	return find(w.users, func(u *user) bool { return u.email != "" && pagerID(u) == id })
}

// has reports whether a name has the query of the call in it.
func (c *vendorCall) has(names ...string) bool {
	query := strings.ToLower(c.URL.Query().Get("query"))
	return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(strings.ToLower(name), query) })
}

func (c *vendorCall) serviceObject(s pagerService) object {
	return object{
		"id": s.id, "type": "service", "name": s.name, "summary": s.name, "self": c.base + "/pagerduty/services/" + s.id, "html_url": nil, "status": "active",
		"escalation_policy": c.pagerReference("escalation_policy", s.policy.id, s.policy.name), "teams": []object{},
	}
}

func listPagerServices(c *vendorCall) vendorAnswer {
	found := []object{}
	for _, s := range c.pager.services {
		if name := c.URL.Query().Get("name"); c.has(s.name) && (name == "" || name == s.name) {
			found = append(found, c.serviceObject(s))
		}
	}
	return c.listed("services", found)
}

func getPagerService(c *vendorCall) vendorAnswer {
	s, ok := find(c.pager.services, func(s pagerService) bool { return s.id == c.PathValue("id") })
	if !ok {
		return pagerMissing
	}
	o := c.serviceObject(s)
	if c.includes("escalation_policies") {
		o["escalation_policy"] = c.policyObject(s)
	}
	return vendorAnswer{http.StatusOK, object{"service": o}}
}

func (c *vendorCall) policyObject(s pagerService) object {
	rules := []object{}
	for n, l := range s.policy.levels {
		target := c.userReference(l.usual)
		if l.schedule != "" {
			target = c.scheduleReference(s, n)
		}
		rules = append(rules, object{"id": fmt.Sprintf("%s%d", s.policy.id, n+1), "escalation_delay_in_minutes": int(escalatesAfter.Minutes()), "targets": []object{target}})
	}
	return object{
		"id": s.policy.id, "type": "escalation_policy", "name": s.policy.name, "summary": s.policy.name, "num_loops": 0, "escalation_rules": rules,
		"self": c.base + "/pagerduty/escalation_policies/" + s.policy.id, "html_url": nil, "services": []object{c.pagerReference("service", s.id, s.name)}, "teams": []object{},
	}
}

func (c *vendorCall) scheduleReference(s pagerService, level int) object {
	return c.pagerReference("schedule", s.policy.levels[level].schedule, s.name+" "+[]string{"primary", "secondary"}[level])
}

func listPolicies(c *vendorCall) vendorAnswer {
	found := []object{}
	for _, s := range c.pager.services {
		if c.has(s.policy.name) {
			found = append(found, c.policyObject(s))
		}
	}
	return c.listed("escalation_policies", found)
}

func getPolicy(c *vendorCall) vendorAnswer {
	s, ok := find(c.pager.services, func(s pagerService) bool { return s.policy.id == c.PathValue("id") })
	if !ok {
		return pagerMissing
	}
	return vendorAnswer{http.StatusOK, object{"escalation_policy": c.policyObject(s)}}
}

func (c *vendorCall) userObject(u *user) object {
	zone := u.zone
	if zone == "" {
		zone = "Etc/UTC"
	}
	return object{
		"id": pagerID(u), "type": "user", "name": u.realName, "summary": u.realName, "email": u.email, "time_zone": zone, "role": "user",
		"job_title": u.title, "self": c.base + "/pagerduty/users/" + pagerID(u), "html_url": nil,
	}
}

func listPagerUsers(c *vendorCall) vendorAnswer {
	found := []object{}
	for _, u := range c.users {
		if u.email != "" && c.has(u.email, u.realName) {
			found = append(found, c.userObject(u))
		}
	}
	return c.listed("users", found)
}

func getPagerOwner(c *vendorCall) vendorAnswer {
	u, _ := c.userNamed(c.pager.owner)
	return vendorAnswer{http.StatusOK, object{"user": c.userObject(u)}}
}

func getPagerUser(c *vendorCall) vendorAnswer {
	u, ok := c.pagerUser(c.PathValue("id"))
	if !ok {
		return pagerMissing
	}
	return vendorAnswer{http.StatusOK, object{"user": c.userObject(u)}}
}

func listPriorities(c *vendorCall) vendorAnswer {
	all := []object{}
	for _, p := range c.pager.priorities {
		o, _ := c.priorityObject(p.name).(object)
		all = append(all, o)
	}
	return c.listed("priorities", all)
}

func listAbilities(c *vendorCall) vendorAnswer {
	return vendorAnswer{http.StatusOK, object{"abilities": slices.Clone(c.pager.abilities)}}
}

// SetAbilities says what the account may do there, such as
// "coordinated_responding"; nothing where there are none.
func (w *Workspace) SetAbilities(abilities ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pager.abilities = append([]string{}, abilities...)
}

// shiftEnd is when the shifts of a week end: on Monday at 09:00 UTC.
func shiftEnd(now time.Time) time.Time {
	day := now.UTC().Truncate(24 * time.Hour).Add(9 * time.Hour)
	day = day.AddDate(0, 0, (int(time.Monday)-int(day.Weekday())+7)%7)
	if !day.After(now) {
		day = day.AddDate(0, 0, 7)
	}
	return day
}

// onCallMost is how far ahead on-calls can be asked for.
const onCallMost = 90 * 24 * time.Hour

func listOnCalls(c *vendorCall) vendorAnswer {
	since, until, refused := c.window()
	if refused != nil {
		return *refused
	}
	if until.Sub(c.now()) > onCallMost || !since.IsZero() && until.Before(since) && !until.IsZero() {
		return pagerInvalid("until must come after since, and be at most 90 days ahead.")
	}
	found := []object{}
	for _, s := range c.pager.services {
		for n := range s.policy.levels {
			if o, ok := c.onCallObject(s, n); ok && c.chosen("escalation_policy_ids[]", s.policy.id) {
				found = append(found, o)
			}
		}
	}
	return c.listed("oncalls", found)
}

// onCallObject is who a level of a policy pages now, if that is asked for.
func (c *vendorCall) onCallObject(s pagerService, level int) (object, bool) {
	l, now := s.policy.levels[level], c.now()
	u, _ := c.userNamed(l.onCall(now))
	o := object{
		"escalation_level": level + 1, "start": nil, "end": nil, "schedule": nil, "user": c.userReference(u.name),
		"escalation_policy": c.pagerReference("escalation_policy", s.policy.id, s.policy.name),
	}
	if c.includes("users") {
		o["user"] = c.userObject(u)
	}
	if c.includes("escalation_policies") {
		o["escalation_policy"] = c.policyObject(s)
	}
	if l.schedule != "" {
		o["schedule"] = c.scheduleReference(s, level)
		begin, end := shiftEnd(now).AddDate(0, 0, -7), shiftEnd(now)
		if over, ok := l.override(now); ok {
			begin, end = over.from, over.until
		}
		o["start"], o["end"] = pagerTime(begin), pagerTime(end)
	}
	return o, c.chosen("user_ids[]", pagerID(u)) && c.chosen("schedule_ids[]", l.schedule)
}

// Override puts somebody on call at a level of a service's policy until a time,
// from now on. The service is called by its name or ID.
func (w *Workspace) Override(service string, level int, name string, until time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	s, ok := w.pagerServiceCalled(service)
	if !ok {
		return fmt.Errorf("there is no service %q", service)
	}
	if level < 1 || level > scheduledLevels {
		return fmt.Errorf("level %d of %s has no schedule", level, s.policy.name)
	}
	if u, ok := w.userNamed(name); !ok || u.email == "" {
		return fmt.Errorf("nobody there is called %q", name)
	}
	if !until.After(w.now()) {
		return fmt.Errorf("%s is over already", until.UTC().Format(time.RFC3339))
	}
	l := &s.policy.levels[level-1]
	l.overrides = append(l.overrides, pagerOverride{name, w.now(), until})
	return nil
}

func (w *Workspace) pagerServiceCalled(name string) (pagerService, bool) {
	return find(w.pager.services, func(s pagerService) bool { return s.id == name || strings.EqualFold(s.name, name) })
}
