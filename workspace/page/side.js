// The pane at the side: a thread, the pinned messages, the members, a person.

import { h, fill, $, iconButton } from './dom.js';
import { composer } from './composer.js';
import { localTime } from './dates.js';
import { face, row } from './messages.js';
import { pop, tried, unpop } from './popup.js';
import * as s from './state.js';
import { write } from './sidebar.js';

const { state } = s;
const pane = $('side');

let threadList = null;
let thread = []; // the messages of the thread that is shown

export function close() {
  const inside = pane.contains(document.activeElement);
  pane.hidden = true;
  state.thread = '';
  fill(pane);
  if (inside) $('composer')?.focus({ preventScroll: true });
}

function show(label, ...children) {
  pane.hidden = false;
  pane.setAttribute('aria-label', label);
  fill(pane, h('header', { class: 'head' }, h('h2', {}, label), iconButton('close', `Close ${label.toLowerCase()}`, () => { location.hash = `#${state.here}`; })), children);
}

// openThread shows the thread of a message.
export async function openThread(ts) {
  state.thread = ts;
  const here = state.here;
  const messages = await tried(() => s.threadOf(here, ts));
  if (!messages || state.thread !== ts) return;
  if (!messages.length) {
    close();
    return;
  }
  thread = messages;
  threadList = h('ol', { class: 'messages', role: 'log', 'aria-label': 'Thread', onclosed: drawThread });
  const box = composer({ id: 'reply', placeholder: 'Reply in this thread', where: () => ({ channel: state.here, ts }) });
  box.at(`${here}/${ts}`);
  show('Thread', h('div', { class: 'scroller' }, threadList), box.el);
  drawThread();
  threadList.parentElement.scrollTop = threadList.parentElement.scrollHeight;
  if (matchMedia('(pointer: fine)').matches) box.box.focus();
}

function drawThread() {
  if (threadList.querySelector('.editing')) return; // it is drawn when that is closed
  const [root, ...replies] = thread;
  fill(threadList, row(root, { inThread: true }),
    replies.length ? h('li', { class: 'day', role: 'separator' }, h('span', {}, replies.length === 1 ? '1 reply' : `${replies.length} replies`)) : null,
    replies.map((m) => row(m, { inThread: true })));
}

// changed shows a message of the thread that is new, or as it is now.
export function changed({ message: m }) {
  if (!state.thread || (m.ts !== state.thread && m.thread_ts !== state.thread) || !threadList?.isConnected) return;
  const at = thread.findIndex((o) => o.ts === m.ts);
  if (at < 0) thread.push(m);
  else thread[at] = m;
  drawThread();
  if (at < 0) threadList.parentElement.scrollTop = threadList.parentElement.scrollHeight;
}

export function removed(ts) {
  if (ts === state.thread) {
    location.hash = `#${state.here}`;
  } else if (thread.some((m) => m.ts === ts)) {
    thread = thread.filter((m) => m.ts !== ts);
    if (threadList?.isConnected) drawThread();
  }
}

// again reads the thread anew, after the page was cut off.
export async function again() {
  const ts = state.thread;
  const messages = ts && (await tried(() => s.threadOf(state.here, ts)));
  if (!messages || state.thread !== ts || !threadList?.isConnected) return;
  thread = messages;
  drawThread();
}

// refresh shows pins and members as they are now, where they are shown.
export function refresh() {
  const open = { 'Pinned messages': openPins, Members: openMembers }[pane.hidden ? '' : pane.getAttribute('aria-label')];
  open?.();
}

// openPins shows what is pinned to the channel.
export async function openPins() {
  const ch = s.channel(state.here);
  if (!ch) return;
  const all = await Promise.all(ch.pins.map((ts) => tried(() => s.threadOf(ch.id, ts)).then((messages) => messages?.find((m) => m.ts === ts))));
  show('Pinned messages', h('div', { class: 'scroller' }, h('ol', { class: 'messages' }, all.filter(Boolean).map((m) => row(m, { inThread: true })))));
}

export function openMembers() {
  const ch = s.channel(state.here);
  if (!ch) return;
  show('Members', h('div', { class: 'scroller' }, h('ul', { class: 'people' }, ch.members.map((id) => s.person(id)).map((p) => h('li', {},
    h('button', { type: 'button', 'data-person': p.id }, face(p), h('span', {}, h('strong', {}, p.real_name), h('small', {}, p.bot ? 'App' : p.title))))))));
}

// card shows who someone is, by their name.
export function card(by, id) {
  const p = s.person(id);
  if (p.unknown) return;
  pop(by, h('div', { class: 'card' }, face(p),
    h('div', {}, h('strong', {}, p.real_name), ' ', h('span', { class: 'dim' }, `@${p.name}`), s.standing(p) && h('span', { class: 'badge' }, s.standing(p))),
    p.title && h('div', {}, p.title),
    p.email && h('div', {}, h('a', { href: `mailto:${p.email}` }, p.email)),
    !p.bot && !p.deleted && h('div', { class: 'dim' }, `${localTime(p.zone)} where they are`),
    p.id !== state.me && !p.deleted && h('button', { type: 'button', class: 'button', onclick: () => {
      unpop();
      if (p.bot) location.hash = '#app';
      else write(p);
    } }, `Write to ${p.real_name.split(' ')[0]}`)), p.real_name);
}
