package cli

import (
	"context"

	"muster/chat"
	"muster/config"
	"muster/document"
	"muster/integrations/documents"
	"muster/integrations/documents/confluence"
	"muster/integrations/documents/github"
	"muster/templates"
	"muster/timeline"
)

// documentFollowers are those that publish postmortems, one for each place that is
// configured.
func documentFollowers(c config.Config, o Outside, workspace chat.Chat, texts templates.Texts) []timeline.Follower {
	write := func(inc timeline.Incident) document.Document { return postmortemOf(c, texts, inc) }
	var all []timeline.Follower
	if c.Documents.Canvas {
		canvas := documents.Canvas{Chat: workspace, Write: document.Document.Canvas}
		all = append(all, documents.Follower{Target: canvas, Lane: "documents-canvas", Inside: true, Document: write})
	}
	if repository, ok := gitDocumentsOf(c, o); ok {
		all = append(all, documents.Follower{Target: repository, Lane: "documents-github", Document: write})
	}
	if space, ok := confluenceOf(c, o); ok {
		all = append(all, documents.Follower{Target: space, Lane: "documents-confluence", Document: write})
	}
	return all
}

// gitDocumentsOf is the repository that postmortems are published in, where there
// is one.
func gitDocumentsOf(c config.Config, o Outside) (*github.Repository, bool) {
	g := c.Documents.GitHub
	if !g.Publishes() {
		return nil, false
	}
	return github.New(github.Options{
		APIURL: c.GitHub.APIURL, Token: c.GitHub.Token.Reveal(), Repository: g.Repository, Branch: g.Branch, Folder: g.Folder, Pull: g.Pull, HTTP: o.Transport, Now: o.Now,
	}), true
}

// confluenceOf is the space that postmortems are published in, where there is one.
func confluenceOf(c config.Config, o Outside) (*confluence.Space, bool) {
	w := c.Documents.Confluence
	if !w.Publishes() {
		return nil, false
	}
	return confluence.New(confluence.Options{
		URL: w.URL, User: w.User, Token: w.Token.Reveal(), Space: w.Space, Parent: w.Parent, Edition: w.Edition, Storage: document.Document.Storage, HTTP: o.Transport, Now: o.Now,
	}), true
}

// checkDocuments checks whether postmortems could be published.
func (sh *shell) checkDocuments(ctx context.Context, c config.Config) (well bool) {
	well = true
	check := func(name string, all []documents.Finding) {
		for _, f := range all {
			well = sh.found(name, f.What, f.Err, "") && well
		}
	}
	if repository, ok := gitDocumentsOf(c, Outside{}); ok {
		check("GitHub", repository.Check(ctx))
	}
	if space, ok := confluenceOf(c, Outside{}); ok {
		check("Confluence", space.Check(ctx))
	}
	return well
}
