// The page: what is shown where, by the address. #CHANNEL, #CHANNEL/THREAD,
// #CHANNEL/pins, #CHANNEL/members, #home, #app, and #@NAME for someone whom one
// has not written to yet.

import * as emoji from './emoji.js';
import * as log from './log.js';
import * as modal from './modal.js';
import { notice } from './popup.js';
import * as room from './room.js';
import * as side from './side.js';
import * as sidebar from './sidebar.js';
import * as s from './state.js';
import { $ } from './dom.js';

const { state } = s;
const panes = { pins: side.openPins, members: side.openMembers };

// firstChannel is where one begins.
const firstChannel = () => [...state.channels.values()].find((c) => c.name === 'incidents') ?? [...state.channels.values()].find((c) => c.member);

const appChannel = () => [...state.channels.values()].find((c) => c.kind === 'im' && c.name === state.app.id);

function route() {
  document.body.classList.remove('sidebar-open');
  const [place, pane] = decodeURIComponent(location.hash.slice(1)).split('/');
  if (place.startsWith('@')) {
    person(place.slice(1));
  } else if (place === 'home' || (place === 'app' && !appChannel() && state.app.home)) {
    go('home', room.openHome);
  } else if (place === 'app') {
    const ch = appChannel();
    if (ch) go(ch.id, room.openChannel);
    else person(state.app.bot);
  } else if (s.channel(place)) {
    go(place, room.openChannel);
  } else {
    const byName = [...state.channels.values()].find((c) => c.kind !== 'im' && c.name === place);
    location.replace(`#${(byName ?? firstChannel()).id}${byName && pane ? `/${pane}` : ''}`);
    return;
  }
  if (!pane) side.close();
  else if (panes[pane]) panes[pane]();
  else side.openThread(pane);
}

function person(name) {
  const p = [...state.people.values()].find((o) => o.name === name);
  const ch = p && [...state.channels.values()].find((c) => c.kind === 'im' && c.name === p.id);
  if (ch) {
    location.replace(`#${ch.id}`);
  } else if (p) {
    state.here = `@${p.name}`;
    room.openPerson(p);
    sidebar.draw();
  }
}

let shown = '';

function go(place, open) {
  state.here = place;
  if (shown !== place) open(place);
  shown = place;
  sidebar.draw();
}

s.on('all', () => {
  shown = '';
  $('app').removeAttribute('aria-busy');
  route();
  modal.draw();
});
s.on('sidebar', () => {
  if (state.here.startsWith('@')) person(state.here.slice(1));
  sidebar.draw();
});
s.on('story', sidebar.draw);
s.on('header', room.header);
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

addEventListener('hashchange', route);
document.addEventListener('click', (e) => {
  const by = e.target.closest?.('[data-person]');
  if (by) side.card(by, by.dataset.person);
});

// Every word of the page may have an emoji in it, so they come first.
await emoji.load();
s.start();
