// What this page knows: people, channels, and the messages of the channels
// that were looked at. Others ask it; changes come in by the stream.

import * as api from './api.js';

export const state = {
  me: '', team: '', app: {}, people: new Map(), channels: new Map(), views: [], home: null, favourites: [], story: {}, phone: [], tracker: [],
  here: '', // the channel that is shown
  thread: '', // the message whose thread is shown
  ahead: 0, // by how many milliseconds the workspace's clock is
  connected: true,
};

// logs holds, for each channel that was looked at, its messages by time.
const logs = new Map();

const watchers = new Map();

// on calls f whenever something of a kind changes.
export function on(kind, f) {
  watchers.set(kind, [...(watchers.get(kind) ?? []), f]);
}

export function tell(kind, what) {
  for (const f of watchers.get(kind) ?? []) f(what);
}

const kinds = {
  state({ state: all }) {
    const again = Boolean(state.me);
    Object.assign(state, all, {
      people: new Map(all.people.map((p) => [p.id, p])),
      channels: new Map(all.channels.map((c) => [c.id, c])),
      ahead: all.now - Date.now(),
    });
    logs.clear();
    tell(again ? 'again' : 'all');
  },
  people({ people }) {
    state.people = new Map(people.map((p) => [p.id, p]));
    tell('sidebar');
  },
  channel({ channel }) {
    state.channels.set(channel.id, channel);
    tell('sidebar');
    if (channel.id === state.here) tell('header');
  },
  gone({ channel }) {
    if (!state.channels.delete(channel)) return;
    logs.delete(channel);
    tell('sidebar');
    if (channel === state.here) tell('lost');
  },
  message({ channel, message, fresh }) {
    if (fresh) count(channel, message);
    const log = logs.get(channel);
    if (log) put(log, message, fresh);
    reading.get(channel)?.push({ message, fresh });
    if (channel === state.here) tell('message', { message, fresh });
  },
  deleted({ channel, ts }) {
    const log = logs.get(channel);
    if (log) log.messages = log.messages.filter((m) => m.ts !== ts);
    if (channel === state.here) tell('deleted', ts);
  },
  views({ views }) {
    state.views = views;
    tell('views');
  },
  home({ home }) {
    state.home = home;
    tell('home');
  },
  app({ app }) {
    state.app = app;
    tell('sidebar');
  },
  story({ story }) {
    state.story = story;
    tell('story');
  },
  phone({ phone }) {
    state.phone = phone;
    tell('phone');
  },
  tracker({ tracker }) {
    state.tracker = tracker;
    tell('tracker');
  },
};

export function start() {
  api.listen((change) => kinds[change.type]?.(change), (connected) => {
    if (connected === state.connected) return;
    state.connected = connected;
    tell('connection');
  });
}

// count counts a message that came in as unread, unless it is being read.
function count(id, m) {
  const ch = state.channels.get(id);
  if (!ch?.member || m.user === state.me || isSystem(m) || isReply(m)) return;
  if (id === state.here && !document.hidden) return;
  ch.unread += 1;
  if (ch.kind === 'im' || m.only || m.text?.includes(`<@${state.me}`) || /<!(channel|here|everyone)\b/.test(m.text ?? '')) ch.mentions += 1;
  tell('sidebar');
}

// A log keeps so many messages at most; earlier ones are read again when wanted.
const logMost = 400;

function put(log, m, fresh) {
  if (isReply(m)) return;
  const at = log.messages.findLastIndex((o) => o.ts <= m.ts);
  if (at >= 0 && log.messages[at].ts === m.ts) log.messages[at] = m;
  else if (fresh || at >= 0) log.messages.splice(at + 1, 0, m);
  if (log.messages.length > logMost) {
    log.messages.splice(0, log.messages.length - logMost);
    log.more = true;
  }
}

export const isReply = (m) => m.thread_ts && m.thread_ts !== m.ts && m.subtype !== 'thread_broadcast';

export const isSystem = (m) => /^(channel|group)_/.test(m.subtype ?? '');

// logOf returns the latest messages of a channel. What happens while they are
// read is put to them.
export async function logOf(id) {
  if (logs.has(id)) return logs.get(id);
  const news = [];
  reading.set(id, news);
  try {
    const log = await api.past({ channel: id });
    for (const { message, fresh } of news) put(log, message, fresh);
    logs.set(id, log);
    return log;
  } finally {
    reading.delete(id);
  }
}

const reading = new Map(); // what has happened in channels that are being read

// earlier reads messages before those that a channel's log has.
export async function earlier(id) {
  const log = logs.get(id);
  const { messages, more } = await api.past({ channel: id, before: log.messages[0]?.ts ?? '' });
  log.messages.unshift(...messages);
  log.more = more;
  return log;
}

export async function threadOf(id, ts) {
  return (await api.past({ channel: id, thread: ts })).messages;
}

// markRead tells that everything in a channel up to a message was read.
export function markRead(id, ts) {
  const ch = state.channels.get(id);
  if (!ch?.member || !ts || (!ch.unread && ch.read >= ts)) return;
  const news = ch.unread > 0;
  ch.read = ts;
  ch.unread = ch.mentions = 0;
  if (news) tell('sidebar');
  later(id, ts);
}

const waiting = new Map();

function later(id, ts) {
  clearTimeout(waiting.get(id));
  waiting.set(id, setTimeout(() => api.act('read', { channel: id, ts }).catch(() => {}), 400));
}

export const me = () => state.people.get(state.me) ?? {};

// person is someone by ID; whoever is not here has the ID for a name.
export const person = (id) => state.people.get(id) ?? { id, name: id, real_name: id, unknown: true };

// named is someone by name.
export const named = (name) => [...state.people.values()].find((p) => p.name === name) ?? { id: name, name, real_name: name, unknown: true };

// standing is what someone is here, where it is not a colleague like others.
export function standing(p) {
  if (p.bot) return 'APP';
  if (p.deleted) return 'DEACTIVATED';
  if (p.stranger) return 'EXTERNAL';
  return p.guest ? 'GUEST' : '';
}

export const channel = (id) => state.channels.get(id);

// nameOf is what a channel is called: direct messages by the other person.
export function nameOf(ch) {
  return ch.kind === 'im' ? person(ch.name).real_name : ch.name;
}
