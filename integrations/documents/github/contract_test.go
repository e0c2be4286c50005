package github_test

import (
	"strings"
	"testing"

	"muster/integrations/documents"
	"muster/integrations/documents/documentstest"
	"muster/integrations/documents/github"
	"muster/torture"
	"muster/workspace"
)

const path = "postmortems/INC-12-postmortem.md"

// open returns a repository of its own.
func open(t testing.TB, change func(*github.Options)) (*workspace.Workspace, *github.Repository) {
	t.Helper()
	w, url := torture.Town(t)
	repository, token := w.GitToken()
	o := github.Options{APIURL: url + "/github/", Token: token, Repository: repository, Folder: "postmortems", Pull: true, Now: w.Now}
	if change != nil {
		change(&o)
	}
	return w, github.New(o)
}

// texts is the postmortem as it is on each branch that has it; in pull requests
// that are open, or, where there are none, on the main branch.
func texts(w *workspace.Workspace) (all []string) {
	seen := w.Repository()
	for _, p := range seen.Pulls {
		if text, ok := seen.Branches[p.Branch][path]; ok && p.State == "open" {
			all = append(all, text)
		}
	}
	if text, ok := seen.Branches["main"][path]; ok && len(all) == 0 {
		all = append(all, text)
	}
	return all
}

func TestWaysKeepTheirPromises(t *testing.T) {
	for way, pull := range map[string]bool{"by a pull request": true, "straight": false} {
		t.Run(way, func(t *testing.T) {
			documentstest.Run(t, func(tb testing.TB) documentstest.Place {
				w, r := open(tb, func(o *github.Options) { o.Pull = pull })
				writes := []string{"github.contents.put"}
				if pull {
					writes = append(writes, "github.refs.create", "github.pulls.create")
				}
				return documentstest.Place{
					Target: r, Texts: func() []string { return texts(w) }, Writes: writes, Pass: w.Advance,
					Changes: func() int { seen := w.Repository(); return seen.Commits + len(seen.Pulls) + len(seen.Branches) },
					Break:   breaks(tb, w),
					Refuse: func() string {
						w.OnlyRead()
						return "give it the permission to write Contents and Pull requests"
					},
				}
			})
		})
	}
}

func breaks(t testing.TB, w *workspace.Workspace) func(method, kind string) {
	return func(method, kind string) {
		if err := w.Break(workspace.Fault{Method: method, Kind: kind}); err != nil {
			t.Fatal(err)
		}
	}
}

func publish(t *testing.T, r *github.Repository, p documents.Publication) documents.Published {
	t.Helper()
	made, err := r.Publish(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestAPullRequest(t *testing.T) {
	w, r := open(t, nil)
	made := publish(t, r, documentstest.First)
	seen := w.Repository()
	if made.Ref != "shop/postmortems#1" || !strings.HasSuffix(made.URL, "/shop/postmortems/pull/1") || len(seen.Pulls) != 1 {
		t.Fatalf("%+v, %+v", made, seen.Pulls)
	}
	p := seen.Pulls[0]
	if p.Branch != "muster/inc-12-postmortem-40" || p.Title != "Postmortem: INC-12: checkout is down" || !strings.Contains(p.Body, "approved by Ana Ortiz") {
		t.Errorf("%+v", p)
	}
	text := seen.Branches[p.Branch][path]
	_, picture, _ := strings.Cut(text, "![errors](")
	picture, _, _ = strings.Cut(picture, ")")
	if !strings.HasPrefix(picture, "INC-12-postmortem/") || seen.Branches[p.Branch]["postmortems/"+picture] != "\x89PNG a picture" {
		t.Errorf("the text leads to %q, and there are %q", picture, seen.Branches[p.Branch])
	}
	if _, ok := seen.Branches["main"][path]; ok {
		t.Error("nobody has merged it, and it is there")
	}
}

// TestAfterItWasMerged corrects what was merged: there is another pull request,
// unless nothing is to be corrected.
func TestAfterItWasMerged(t *testing.T) {
	w, r := open(t, nil)
	first := publish(t, r, documentstest.First)
	if err := w.EndPull(1, true); err != nil {
		t.Fatal(err)
	}
	if again := publish(t, r, documentstest.First); again != first {
		t.Errorf("the same again is %+v", again)
	}
	same := documentstest.First
	same.Ref, same.Seq = first.Ref, 43
	if again := publish(t, r, same); again.Ref != "shop/postmortems/"+path || !strings.HasSuffix(again.URL, "/blob/main/"+path) {
		t.Errorf("the same, approved again, is %+v", again)
	}
	second := publish(t, r, documentstest.Second(first.Ref))
	if seen := w.Repository(); second.Ref != "shop/postmortems#2" || len(seen.Pulls) != 2 || seen.Pulls[1].Branch != "muster/inc-12-postmortem-44" {
		t.Errorf("%+v, %+v", second, seen.Pulls)
	}
}

// TestWhatPeopleDo closes the pull request, writes to the file, and guards the branch.
func TestWhatPeopleDo(t *testing.T) {
	w, r := open(t, nil)
	first := publish(t, r, documentstest.First)
	if err := w.EndPull(1, false); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Publish(t.Context(), documentstest.First); err == nil || !strings.Contains(err.Error(), "reopen it and try again, or drop this") {
		t.Errorf("after it was closed: %v", err)
	}
	if second := publish(t, r, documentstest.Second(first.Ref)); second.Ref != "shop/postmortems#2" {
		t.Errorf("a correction after it was closed: %+v", second)
	}
	w.CommitFile("muster/inc-12-postmortem-44", path, "by hand")
	publish(t, r, documentstest.Second("shop/postmortems#2"))
	if all := texts(w); len(all) != 1 || !strings.Contains(all[0], "empty") {
		t.Errorf("%q", all)
	}

	w, r = open(t, func(o *github.Options) { o.Pull = false })
	w.GuardBranch()
	if _, err := r.Publish(t.Context(), documentstest.First); err == nil || !strings.Contains(err.Error(), "set documents.github.pull_request to true") {
		t.Errorf("of a guarded branch: %v", err)
	}
}

func TestCheck(t *testing.T) {
	for want, change := range map[string]func(*workspace.Workspace, *github.Options){
		"":                          func(*workspace.Workspace, *github.Options) {},
		"refuses github.token":      func(_ *workspace.Workspace, o *github.Options) { o.Token = "wrong" },
		"mend documents.github.rep": func(_ *workspace.Workspace, o *github.Options) { o.Repository = "shop/none" },
		"documents.github.branch":   func(_ *workspace.Workspace, o *github.Options) { o.Branch = "none" },
		"may not write to it":       func(w *workspace.Workspace, _ *github.Options) { w.OnlyRead() },
	} {
		w, url := torture.Town(t)
		repository, token := w.GitToken()
		o := github.Options{APIURL: url + "/github", Token: token, Repository: repository, Pull: true}
		change(w, &o)
		found := github.New(o).Check(t.Context())
		err := found[len(found)-1].Err
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
