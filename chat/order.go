package chat

import (
	"muster/templates"
	"muster/timeline"
)

// Order says in words what an effect of any follower is to do: "open the
// channel".
func Order(t templates.Texts, e timeline.Effect) string {
	if key := "order." + e.To + "." + e.Do; t.Has(key) {
		return t.T(key)
	}
	return e.To + "/" + e.Do
}
