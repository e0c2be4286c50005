// The middle of the page: the channel that is shown, or the app's Home tab.

import * as api from './api.js';
import { h, fill, $, icon, iconButton } from './dom.js';
import { blocks, valuesOf } from './blocks.js';
import { composer } from './composer.js';
import { emojiOf, mrkdwn } from './mrkdwn.js';
import * as log from './log.js';
import { tried } from './popup.js';
import * as s from './state.js';
import { actor } from './elements.js';
import * as sidebar from './sidebar.js';

const { state } = s;
const room = $('room');
const head = h('header', { class: 'head' });
const box = composer({ id: 'composer', placeholder: 'Write a message, or / for a command', where: () => ({ channel: state.here }), commands: true });
const below = h('div', { class: 'below' });
const home = h('div', { class: 'home', tabindex: '-1' });

// openChannel shows a channel.
export function openChannel(id) {
  fill(room, head, log.el, below);
  header();
  log.open(id);
  box.at(id);
  if (matchMedia('(pointer: fine)').matches) box.box.focus({ preventScroll: true });
}

// openPerson shows the place of direct messages that have not begun.
export function openPerson(p) {
  fill(room, h('header', { class: 'head' }, menuButton(), h('h2', {}, p.real_name)),
    h('div', { class: 'log' }, h('p', { class: 'welcome' }, `Write to ${p.real_name}${p.title ? `, ${p.title}` : ''}.`)), below);
  fill(below, box.el);
  box.at(state.here);
  box.box.placeholder = `Message ${p.real_name}`;
  box.box.focus();
}

// openHome shows the app's Home tab.
export function openHome() {
  fill(room, head, home);
  header();
  drawHome();
  tried(() => api.act('home'));
}

export function drawHome() {
  if (state.here !== 'home') return;
  const view = state.home;
  const fields = [];
  const surface = view && actor({ view_id: view.id }, () => valuesOf(fields));
  fill(home, view ? blocks(view.blocks, surface, fields) : h('p', { class: 'welcome' }, `${state.app.name} has put nothing on its Home tab yet.`));
}

export const menuButton = () => iconButton('menu', 'Show the channels', () => sidebar.toggle(), { class: 'iconbutton menu' });

export function header() {
  const ch = s.channel(state.here);
  const isApp = state.here === 'home' || (ch?.kind === 'im' && ch.name === state.app.id);
  if (!ch && !isApp) return;
  fill(head, menuButton(),
    h('div', { class: 'title' },
      h('h2', {}, isApp ? state.app.name : ch.kind === 'im' ? s.nameOf(ch) : [icon(ch.private ? 'lock' : 'hash'), ch.name]),
      ch?.topic && h('p', { class: 'topic', title: ch.topic }, mrkdwn(ch.topic))),
    isApp && tabs(),
    ch && !isApp && h('div', { class: 'headtools' }, headTools(ch)),
    ch?.bookmarks?.length ? h('div', { class: 'bookmarks', role: 'list', 'aria-label': 'Bookmarks' }, ch.bookmarks.map((b) => h('a', { role: 'listitem', href: b.link, target: '_blank', rel: 'noopener noreferrer' },
      emojiOf((b.emoji || ':link:').replaceAll(':', '')), ' ', b.title))) : null);
  if (ch) foot(ch);
}

function tabs() {
  const tab = (name, to, there) => h('a', { href: to, 'aria-current': there ? 'page' : null }, name);
  if (!state.app.home) return null;
  return h('nav', { class: 'tabs', 'aria-label': 'App' }, tab('Home', '#home', state.here === 'home'), tab('Messages', '#app', state.here !== 'home'));
}

function headTools(ch) {
  const pane = (name) => () => { location.hash = `#${ch.id}/${name}`; };
  return [
    ch.pins.length ? h('button', { type: 'button', class: 'button quiet', id: 'pins', onclick: pane('pins') }, icon('pin'), `${ch.pins.length} pinned`) : null,
    ch.kind !== 'im' && h('button', { type: 'button', class: 'button quiet', id: 'members', onclick: pane('members') }, icon('people'), `${ch.members.length}`, h('span', { class: 'wide' }, ch.members.length === 1 ? ' member' : ' members')),
  ];
}

// foot is the message box, or why there is none.
function foot(ch) {
  if (ch.archived) {
    fill(below, h('p', { class: 'shut' }, 'This channel is archived: it can be read, and nothing can be added.'));
    return;
  }
  if (!ch.member) {
    fill(below, h('p', { class: 'shut' }, `You are looking into #${ch.name}. `, h('button', { type: 'button', class: 'button primary', onclick: () => tried(() => api.act('join', { channel: ch.id })) }, 'Join the channel')));
    return;
  }
  const name = ch.kind === 'im' ? s.nameOf(ch) : `#${ch.name}`;
  box.box.placeholder = `Message ${name}, or / for a command`;
  box.box.setAttribute('aria-label', `Message ${name}`);
  if (!below.contains(box.el)) fill(below, box.el);
}
