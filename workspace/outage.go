package workspace

// Scene is one thing that one person does in a story.
type Scene struct {
	At    string // the time of day, "09:24"
	As    string
	Do    string // say, reply, react, unreact, edit, click; ack, of the newest page that waits; move, of an issue
	In    string // the channel; empty for the first that the app opened since the story began
	Text  string // what is said; of click: the label of the button; of move: the status
	Emoji string
	On    string // the label of the message that it is done to; of move: the key of the issue
	Label string // by which later scenes name this message
	Maybe bool   // of click and ack: it is left out where there is no such button, or nobody is paged
}

// Outage is the story of a real outage, as an analytics company told it in
// public in 2018; names and wording are ours. Deliveries of events became
// slow, for three reasons one behind the other.
var Outage = []Scene{
	{At: "09:20", As: "ana", Do: "say", In: "delivery", Text: "The pager went off: end-to-end delivery is over its three minute threshold. Normally it takes seconds."},
	{At: "09:22", As: "hana", Do: "say", In: "delivery", Text: "Thanks for looking! Nobody has complained to us so far."},
	{At: "09:24", As: "ana", Do: "say", In: "incidents", Text: "/incident declare sev2 service:delivery Event delivery takes minutes"},
	{At: "09:25", As: "ana", Do: "say", Text: "/incident note 09:20 detected: the pager told of a delivery time over three minutes"},
	{At: "09:25", As: "bo", Do: "ack", Maybe: true},
	{At: "09:26", As: "bo", Do: "say", Text: "On call for platform here. Reading up."},
	{At: "09:27", As: "bo", Do: "say", Text: "/incident changes"},
	{At: "09:28", As: "ana", Do: "say", Text: "/incident comms @dee"},
	{At: "09:31", As: "bo", Do: "say", Text: "Memory climbs on every delivery instance since the DNS cache was rolled out last night", Label: "memory"},
	{At: "09:32", As: "ana", Do: "react", On: "memory", Emoji: "mag"},
	{At: "09:33", As: "fay", Do: "say", Text: "I can take this over if you want hands free"},
	{At: "09:33", As: "fay", Do: "react", On: "memory", Emoji: "mag"},
	{At: "09:35", As: "ana", Do: "say", Text: "/incident lead @eli"},
	{At: "09:36", As: "dee", Do: "say", Text: "/incident update Events reach their destination minutes late. We are looking for the cause. Nothing is lost. More at 10:00."},
	{At: "09:40", As: "hana", Do: "say", Text: "First customers write in: deliveries are twenty minutes late, and two of them hold their builds back", Label: "customers"},
	{At: "09:41", As: "dee", Do: "react", On: "customers", Emoji: "pushpin"},
	{At: "09:41", As: "eli", Do: "say", Text: "/incident sev 1"},
	{At: "09:43", As: "gus", Do: "say", Text: "Could the mail campaign of this morning have done it?", Label: "campaign"},
	{At: "09:43", As: "gus", Do: "react", On: "campaign", Emoji: "bulb"},
	{At: "09:45", As: "fay", Do: "reply", On: "campaign", Text: "No, the number of events is as on every Thursday"},
	{At: "09:46", As: "gus", Do: "unreact", On: "campaign", Emoji: "bulb"},
	{At: "09:47", As: "bo", Do: "say", Text: "The DNS cache leaks memory. All instances got it in the same hour, so all of them run out at about the same time", Label: "leak"},
	{At: "09:48", As: "eli", Do: "react", On: "leak", Emoji: "bulb::skin-tone-3"},
	{At: "09:49", As: "eli", Do: "click", Text: "It was delivery v411", Maybe: true},
	{At: "09:52", As: "bo", Do: "say", Text: "Starting ten new instances from a corrected image", Label: "image"},
	{At: "09:52", As: "bo", Do: "react", On: "image", Emoji: "wrench"},
	{At: "09:58", As: "bo", Do: "edit", On: "image", Text: "Started ten new instances from a corrected image, with the DNS cache at its former version"},
	{At: "10:00", As: "dee", Do: "say", Text: "/incident update The cause is found: a component of last night's release runs out of memory. New machines are starting. Deliveries stay late until they take over. More at 10:30."},
	{At: "10:01", As: "dee", Do: "click", In: "@dee", Text: "Publish on the status page", Maybe: true},
	{At: "10:05", As: "gus", Do: "say", In: "general", Text: "/incident sttaus"},
	{At: "10:05", As: "gus", Do: "say", In: "general", Text: "/incident status INC-1"},
	{At: "10:08", As: "fay", Do: "say", Text: "/incident metrics delivery"},
	{At: "10:20", As: "fay", Do: "say", Text: "The cloud's API answers with rate limits: services that flap ask it all the time, so scaling crawls", Label: "limits"},
	{At: "10:21", As: "eli", Do: "react", On: "limits", Emoji: "mag"},
	{At: "10:22", As: "fay", Do: "click", Text: "Be the scribe", On: "card"},
	{At: "10:31", As: "fay", Do: "say", Text: "Paused the health polling of the autoscaler, so that the calls that start machines get through", Label: "polling"},
	{At: "10:31", As: "fay", Do: "react", On: "polling", Emoji: "wrench"},
	{At: "10:32", As: "dee", Do: "say", Text: "/incident update New machines start more slowly than planned, because our cloud limits how fast we may ask for them. More at 11:30."},
	{At: "11:29", As: "bo", Do: "say", Text: "All ten instances are up, and the whole backlog comes at once", Label: "burst"},
	{At: "11:30", As: "fay", Do: "react", On: "burst", Emoji: "pushpin"},
	{At: "11:38", As: "bo", Do: "say", Text: "Workers stand still again, without any error"},
	{At: "11:41", As: "eli", Do: "say", Text: "What does the transaction database say?", Label: "question"},
	{At: "11:44", As: "chi", Do: "reply", On: "question", Text: "SHOW PROCESSLIST: 212 rows, 180 of them \"Waiting for table metadata lock\", the oldest for 2460 s", Label: "processlist"},
	{At: "11:45", As: "eli", Do: "react", On: "processlist", Emoji: "mag"},
	{At: "11:58", As: "chi", Do: "say", Text: "Transactions hang: our client gives up after a minute, the database only after eight hours. And every container that starts runs `create table if not exists`, which waits for that lock", Label: "deadlock"},
	{At: "11:59", As: "fay", Do: "react", On: "deadlock", Emoji: "bulb"},
	{At: "12:08", As: "chi", Do: "say", Text: "Killed the hanging transactions; containers now start two at a time", Label: "killed"},
	{At: "12:08", As: "chi", Do: "react", On: "killed", Emoji: "wrench"},
	{At: "12:10", As: "dee", Do: "say", Text: "/incident update A second fault, in the database, is being cleared. Deliveries speed up from now on; the backlog takes about an hour. More at 13:00."},
	{At: "12:31", As: "eli", Do: "say", Text: "/incident mitigate New events are delivered in seconds, the backlog is draining"},
	{At: "12:32", As: "dee", Do: "click", In: "@dee", Text: "Publish on the status page", Maybe: true},
	{At: "12:40", As: "bo", Do: "say", Text: "Alert on the memory of the DNS cache", Label: "todo1"},
	{At: "12:40", As: "bo", Do: "react", On: "todo1", Emoji: "dart"},
	{At: "12:41", As: "chi", Do: "say", Text: "Make the timeout of the database as short as the client's", Label: "todo2"},
	{At: "12:41", As: "fay", Do: "react", On: "todo2", Emoji: "dart"},
	{At: "12:42", As: "chi", Do: "say", Text: "Take `create table` out of the start-up path", Label: "todo3"},
	{At: "12:42", As: "fay", Do: "react", On: "todo3", Emoji: "dart"},
	{At: "12:43", As: "fay", Do: "say", Text: "Back off when the cloud's API limits us", Label: "todo4"},
	{At: "12:43", As: "fay", Do: "react", On: "todo4", Emoji: "dart"},
	{At: "12:45", As: "chi", Do: "click", In: "@chi", Text: "Accept (INC-1 #2)", Maybe: true},
	{At: "12:45", As: "chi", Do: "click", In: "@chi", Text: "Accept (INC-1 #3)", Maybe: true},
	{At: "12:50", As: "eli", Do: "say", Text: "/incident action \"Rehearse the rollback of the DNS cache\" @ana in 2 weeks"},
	{At: "12:52", As: "ana", Do: "click", In: "@ana", Text: "Accept (INC-1 #5)", Maybe: true},
	{At: "13:00", As: "dee", Do: "say", Text: "Status for customers: all deliveries are on time again, late data arrived up to an hour and a half late", Label: "customerstatus"},
	{At: "13:01", As: "dee", Do: "react", On: "customerstatus", Emoji: "mega"},
	{At: "13:15", As: "eli", Do: "say", Text: "/incident resolve Deliveries are back to seconds. Data was late by up to an hour and a half; none was lost."},
	{At: "13:15", As: "dee", Do: "click", In: "@dee", Text: "Resolve on the status page", Maybe: true},
	{At: "13:16", As: "bo", Do: "click", In: "@bo", Text: "Actionable", Maybe: true},
	{At: "13:18", As: "chi", Do: "move", On: "OPS-3", Text: "Done", Maybe: true},
	{At: "13:21", As: "fay", Do: "say", Text: "/incident postmortem"},
}
