// The phone: the pages that went out, as whoever is on call sees them.

import * as api from './api.js';
import { h, fill, $, once } from './dom.js';
import { ago, clock } from './dates.js';
import { face } from './messages.js';
import { tried } from './popup.js';
import { menuButton } from './room.js';
import { named, state } from './state.js';

const view = h('div', { class: 'home phoneview', tabindex: '-1' });
const notes = new Map(); // by page, what is being written beside it

let chosen = ''; // the page that the address names

// open shows the phone; from an address, with one page of it.
export function open() {
  fill($('room'), h('header', { class: 'head' }, menuButton(), h('div', { class: 'title' }, h('h2', {}, 'Phone'), h('p', { class: 'topic' }, 'The pages that went out, and what is done about them'))), view);
  drawNow();
}

export function choose(id) {
  chosen = id ?? '';
  drawNow();
  const card = chosen && $(`page-${chosen}`);
  card?.scrollIntoView({ block: 'nearest' });
  card?.focus({ preventScroll: true });
}

export const draw = once(drawNow);

function drawNow() {
  if (!view.isConnected) return;
  const focused = view.contains(document.activeElement) ? document.activeElement.id : '';
  const top = view.scrollTop;
  const all = state.phone.toReversed();
  const open = all.filter((p) => p.status !== 'resolved');
  const over = all.filter((p) => p.status === 'resolved');
  fill(view, h('div', { class: 'phone' },
    h('p', { class: 'lockclock', 'aria-hidden': 'true' }, clock((Date.now() + state.ahead) / 1000)),
    chosen && !all.some((p) => p.id === chosen) && h('p', { class: 'quiet', role: 'alert' }, `There is no page ${chosen}.`),
    h('h3', {}, open.length ? 'Open' : 'Nobody is paged'),
    h('ul', {}, open.map((p) => h('li', {}, card(p)))),
    over.length ? h('h3', {}, 'Earlier') : null,
    h('ul', {}, over.map((p) => h('li', {}, card(p))))));
  if (focused) ($(focused) ?? view.querySelector('button') ?? view).focus({ preventScroll: true });
  view.scrollTop = top;
}

const statuses = { triggered: 'Waiting', acknowledged: 'Acknowledged', resolved: 'Resolved' };

function card(p) {
  const ringing = p.status === 'triggered';
  return h('article', { id: `page-${p.id}`, class: `pagecard ${p.status}${p.id === chosen ? ' chosen' : ''}`, tabindex: '-1', 'aria-label': `Page ${p.number}: ${p.title}` },
    h('header', {}, h('span', { class: 'pagestate' }, stateOf(p)), p.priority && h('span', { class: 'badge' }, p.priority),
      p.urgency === 'low' && h('span', { class: 'badge' }, 'LOW URGENCY'), h('time', { datetime: p.at, title: new Date(p.at).toLocaleString() }, ago(new Date(p.at)))),
    h('h4', {}, p.title),
    h('p', { class: 'pagewho' }, p.to.map((name) => face(named(name))), h('span', {}, who(p), h('small', {}, p.service))),
    p.status !== 'resolved' && h('div', { class: 'actions' },
      ringing && button(p, 'page_ack', 'Acknowledge', 'primary'),
      button(p, 'page_resolve', 'Resolve'), p.level < 3 && button(p, 'page_escalate', 'Escalate'),
      p.room && h('a', { class: 'button quiet', href: p.room, target: '_blank', rel: 'noopener noreferrer' }, 'Join the conference')),
    p.status !== 'resolved' && noteForm(p),
    h('details', { id: `log-${p.id}`, open: $(`log-${p.id}`)?.open || p.id === chosen }, h('summary', {}, 'Log'), h('ol', {}, p.log.map((line) => h('li', {}, line)))));
}

function stateOf(p) {
  return p.status === 'acknowledged' && p.acknowledged_by ? `Acknowledged by ${named(p.acknowledged_by).real_name}` : statuses[p.status];
}

function who(p) {
  const names = p.to.map((name) => named(name).real_name).join(', ');
  return p.status === 'triggered' ? `Paging ${names}${p.level > 1 ? `, level ${p.level}` : ''}` : names;
}

function button(p, deed, label, kind = '') {
  return h('button', { id: `${deed}-${p.id}`, type: 'button', class: `button ${kind}`, onclick: () => tried(() => api.act(deed, { name: p.id })) }, label);
}

// noteForm is kept while the rest is drawn anew, so that nobody loses what they write.
function noteForm(p) {
  if (!notes.has(p.id)) {
    const text = h('input', { id: `note-${p.id}`, class: 'field', 'aria-label': `Note to page ${p.number}`, placeholder: 'Add a note', required: true });
    notes.set(p.id, h('form', { class: 'row', onsubmit: async (e) => {
      e.preventDefault();
      if (await tried(() => api.act('page_note', { name: p.id, text: text.value }))) text.value = '';
    } }, text, h('button', { class: 'button' }, 'Add note')));
  }
  return notes.get(p.id);
}

setInterval(draw, 30_000); // how long ago goes on
