// The page: what is shown where, by the address. #CHANNEL, #CHANNEL/THREAD,
// #CHANNEL/at-MESSAGE, #CHANNEL/pins, #CHANNEL/members, #home, #app, #phone,
// #phone/PAGE, #tracker, #tracker/ISSUE, and #@NAME for someone whom one has not
// written to yet.

import * as api from './api.js';
import * as emoji from './emoji.js';
import * as log from './log.js';
import * as modal from './modal.js';
import * as phone from './phone.js';
import { notice, said } from './popup.js';
import * as room from './room.js';
import * as side from './side.js';
import * as sidebar from './sidebar.js';
import * as s from './state.js';
import * as tracker from './tracker.js';
import { h, fill, $ } from './dom.js';

const { state } = s;
const towns = { phone, tracker }; // what else there is in the town
const panes = { pins: side.openPins, members: side.openMembers };

const direct = (id) => [...state.channels.values()].find((c) => c.kind === 'im' && c.name === id);

// firstChannel is where one begins.
const firstChannel = () => [...state.channels.values()].find((c) => c.name === 'incidents') ?? [...state.channels.values()].find((c) => c.member);

// address is the place and the pane that the address bar names.
function address() {
  try {
    return decodeURIComponent(location.hash.slice(1)).split('/');
  } catch {
    return ['']; // it is no address
  }
}

function route() {
  sidebar.shut();
  const [place, pane] = address();
  const p = place.startsWith('@') && [...state.people.values()].find((o) => `@${o.name}` === place);
  const known = p && direct(p.id);
  const named = [...state.channels.values()].find((c) => c.kind !== 'im' && c.name === place);
  if (towns[place]) {
    go(place, towns[place].open);
    towns[place].choose(pane);
  } else if (place === 'home' || (place === 'app' && !direct(state.app.id) && state.app.home)) go('home', room.openHome);
  else if (place === 'app') direct(state.app.id) ? go(direct(state.app.id).id, room.openChannel) : write(state.people.get(state.app.id));
  else if (p && (p.id === state.me || p.bot)) location.replace('#app');
  else if (known) location.replace(`#${known.id}`);
  else if (p) write(p);
  else if (s.channel(place)) go(place, room.openChannel);
  else location.replace(`#${(named ?? firstChannel()).id}${named && pane ? `/${pane}` : ''}`);
  if (s.channel(state.here)) openPane(pane);
  else side.close();
}

function openPane(pane) {
  if (pane?.startsWith('at-')) log.show(pane.slice('at-'.length));
  if (!pane || pane.startsWith('at-')) side.close();
  else if (panes[pane]) panes[pane]();
  else side.openThread(pane);
}

const write = (p) => go(`@${p.name}`, () => room.openPerson(p));

let shown = '';

function go(place, open) {
  state.here = place;
  if (shown !== place) {
    shown = place;
    open(place);
  }
  sidebar.draw();
}

s.on('all', () => {
  $('app').removeAttribute('aria-busy');
  route();
  modal.draw();
});
s.on('again', () => { // the page was cut off, and is back
  sidebar.draw();
  room.header();
  room.drawHome();
  modal.draw();
  phone.draw();
  tracker.draw();
  log.again();
  side.again();
});
s.on('sidebar', () => {
  if (state.here.startsWith('@')) route();
  sidebar.draw();
});
s.on('story', sidebar.draw);
s.on('phone', () => {
  sidebar.draw();
  phone.draw();
});
s.on('tracker', tracker.draw);
s.on('header', () => {
  room.header();
  side.refresh();
});
s.on('home', room.drawHome);
s.on('views', modal.draw);
s.on('lost', () => { location.hash = ''; });
s.on('message', (m) => {
  log.changed(m);
  side.changed(m);
});
s.on('deleted', (ts) => {
  log.removed(ts);
  side.removed(ts);
});
s.on('connection', () => {
  sidebar.draw();
  if (!state.connected) notice('The workspace does not answer. This page tries again by itself.', 'info');
});

// townOf is where a link to a page or an issue of this town leads within the page.
function townOf(link) {
  const [, of, id] = link.origin === location.origin ? /^\/(pagerduty\/incidents|jira(?:-dc)?\/browse)\/([\w-]+)$/.exec(link.pathname) ?? [] : [];
  return of && `#${of.startsWith('pagerduty') ? 'phone' : 'tracker'}/${id}`;
}

addEventListener('hashchange', route);
document.addEventListener('click', (e) => {
  const by = e.target.closest?.('[data-person]');
  if (by) side.card(by, by.dataset.person);
  const link = e.target.closest?.('a[href]');
  const there = link && townOf(link);
  if (there && !e.ctrlKey && !e.metaKey && !e.shiftKey) {
    e.preventDefault();
    location.hash = there;
  }
  if (e.target.closest?.('.skip')) {
    e.preventDefault();
    $('composer')?.focus();
  }
});
addEventListener('keydown', (e) => {
  if (e.key !== 'Escape' || e.defaultPrevented || document.querySelector('dialog')) return;
  if (document.body.classList.contains('sidebar-open')) sidebar.shut();
  else if (!$('side').hidden) location.hash = `#${state.here}`;
});
for (const kind of ['dragover', 'drop']) addEventListener(kind, (e) => e.preventDefault()); // a file beside the box opens nothing

// Every word of the page may have an emoji in it, so they come first.
try {
  await Promise.all([emoji.load(), api.present()]);
  s.start();
} catch (err) {
  const text = err.message.startsWith('name who looks') ? `Nobody here is called ${api.as}.` : said(err.message);
  fill($('room'), h('p', { class: 'welcome' }, text, ' ', h('a', { href: './' }, 'Begin as Ana')));
  $('app').removeAttribute('aria-busy');
}
