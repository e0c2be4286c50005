package confluence_test

import (
	"strings"
	"testing"

	"muster/document"
	"muster/integrations/documents/confluence"
	"muster/integrations/documents/documentstest"
	"muster/timeline"
	"muster/torture"
	"muster/workspace"
)

// editions are the ways in which Confluence comes.
var editions = map[string]func(w *workspace.Workspace, url string, o *confluence.Options){
	"Cloud": func(w *workspace.Workspace, url string, o *confluence.Options) {
		o.URL = url + "/confluence/wiki"
		o.User, o.Token = w.WikiToken()
	},
	"Data Center": func(w *workspace.Workspace, url string, o *confluence.Options) {
		o.URL, o.Token = url+"/confluence-dc/", w.WikiServerToken()
	},
}

// open returns a space of its own.
func open(t testing.TB, edition string, change func(*confluence.Options)) (*workspace.Workspace, *confluence.Space) {
	t.Helper()
	w, url := torture.Town(t)
	o := confluence.Options{Space: "ENG", Parent: "Engineering", Storage: document.Document.Storage, Now: w.Now}
	editions[edition](w, url, &o)
	if change != nil {
		change(&o)
	}
	return w, confluence.New(o)
}

func texts(w *workspace.Workspace) (all []string) {
	for _, p := range w.WikiPages() {
		all = append(all, p.Body)
	}
	return all
}

func TestEditionsKeepTheirPromises(t *testing.T) {
	for edition := range editions {
		t.Run(edition, func(t *testing.T) {
			documentstest.Run(t, func(tb testing.TB) documentstest.Place {
				w, s := open(tb, edition, nil)
				return documentstest.Place{
					Target: s, Texts: func() []string { return texts(w) }, Pass: w.Advance,
					Writes: []string{"confluence.pages.create", "confluence.attachments.create"},
					Changes: func() (n int) {
						for _, p := range w.WikiPages() {
							n += p.Version + len(p.Files)
						}
						return n
					},
					Break: func(method, kind string) {
						if err := w.Break(workspace.Fault{Method: method, Kind: kind}); err != nil {
							tb.Fatal(err)
						}
					},
					Refuse: func() string {
						w.RefuseWriters()
						return "let them add pages and attachments to the space ENG"
					},
					Elsewhere: func() bool {
						w.WritePage(documentstest.First.Document.Title, "<p>Somebody's own</p>")
						return true
					},
				}
			})
		})
	}
}

func TestAPage(t *testing.T) {
	for edition := range editions {
		w, s := open(t, edition, nil)
		made, err := s.Publish(t.Context(), documentstest.First)
		if err != nil || !strings.HasSuffix(made.URL, "/pages/"+made.Ref) {
			t.Fatalf("%s: %+v, %v", edition, made, err)
		}
		p := w.WikiPages()[0]
		if p.Title != "INC-12: checkout is down" || p.Parent != "Engineering" || len(p.Files) != 1 || !strings.Contains(p.Body, `ri:filename="`+p.Files[0]+`"`) {
			t.Errorf("%s: %+v", edition, p)
		}
		renamed := documentstest.Second(made.Ref)
		renamed.Document.Title = "INC-12: checkout was down"
		again, err := s.Publish(t.Context(), renamed)
		if p := w.WikiPages(); err != nil || again.Ref != made.Ref || len(p) != 1 || p[0].Version != 2 || p[0].Title != "INC-12: checkout was down" || p[0].Message != "Approved by Ana Ortiz" {
			t.Errorf("%s: %+v, %v, %+v", edition, again, err, p)
		}
	}
}

// TestWhatPeopleDo writes on the page, throws it away, and takes its title.
func TestWhatPeopleDo(t *testing.T) {
	for edition := range editions {
		w, s := open(t, edition, nil)
		made, err := s.Publish(t.Context(), documentstest.First)
		if err != nil {
			t.Fatal(err)
		}
		w.WritePage(documentstest.First.Document.Title, "<p>All by hand</p>")
		if _, err := s.Publish(t.Context(), documentstest.Second(made.Ref)); err != nil || w.WikiPages()[0].Version != 3 {
			t.Errorf("%s, after somebody wrote on it: %v, %+v", edition, err, w.WikiPages())
		}
		w.TrashPage(made.Ref)
		anew, err := s.Publish(t.Context(), documentstest.Second(made.Ref))
		if err != nil || anew.Ref == made.Ref || len(w.WikiPages()) != 1 {
			t.Errorf("%s, after it was thrown away: %+v, %v", edition, anew, err)
		}
		w.WritePage("INC-12: another title", "<p>Somebody's own</p>")
		taken := documentstest.Second(anew.Ref)
		taken.Document.Title = "INC-12: another title"
		if _, err := s.Publish(t.Context(), taken); !timeline.IsRefusal(err) || !strings.Contains(err.Error(), "try again, or drop this") {
			t.Errorf("%s, where the title is taken: %v", edition, err)
		}
	}
}

func TestCheck(t *testing.T) {
	for edition := range editions {
		for want, change := range map[string]func(*confluence.Options){
			"":                             nil,
			"make a new token":             func(o *confluence.Options) { o.Token = "wrong" },
			"mend documents.confluence.sp": func(o *confluence.Options) { o.Space = "NONE" },
			`has no page "None"`:           func(o *confluence.Options) { o.Parent = "None" },
			"no page with the ID 7":        func(o *confluence.Options) { o.Parent = "7" },
		} {
			_, s := open(t, edition, change)
			found := s.Check(t.Context())
			err := found[len(found)-1].Err
			if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", edition, err, want)
			}
		}
	}
}
