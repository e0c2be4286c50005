// Slack's text, as elements. It has *bold*, _italic_, ~strike~, `code`, code
// blocks, quotes, and sequences in angle brackets; everything else is text.

import { h } from './dom.js';
import { channel, person, state } from './state.js';
import { drawn } from './emoji.js';
import { date } from './dates.js';

// plain returns a text as a person would type it.
export const plain = (text) => unescape((text ?? '')
  .replace(/<@(\w+)(?:\|[^>]*)?>/g, (_, id) => `@${person(id).name}`)
  .replace(/<#(\w+)(?:\|[^>]*)?>/g, (all, id) => (channel(id) ? `#${channel(id).name}` : all))
  .replace(/<!(channel|here|everyone)[^>]*>/g, '@$1')
  .replace(/<((?:https?|mailto):[^>|]+)(?:\|[^>]*)?>/g, '$1'));

export const unescape = (s) => s.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

// mrkdwn returns the elements of a text.
export function mrkdwn(text = '') {
  const out = [];
  text.split(/```\n?([\s\S]*?)\n?```\n?/).forEach((part, i) => {
    if (i % 2) out.push(h('pre', {}, h('code', {}, sequences(part, true))));
    else if (part) out.push(...paragraphs(part));
  });
  return out;
}

// paragraphs sets quotes off from lines.
function paragraphs(text) {
  const out = [];
  let quote = [];
  const endQuote = () => {
    if (quote.length) out.push(h('blockquote', {}, lines(quote)));
    quote = [];
  };
  let plain = [];
  const endPlain = () => {
    if (plain.length) out.push(h('span', { class: 'lines' }, lines(plain)));
    plain = [];
  };
  for (const line of text.replace(/^\n|\n$/g, '').split('\n')) {
    const quoted = line.match(/^(?:&gt;|>) ?(.*)$/);
    if (quoted) {
      endPlain();
      quote.push(quoted[1]);
    } else {
      endQuote();
      plain.push(line);
    }
  }
  endQuote();
  endPlain();
  return out;
}

const lines = (all) => all.flatMap((line, i) => (i ? [h('br'), ...inline(line)] : inline(line)));

// marks is what may stand around words, and the element for it.
const marks = { '*': 'strong', _: 'em', '~': 's' };

const pattern = /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):|(?<![\w*_~])([*_~])(?=\S)((?:(?!\4).)*?\S)\4(?![\w])/gu;

// inline returns the elements of one line.
export function inline(text) {
  const out = [];
  let from = 0;
  for (const m of text.matchAll(pattern)) {
    if (m.index > from) out.push(unescape(text.slice(from, m.index)));
    out.push(piece(m));
    from = m.index + m[0].length;
  }
  if (from < text.length) out.push(unescape(text.slice(from)));
  return out;
}

function piece([all, code, sequence, name, mark, inner]) {
  if (code) return h('code', {}, sequences(code, true));
  if (sequence) return show(sequence);
  if (name) return emojiOf(name) ?? all;
  return h(marks[mark], {}, inline(inner));
}

// sequences returns text in which only what stands in angle brackets is more
// than text; in code links are shown by their address.
function sequences(text, bare) {
  return text.split(/<([^<>\n]+)>/).map((part, i) => (i % 2 ? show(part, bare) : unescape(part)));
}

export function emojiOf(name) {
  const char = drawn(name);
  return char && h('span', { class: 'emoji', role: 'img', 'aria-label': `:${name}:`, title: `:${name}:` }, char);
}

function show(s, bare) {
  const [target, label] = s.split(/\|(.*)/s);
  if (target.startsWith('@')) return mention(target.slice(1), label);
  if (target.startsWith('#')) return channelLink(target.slice(1), label);
  if (target.startsWith('!date^')) return date(target, label);
  if (target.startsWith('!subteam^')) return h('span', { class: 'mention' }, unescape(label || '@group'));
  if (target.startsWith('!')) return h('span', { class: 'mention you' }, `@${target.slice(1)}`);
  return link(unescape(target), bare ? '' : unescape(label ?? ''));
}

// link is a link to where it is safe to go; others stay text.
export function link(address, label) {
  if (!/^(https?:|mailto:|tel:)/i.test(address)) return label || address;
  const here = within(address);
  if (here) return h('a', { href: here }, label || address);
  return h('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, label || address.replace(/^mailto:/, ''));
}

// within is where on this page a link of the workspace itself leads to.
function within(address) {
  if (!state.url || !address.startsWith(state.url)) return null;
  const [, channel, seconds, rest, query] = address.slice(state.url.length).match(/^archives\/(\w+)\/p(\d{10})(\d{6})\??(.*)$/) ?? [];
  if (channel) return `#${channel}/${new URLSearchParams(query).get('thread_ts') ?? `at-${seconds}.${rest}`}`;
  const [, file] = address.slice(state.url.length).match(/^files\/\w+\/(\w+)\//) ?? [];
  return file ? `files/${file}/file` : null;
}

export function mention(id, label) {
  const p = person(id);
  const name = p.unknown && label ? label : p.name;
  return h('button', { type: 'button', tabindex: '-1', class: id === state.me ? 'mention you' : 'mention', 'data-person': id }, `@${name}`);
}

export function channelLink(id, label) {
  const ch = channel(id);
  if (!ch) return h('span', { class: 'mention' }, label ? `#${label}` : 'private channel');
  return h('a', { class: 'mention', href: `#${id}` }, `#${ch.name}`);
}
