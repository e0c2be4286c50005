// The list of a channel's messages: it grows at the end, reads further back
// when one scrolls up, and keeps no more rows than one can look at.

import { h, fill, icon, once } from './dom.js';
import { dayName, dayOf } from './dates.js';
import { follows, row } from './messages.js';
import * as s from './state.js';
import { tried } from './popup.js';

const { state } = s;

// rowsMost is how many rows are kept while one looks at the end.
const rowsMost = 150;

const list = h('ol', { class: 'messages', role: 'log', 'aria-label': 'Messages', 'aria-live': 'polite', 'aria-relevant': 'additions' });
const start = h('div', { class: 'start' });
const scroller = h('div', { class: 'scroller', tabindex: '-1', onscroll: scrolled }, start, list);
const pill = h('button', { type: 'button', class: 'pill', hidden: true, onclick: () => toEnd() }, icon('down'), 'New messages');
export const el = h('div', { class: 'log' }, scroller, pill);

let log = { messages: [], more: false };
let newFrom = ''; // what was read up to when the channel was opened
let waiting = []; // messages that came in since the last frame
let follow = false; // whether the end is to be shown with them, wherever one looks

const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;

// open shows a channel from its end.
export async function open(id) {
  const ch = s.channel(id);
  newFrom = ch?.unread ? ch.read ?? '' : null;
  fill(list);
  waiting = [];
  list.setAttribute('aria-busy', 'true');
  const read = await tried(() => s.logOf(id));
  if (state.here !== id || !read) return;
  log = read;
  draw(log.messages.slice(-rowsMost));
  list.removeAttribute('aria-busy');
  toEnd();
}

// draw shows messages anew.
function draw(messages) {
  const rows = [];
  messages.forEach((m, i) => rows.push(...rowsFor(m, messages[i - 1])));
  fill(list, rows);
  welcome();
}

// rowsFor is the row of a message, with what separates it from the one before.
function rowsFor(m, before) {
  const rows = [];
  if (!before || dayOf(before.ts) !== dayOf(m.ts)) rows.push(h('li', { class: 'day', role: 'separator' }, h('span', {}, dayName(dayOf(m.ts)))));
  if (newFrom !== null && m.ts > newFrom && m.user !== state.me && !list.querySelector('.new') && (!before || before.ts <= newFrom)) {
    rows.push(h('li', { class: 'day new', role: 'separator' }, h('span', {}, 'New')));
  }
  rows.push(row(m, { joined: rows.length === 0 && follows(m, before) }));
  return rows;
}

// welcome is what stands at the beginning of a channel.
function welcome() {
  const ch = s.channel(state.here);
  if (!ch || hasEarlier()) {
    fill(start, h('button', { type: 'button', class: 'button', onclick: readEarlier }, 'Show earlier messages'));
    return;
  }
  fill(start, ch.kind === 'im'
    ? h('p', { class: 'welcome' }, `This is the beginning of your direct messages with ${s.nameOf(ch)}.`)
    : h('p', { class: 'welcome' }, h('strong', {}, `#${ch.name}`), ' begins here.', ch.purpose && ` ${ch.purpose}`));
}

const firstShown = () => list.querySelector('.message')?.dataset.ts ?? '';

const hasEarlier = () => log.more || (log.messages[0] && log.messages[0].ts < firstShown());

let reading = false;

// readEarlier puts earlier messages on top, without moving what one looks at.
async function readEarlier() {
  if (reading || !hasEarlier()) return;
  reading = true;
  const here = state.here;
  const first = firstShown();
  if (log.messages[0]?.ts === first || !log.messages.length) log = (await tried(() => s.earlier(here))) ?? log;
  reading = false;
  if (state.here !== here) return;
  const height = scroller.scrollHeight - scroller.scrollTop;
  const from = log.messages.findIndex((m) => m.ts >= first);
  draw(log.messages.slice(Math.max(0, from - rowsMost / 2), from + shown()));
  scroller.scrollTop = scroller.scrollHeight - height;
}

const shown = () => list.querySelectorAll('.message').length;

function scrolled() {
  if (scroller.scrollTop < 120) readEarlier();
  if (atEnd()) seen();
}

// seen hides the pill and tells that all was read.
function seen() {
  pill.hidden = true;
  if (!document.hidden && log.messages.length) s.markRead(state.here, log.messages[log.messages.length - 1].ts);
}

export function toEnd() {
  const last = log.messages[log.messages.length - 1];
  if (last && list.querySelector('.message:last-of-type')?.dataset.ts !== last.ts) draw(log.messages.slice(-rowsMost));
  scroller.scrollTop = scroller.scrollHeight;
  seen();
}

const flush = once(() => {
  const news = waiting;
  const stay = !atEnd() && !follow;
  waiting = [];
  if (follow && !pill.hidden) {
    follow = false;
    toEnd(); // what was left out while one looked elsewhere is drawn with it
    return;
  }
  follow = false;
  if (stay) {
    if (shown() < rowsMost * 4) append(news);
    pill.hidden = false;
    return;
  }
  append(news.slice(-rowsMost));
  prune();
  scroller.scrollTop = scroller.scrollHeight;
  seen();
});

// append adds rows at the end.
function append(news) {
  let last = list.querySelector('.message:last-of-type')?.dataset.ts ?? '';
  const rows = [];
  for (const { ts } of news) {
    const at = log.messages.findLastIndex((o) => o.ts === ts); // as it is by now
    if (ts <= last || at < 0) continue;
    rows.push(...rowsFor(log.messages[at], log.messages[at - 1]));
    last = ts;
  }
  list.append(...rows);
}

// prune takes rows off the top while one looks at the end.
function prune() {
  while (list.children.length > rowsMost * 1.5) list.firstElementChild.remove();
  if (hasEarlier()) welcome();
}

// changed shows a message that is new, or as it is now.
export function changed({ message: m, fresh }) {
  if (s.isReply(m)) return;
  if (fresh) {
    if (m.user === state.me && m.client_msg_id) follow = true;
    waiting.push(m);
    flush();
    return;
  }
  const old = list.querySelector(`[data-ts="${m.ts}"]`);
  if (!old || old.querySelector('.editing')) return;
  const end = atEnd();
  const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute('aria-label') : null;
  const fresher = row(m, { joined: old.classList.contains('joined') && !m.pinned_to });
  old.replaceWith(fresher);
  if (focused) fresher.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  if (end) scroller.scrollTop = scroller.scrollHeight;
}

export function removed(ts) {
  list.querySelector(`[data-ts="${ts}"]`)?.remove();
}

// show scrolls to a message and makes it stand out for a moment.
export function show(ts) {
  const el = list.querySelector(`[data-ts="${ts}"]`);
  if (!el) return;
  el.scrollIntoView({ block: 'center' });
  el.classList.add('flash');
  setTimeout(() => el.classList.remove('flash'), 2000);
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden && atEnd()) seen();
});
