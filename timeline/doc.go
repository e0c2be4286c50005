// Package timeline is the ground that Muster stands on: an incident is its
// timeline, a list of facts that never change.
//
// People ask; a command turns the asking into a [Fact]. A [Journal] asks each
// [Follower] which [Effect]s the fact calls for, and commits fact and effects
// together to a [Store]. The bot delivers effects until they are settled, and
// what comes of them is written as more facts.
//
// Nothing outside is called before the commit, and nothing after it can be
// lost. The package does no input or output of its own.
//
// Text in facts is plain text. A person is written <@ID> in it; whoever takes
// text in must keep typed characters from reading as such a mention.
package timeline
