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

const list = h('ol', {
  class: 'messages', role: 'log', 'aria-label': 'Messages', 'aria-live': 'polite', 'aria-relevant': 'additions',
  onkeydown: walk, onclosed: (e) => redraw(e.target.dataset.ts),
});
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
  fill(start);
  waiting = [];
  log = { messages: [], more: false };
  list.setAttribute('aria-busy', 'true');
  const read = await tried(() => s.logOf(id));
  if (state.here !== id || !read) return;
  log = read;
  draw(log.messages.slice(-rowsMost));
  list.removeAttribute('aria-busy');
  toEnd();
  if (wanted) show(wanted);
}

let wanted = ''; // the message that is to be shown when its channel is

// again reads the channel anew, after the page was cut off, without moving what
// one looks at.
export async function again() {
  const here = state.here;
  const end = atEnd();
  const read = s.channel(here) && (await tried(() => s.logOf(here)));
  if (state.here !== here || !read || list.querySelector('.editing')) return;
  log = read;
  const top = scroller.scrollTop;
  draw(log.messages.slice(-Math.max(rowsMost, shown())));
  scroller.scrollTop = end ? scroller.scrollHeight : top;
}

// draw shows messages anew.
function draw(messages) {
  const rows = [];
  messages.forEach((m, i) => rows.push(...rowsFor(m, messages[i - 1])));
  fill(list, rows);
  const last = [...list.querySelectorAll('.message')].at(-1);
  if (last) stop(last);
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
  const more = log.messages[0]?.ts === first || !log.messages.length ? await tried(() => s.earlier(here)) : log;
  reading = false;
  if (state.here !== here || !more) return;
  log = more;
  const height = scroller.scrollHeight - scroller.scrollTop;
  const from = log.messages.findIndex((m) => m.ts >= first);
  const begin = Math.max(0, from - rowsMost / 2);
  const all = log.messages.slice(begin, Math.min(from + shown(), begin + rowsMost * 4));
  draw(all);
  scroller.scrollTop = scroller.scrollHeight - height;
  if (all[all.length - 1]?.ts !== log.messages[log.messages.length - 1]?.ts) pill.hidden = false;
}

const shown = () => list.querySelectorAll('.message').length;

function scrolled() {
  if (scroller.scrollTop < 120) readEarlier();
  if (atEnd() && isWhole()) seen();
}

// isWhole reports whether the newest message is among the rows.
const isWhole = () => [...list.querySelectorAll('.message')].at(-1)?.dataset.ts === log.messages[log.messages.length - 1]?.ts;

// seen hides the pill and tells that all was read.
function seen() {
  pill.hidden = true;
  if (!document.hidden && log.messages.length) s.markRead(state.here, log.messages[log.messages.length - 1].ts);
}

function toEnd() {
  if (!isWhole()) draw(log.messages.slice(-rowsMost));
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
  const rowsNow = list.querySelectorAll('.message');
  if (rowsNow.length && !list.contains(document.activeElement)) stop(rowsNow[rowsNow.length - 1]);
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
  redraw(m.ts);
}

const rowOf = (ts) => list.querySelector(`[data-ts="${ts}"]`);

// redraw shows a message as it is now, unless someone is editing it.
function redraw(ts) {
  const old = rowOf(ts);
  const at = log.messages.findIndex((o) => o.ts === ts);
  if (!old || at < 0 || old.querySelector('.editing')) return;
  const end = atEnd();
  const inside = old.contains(document.activeElement);
  const label = inside && document.activeElement.getAttribute('aria-label');
  const first = !old.previousElementSibling?.classList.contains('message');
  const fresher = row(log.messages[at], { joined: !first && follows(log.messages[at], log.messages[at - 1]) });
  fresher.tabIndex = old.tabIndex;
  old.replaceWith(fresher);
  if (inside) ((label && fresher.querySelector(`[aria-label="${CSS.escape(label)}"]`)) || fresher).focus({ preventScroll: true });
  if (end) scroller.scrollTop = scroller.scrollHeight;
}

export function removed(ts) {
  const old = rowOf(ts);
  const next = old?.nextElementSibling;
  const inside = old?.contains(document.activeElement);
  old?.remove();
  if (next?.dataset.ts) redraw(next.dataset.ts); // it may have gone on with what is gone
  if (inside || document.activeElement === document.body) document.getElementById('composer')?.focus({ preventScroll: true });
}

// walk goes from message to message with the arrow keys, and within one.
function walk(e) {
  const from = e.target.closest('.message');
  if (!from || e.target.matches('input, textarea, select') || e.target.closest('.combo')) return;
  const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[e.key];
  if (!step) return;
  e.preventDefault();
  if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
    const rows = [...list.querySelectorAll('.message')];
    stop(rows[rows.indexOf(from) + step] ?? from).focus();
    return;
  }
  const all = [from, ...from.querySelectorAll('button:not(:disabled), a, input')];
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
}

// stop makes one row the only one that Tab stops at.
function stop(el) {
  for (const o of list.querySelectorAll('.message[tabindex="0"]')) o.tabIndex = -1;
  el.tabIndex = 0;
  return el;
}

// show scrolls to a message and makes it stand out for a moment; where the
// channel is still being read, then.
export function show(ts) {
  wanted = ts;
  const el = rowOf(ts);
  if (!el) return;
  wanted = '';
  el.scrollIntoView({ block: 'center' });
  el.classList.add('flash');
  setTimeout(() => el.classList.remove('flash'), 2000);
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden && atEnd() && isWhole()) seen();
});
