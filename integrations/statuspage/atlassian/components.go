package atlassian

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"muster/integrations/statuspage"
	"muster/timeline"
)

// components returns the IDs of components, and which of them the page does not
// have, or has several of.
func (p *Page) components(ctx context.Context, names []string) (ids, leftOut []string, err error) {
	for _, name := range names {
		found := p.componentsNamed(name)
		if len(found) != 1 {
			if err := p.learn(ctx); err != nil {
				return nil, nil, err
			}
			found = p.componentsNamed(name)
		}
		switch {
		case len(found) != 1:
			leftOut = append(leftOut, name)
		case !slices.Contains(ids, found[0]):
			ids = append(ids, found[0])
		}
	}
	return ids, leftOut, nil
}

func (p *Page) componentsNamed(name string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if found := p.known[name]; len(found) > 0 {
		return found
	}
	return p.known[strings.ToLower(name)]
}

// perPage is how many components are listed at once. A list that is not asked
// for by pages is given once a minute only.
const perPage = 100

// learn reads which components the page has. A group is none: its state is that
// of what is in it.
func (p *Page) learn(ctx context.Context) error {
	known := map[string][]string{}
	for page := 1; ; page++ {
		var some []struct {
			ID, Name string
			Group    bool
		}
		if err := p.call(ctx, "list the components", http.MethodGet, fmt.Sprintf("components?per_page=%d&page=%d", perPage, page), nil, &some); err != nil {
			return err
		}
		for _, c := range some {
			if !c.Group {
				name := strings.ToLower(c.Name)
				known[c.ID], known[name] = []string{c.ID}, append(known[name], c.ID)
			}
		}
		if len(some) < perPage {
			break
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known = known
	return nil
}

// Check verifies that notices could be published: the token, the page and the
// components. It publishes nothing.
func (p *Page) Check(ctx context.Context, components []string) error {
	var page struct{ ID string }
	err := p.call(ctx, "look for the page", http.MethodGet, "", nil, &page)
	if errors.Is(err, statuspage.ErrGone) {
		return fmt.Errorf("statuspage.page: the owner of statuspage.token has no page %q; write the ID that stands in its address under manage.statuspage.io/pages", p.o.Page)
	}
	if err != nil {
		return timeline.NotDone(err)
	}
	_, leftOut, err := p.components(ctx, components)
	if err != nil {
		return timeline.NotDone(err)
	}
	if len(leftOut) > 0 {
		return fmt.Errorf("the page has not exactly one component %q; write names as they stand there, or IDs", leftOut)
	}
	return nil
}
