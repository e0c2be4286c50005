package chat

import "muster/timeline"

// Order says in words what an effect of any follower is to do: "open the
// channel".
func Order(e timeline.Effect) string { return order(e) }
