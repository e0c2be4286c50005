// One message, as people see it, with what they can do to it.

import * as api from './api.js';
import { h, icon, iconButton } from './dom.js';
import { attachment, blocks } from './blocks.js';
import { actor } from './elements.js';
import { clock } from './dates.js';
import { drawn, pick } from './emoji.js';
import { emojiOf, mrkdwn, plain } from './mrkdwn.js';
import { ask, menu, tried } from './popup.js';
import { channel, isReply, isSystem, person, standing, state } from './state.js';

// row makes the row of a message. joined says that it follows another one by
// the same author, inThread that it stands in a thread's pane. The row tells by
// the event "closed" that it was edited and wants to be drawn again.
export function row(m, { joined = false, inThread = false } = {}) {
  if (isSystem(m)) return systemRow(m);
  return h('li', {
    class: ['message', joined && 'joined', m.only && 'only', m.pinned_to && 'pinned', mine(m) && 'me'].filter(Boolean).join(' '),
    'data-ts': m.ts, tabindex: '-1', onedit: (e) => edit(m, e.currentTarget),
  },
  joined ? clock(m.ts, { class: 'gutter' }) : avatar(m),
  h('div', { class: 'content' },
    m.only && h('p', { class: 'tag' }, 'Only visible to you'),
    m.pinned_to && h('p', { class: 'tag' }, icon('pin'), 'Pinned'),
    m.subtype === 'thread_broadcast' && !inThread && h('p', { class: 'tag' }, icon('reply'), 'Replied to a thread'),
    !joined && h('p', { class: 'who' }, author(m), clock(m.ts)),
    shown(m),
    reactions(m),
    !inThread && threadLink(m)),
  m.subtype !== 'tombstone' && !channel(state.here)?.archived && tools(m, inThread));
}

function mine(m) {
  return m.user === state.me;
}

function systemRow(m) {
  const joined = m.subtype.endsWith('_join');
  const words = joined ? [mrkdwn(m.text), m.inviter ? [', invited by ', mrkdwn(`<@${m.inviter}>`)] : ''] : mrkdwn(m.text.startsWith('<@') ? m.text : `<@${m.user}> ${m.text}`);
  return h('li', { class: 'message system', 'data-ts': m.ts }, h('span', { class: 'dot' }, icon(joined ? 'people' : 'hash')), h('p', { class: 'content' }, words, ' ', clock(m.ts)));
}

// nameIn is who a message is by.
const nameIn = (m) => m.username || person(m.user).real_name;

function author(m) {
  const badge = m.bot_id ? 'APP' : standing(person(m.user));
  return [
    h('button', { type: 'button', class: 'author', tabindex: '-1', 'data-person': m.user }, nameIn(m)),
    badge && h('span', { class: 'badge' }, badge),
  ];
}

const hues = [348, 18, 38, 150, 178, 205, 262, 312];

function avatar(m) {
  return face(person(m.user), m.icons?.emoji && drawn(m.icons.emoji.replaceAll(':', '')));
}

// face is the picture of a person: initials on a colour of their own.
export function face(p, instead) {
  const initials = p.real_name.split(/\s+/).map((w) => w[0]).slice(0, 2).join('').toUpperCase();
  const el = h('span', { class: p.bot ? 'avatar app' : 'avatar', 'aria-hidden': 'true' }, instead || initials);
  const hue = hues[[...p.name].reduce((n, c) => n + c.codePointAt(0), 0) % hues.length];
  el.style.setProperty('--hue', hue);
  return el;
}

// shown is what a message says, or that it can not be shown: one odd message
// hides no others.
function shown(m) {
  try {
    return body(m);
  } catch (err) {
    console.error(err);
    return h('p', { class: 'gone' }, 'This message can not be shown.');
  }
}

// body is what a message says. What people typed is shown from its text; what
// the app sent from its blocks.
function body(m) {
  if (m.subtype === 'tombstone') return h('p', { class: 'gone' }, 'This message was deleted.');
  const surface = actor({ channel: state.here, ts: m.ts });
  const rich = m.bot_id && m.blocks?.length;
  const edited = m.edited && h('small', { class: 'edited' }, ' (edited)');
  return h('div', { class: 'body' },
    rich ? [blocks(m.blocks, surface), edited] : m.text && h('div', { class: m.subtype === 'me_message' ? 'text me' : 'text' }, mrkdwn(m.text), edited),
    (m.attachments ?? []).map((a) => attachment(a, surface)),
    (m.files ?? []).map(file));
}

function file(f) {
  if (f.thumb_720) {
    return h('figure', { class: 'file' }, h('figcaption', {}, f.title), h('a', { href: here(f), target: '_blank', rel: 'noopener' }, h('img', { src: here(f), alt: f.alt_txt || f.title, loading: 'lazy' })));
  }
  return h('a', { class: 'file card', href: here(f), target: '_blank', rel: 'noopener' }, icon('file'), h('span', {}, h('strong', {}, f.title), h('small', {}, `${f.name} · ${size(f.size)}`)));
}

// here is where this page reads a file.
const here = (f) => api.file(f.url_private);

function size(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function reactions(m) {
  if (!m.reactions?.length) return null;
  return h('div', { class: 'reactions' },
    m.reactions.map((r) => {
      const own = r.users.includes(state.me);
      const names = r.users.map((u) => person(u).real_name).join(', ');
      return h('button', {
        type: 'button', tabindex: '-1', class: 'reaction', 'aria-pressed': String(own), title: `${names} reacted with :${r.name}:`,
        'aria-label': `:${r.name}: ${r.count}, by ${names}`, onclick: () => react(m, r.name, own),
      }, emojiOf(r.name) ?? `:${r.name}:`, h('span', {}, String(r.count)));
    }),
    h('button', { type: 'button', tabindex: '-1', class: 'reaction add', 'aria-label': 'Add a reaction', title: 'Add a reaction', onclick: (e) => pick(e.currentTarget, (name) => add(m, name)) }, icon('smile')));
}

const at = (m) => ({ channel: state.here, ts: m.ts });

const react = (m, name, back) => tried(() => api.act(back ? 'unreact' : 'react', { ...at(m), name }));

const has = (m, name) => Boolean(m.reactions?.some((r) => r.name === name && r.users.includes(state.me)));

// toggle puts an emoji on a message, or takes it back; add leaves it.
const toggle = (m, name) => react(m, name, has(m, name));
const add = (m, name) => has(m, name) || react(m, name);

function threadLink(m) {
  if (!m.reply_count) return null;
  return h('a', { class: 'threadlink', href: `#${state.here}/${m.ts}` },
    (m.reply_users ?? []).slice(0, 4).map((u) => face(person(u))),
    h('strong', {}, m.reply_count === 1 ? '1 reply' : `${m.reply_count} replies`), h('small', {}, 'last at ', clock(m.latest_reply)));
}

// tools is what one can do to a message without looking for it.
function tools(m, inThread) {
  if (m.only) return null;
  return h('div', { class: 'tools', role: 'toolbar', 'aria-label': 'What you can do to this message' },
    state.favourites.slice(0, 6).map((name) => h('button', { type: 'button', tabindex: '-1', 'aria-label': `React with ${name}`, title: `:${name}:`, onclick: () => toggle(m, name) }, drawn(name))),
    iconButton('smile', 'Add another reaction', (e) => pick(e.currentTarget, (name) => add(m, name)), { tabindex: '-1' }),
    !inThread && !isReply(m) && iconButton('reply', 'Reply in a thread', () => { location.hash = `#${state.here}/${m.ts}`; }, { tabindex: '-1' }),
    iconButton('more', 'More', (e) => more(m, e.currentTarget), { 'aria-haspopup': 'menu', tabindex: '-1' }));
}

function more(m, by) {
  const pinned = Boolean(m.pinned_to);
  menu(by, [
    ...state.app.shortcuts.filter((s) => s.type === 'message').map((s) => ({
      label: s.name, note: state.app.name, run: () => tried(() => api.act('message_shortcut', { ...at(m), callback_id: s.callback_id })),
    })),
    '-',
    { label: pinned ? 'Unpin from the channel' : 'Pin to the channel', run: () => tried(() => api.act(pinned ? 'unpin' : 'pin', at(m))) },
    { label: 'Copy the text', run: () => copy(plain(m.text)) },
    { label: 'Copy the link', run: () => copy(linkTo(m)) },
    mine(m) && { label: 'Edit the message', run: () => edit(m, by.closest('.message')) },
    (mine(m) || m.bot_id) && { label: 'Delete the message', danger: true, run: () => erase(m) },
  ], 'What you can do to this message');
}

const copy = (text) => tried(() => navigator.clipboard.writeText(text));

// linkTo is a link to a message that another person can open on this machine.
const linkTo = (m) => `${location.origin}${location.pathname}#${state.here}/${isReply(m) ? m.thread_ts : `at-${m.ts}`}`;

async function erase(m) {
  const sure = await ask({ title: 'Delete this message?', text: 'It is gone for everybody. This can not be undone.', confirm: 'Delete the message', deny: 'Keep it', danger: true });
  if (sure) tried(() => api.act('delete', at(m)));
}

// edit lets the author change a message where it stands.
function edit(m, li) {
  const shown = li.querySelector('.body');
  if (!shown) return;
  const box = h('textarea', { class: 'field', rows: 2, value: plain(m.text), 'aria-label': 'Edit the message' });
  const close = () => {
    form.replaceWith(shown);
    li.focus();
    li.dispatchEvent(new CustomEvent('closed', { bubbles: true }));
  };
  const save = async () => {
    if (await tried(() => api.act('edit', { ...at(m), text: box.value }))) close();
  };
  const form = h('div', { class: 'editing' }, box, h('div', { class: 'row' },
    h('button', { type: 'button', class: 'button', onclick: close }, 'Cancel'),
    h('button', { type: 'button', class: 'button primary', onclick: save }, 'Save the change')));
  box.addEventListener('keydown', (e) => {
    if (e.key === 'Escape') {
      e.stopPropagation();
      close();
    }
    if (e.key === 'Enter' && !e.shiftKey) {
      e.preventDefault();
      save();
    }
  });
  shown.replaceWith(form);
  box.focus();
}

// follows reports whether a message goes on with what its author said before.
export function follows(m, before) {
  return Boolean(before) && !isSystem(before) && before.user === m.user && before.username === m.username && !m.only && !before.only && !m.pinned_to &&
    parseFloat(m.ts) - parseFloat(before.ts) < 300 && before.subtype !== 'tombstone' && m.subtype !== 'thread_broadcast';
}
