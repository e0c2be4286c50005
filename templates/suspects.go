package templates

import (
	"fmt"

	"muster/timeline"
)

// changeText is the text of a fact that tells of changes and what did it.
func (t Texts) changeText(f timeline.Fact) string {
	switch f := f.(type) {
	case timeline.ChangesJudged:
		n := len(f.Suspects) + f.More
		if s, ok := f.First(); ok {
			return t.T("line.judged", n, s.Name(), fmt.Sprintf("%.0f %%", 100*s.Share))
		}
		return t.T("line.judged none", n)
	case timeline.CauseMarked:
		if f.Not {
			return t.T("line.cause marked not", f.What)
		}
		return t.T("line.cause marked", f.What)
	case timeline.AuthorAsked:
		return t.T("line.author asked", f.Author, f.What)
	case timeline.Drawn:
		return f.Words
	}
	return ""
}
