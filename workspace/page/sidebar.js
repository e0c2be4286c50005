// The side bar: who one is, the channels, the direct messages, the app.

import * as api from './api.js';
import { h, fill, $, icon, iconButton, once } from './dom.js';
import { face } from './messages.js';
import { ask, menu, tried } from './popup.js';
import { channel, me, nameOf, state } from './state.js';
import { storyBar } from './story.js';

const bar = $('sidebar');

export const draw = once(() => {
  const focused = bar.contains(document.activeElement) ? document.activeElement.id : '';
  const lists = bar.querySelector('.lists');
  const top = lists?.scrollTop;
  const open = [...state.channels.values()].filter((c) => !c.archived || c.id === state.here);
  const rooms = open.filter((c) => c.kind !== 'im' && (c.member || c.id === state.here)).sort((a, b) => a.name.localeCompare(b.name));
  const directs = open.filter((c) => c.kind === 'im' && c.name !== state.app.id && c.name !== state.me);
  fill(bar,
    h('div', { class: 'brand' }, h('img', { src: 'icon.svg', alt: '', width: 28, height: 28 }), h('div', {}, h('h1', {}, `${state.team} workspace`), h('small', { class: state.connected ? 'on' : 'off' }, state.connected ? 'on this machine' : 'not connected, trying again'))),
    identity(),
    h('div', { class: 'lists' },
      list('Channels', rooms.map(link), iconButton('plus', 'Add or find a channel', (e) => channels(e.currentTarget), { id: 'addchannel', 'aria-haspopup': 'menu' })),
      list('Direct messages', directs.map(link), iconButton('plus', 'Write to someone', (e) => people(e.currentTarget), { id: 'adddm', 'aria-haspopup': 'menu' })),
      list('App', [appLink()]),
      list('Town', [townLink('phone', 'Phone', waiting()), townLink('tracker', 'Tracker', []), h('a', { id: 'link-status', href: 'status', target: '_blank', rel: 'noopener' }, icon('globe'), h('span', { class: 'name' }, 'Status page'))])),
    storyBar());
  if (focused) ($(focused) ?? $('stopstory') ?? $('playstory') ?? $('identity')).focus();
  if (top === undefined) bar.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  else bar.querySelector('.lists').scrollTop = top;
  title();
});

function list(name, entries, tool) {
  return h('section', { 'aria-label': name }, h('h2', {}, name, tool), h('ul', {}, entries.map((e) => h('li', {}, e))));
}

function link(ch) {
  const name = nameOf(ch);
  const unread = ch.unread > 0 && ch.id !== state.here;
  return h('a', {
    id: `link-${ch.id}`, title: name, href: `#${ch.id}`, class: unread ? 'unread' : '', 'aria-current': ch.id === state.here ? 'page' : null,
    'aria-label': `${name}${ch.private ? ', private' : ''}${unread ? `, ${ch.unread} unread` : ''}`,
  },
  ch.kind === 'im' ? face(state.people.get(ch.name) ?? { name, real_name: name }) : icon(ch.private ? 'lock' : 'hash'),
  h('span', { class: 'name' }, name),
  unread && h('span', { class: ch.mentions ? 'count loud' : 'count' }, ch.unread >= 100 ? '99+' : String(ch.unread)));
}

function appLink() {
  const ch = [...state.channels.values()].find((c) => c.kind === 'im' && c.name === state.app.id) ?? { id: 'app', unread: 0, name: state.app.id };
  return h('a', { id: 'link-app', href: '#app', class: ch.unread > 0 && ch.id !== state.here ? 'unread' : '', 'aria-current': ch.id === state.here || state.here === 'home' ? 'page' : null },
    face(state.people.get(state.app.id) ?? { name: 'app', real_name: 'App' }),
    h('span', { class: 'name' }, state.app.name),
    ch.unread > 0 && ch.id !== state.here ? h('span', { class: 'count loud' }, String(ch.unread)) : null,
    h('small', { class: state.app.connected ? 'on' : 'off' }, state.app.connected ? 'connected' : 'not connected'));
}

const waiting = () => state.phone.filter((p) => p.status === 'triggered');

// townLink leads to what else there is in the town; what waits there is counted.
function townLink(place, name, waits) {
  const here = state.here === place;
  const mine = waits.some((p) => p.to.includes(me().name));
  return h('a', { id: `link-${place}`, href: `#${place}`, class: mine && !here ? 'unread' : '', 'aria-current': here ? 'page' : null, 'aria-label': waits.length ? `${name}, ${waits.length} waiting` : name },
    icon(place), h('span', { class: 'name' }, name), waits.length ? h('span', { class: mine ? 'count loud' : 'count' }, String(waits.length)) : null);
}

// identity is who one is, and a way to be someone else.
function identity() {
  const own = me();
  return h('button', {
    id: 'identity', type: 'button', class: 'identity', 'aria-haspopup': 'menu', 'aria-label': `You are ${own.real_name}. Be someone else`,
    onclick: (e) => menu(e.currentTarget, [...state.people.values()].filter((p) => !p.bot && !p.deleted).flatMap((p) => [{
      label: p.id === state.me ? `${p.real_name} (you)` : p.real_name, note: p.title, run: () => become(p),
    }]).concat(['-', { label: 'Open a second window as someone else', note: 'to be two people at once', run: () => second() }]), 'Be someone else'),
  }, face(own), h('span', {}, h('strong', {}, own.real_name), h('small', {}, own.title)), h('span', { class: 'switch' }, 'switch'));
}

const addressAs = (p) => `?as=${encodeURIComponent(p.name)}${location.hash}`;

function become(p) {
  if (p.id !== state.me) location.href = addressAs(p);
}

function second() {
  const other = [...state.people.values()].find((p) => !p.bot && !p.deleted && p.id !== state.me);
  open(addressAs(other), '_blank', 'noopener');
}

function channels(by) {
  const others = [...state.channels.values()].filter((c) => c.kind === 'channel' && !c.member && !c.archived);
  const shut = [...state.channels.values()].filter((c) => c.kind === 'channel' && c.archived);
  const entry = (note) => (c) => ({ label: `#${c.name}`, note, run: () => { location.hash = `#${c.id}`; } });
  menu(by, [
    { label: 'Make a channel', run: () => create() },
    others.length ? '-' : null,
    ...others.map(entry('look in, or join')),
    shut.length ? '-' : null,
    ...shut.map(entry('archived')),
  ], 'Channels');
}

async function create() {
  const name = h('input', { class: 'field', required: true, maxlength: 80, pattern: '[a-z0-9_\\-]+', autofocus: true, 'aria-label': 'Name of the channel', placeholder: 'small-letters-and-dashes' });
  const secret = h('input', { type: 'checkbox' });
  const sure = await ask({
    title: 'Make a channel', confirm: 'Make the channel', deny: 'Cancel',
    text: [h('label', { class: 'label' }, 'Name', name), h('label', { class: 'box' }, secret, h('span', {}, 'Private: only people who are invited see it'))],
  });
  if (!sure) return;
  const made = await tried(() => api.addChannel({ name: name.value.trim().replace(/^#/, ''), private: secret.checked }));
  if (made) location.hash = `#${made.id}`;
}

function people(by) {
  menu(by, [...state.people.values()].filter((p) => p.id !== state.me && !p.bot && !p.deleted).map((p) => ({ label: p.real_name, note: p.title, run: () => write(p) })), 'Write to someone');
}

// write goes to the direct messages with a person; they are there from the
// first message on.
export function write(p) {
  const ch = [...state.channels.values()].find((c) => c.kind === 'im' && c.name === p.id);
  location.hash = ch ? `#${ch.id}` : `#@${p.name}`;
}

function title() {
  const loud = [...state.channels.values()].reduce((n, c) => n + (c.mentions || 0), 0);
  const ch = channel(state.here);
  const towns = { phone: 'Phone', tracker: 'Tracker' };
  const place = towns[state.here] ?? (ch ? (ch.kind === 'im' ? nameOf(ch) : `#${ch.name}`) : state.here.startsWith('@') ? state.here : state.app.name);
  document.title = `${loud ? `(${loud}) ` : ''}${place} · ${state.team} workspace`;
}

export const toggle = () => document.body.classList.toggle('sidebar-open');
export const shut = () => document.body.classList.remove('sidebar-open');

// On a phone the side bar lies over the channel: a tap beside it, on a channel
// in it, or Escape closes it.
document.addEventListener('click', (e) => {
  if (document.body.classList.contains('sidebar-open') && !e.target.closest('.iconbutton.menu, .popup, dialog') && (!bar.contains(e.target) || e.target.closest('.lists a'))) {
    e.preventDefault();
    if (bar.contains(e.target)) location.hash = e.target.closest('a').hash;
    shut();
  }
}, true);
