// Rich text, as elements.

import { h } from './dom.js';
import { channelLink, emojiOf, link, mention } from './mrkdwn.js';
import { date } from './dates.js';

// richText returns the elements of a rich_text block.
export const richText = (block) => (block.elements ?? []).map(part);

function part(p) {
  const inner = () => (p.elements ?? []).map(leaf);
  switch (p.type) {
    case 'rich_text_list': return list(p);
    case 'rich_text_quote': return h('blockquote', {}, inner());
    case 'rich_text_preformatted': return h('pre', {}, h('code', {}, inner()));
    default: return h('span', { class: 'lines' }, inner());
  }
}

function list(p) {
  const tag = p.style === 'ordered' ? 'ol' : 'ul';
  return h(tag, { class: `indent${Math.min(p.indent ?? 0, 8)}`, start: p.offset ? p.offset + 1 : null }, (p.elements ?? []).map((e) => h('li', {}, part(e))));
}

const styles = { bold: 'strong', italic: 'em', strike: 's', code: 'code', underline: 'u' };

function leaf(e) {
  let node = plain(e);
  for (const [name, tag] of Object.entries(styles)) {
    if (e.style?.[name]) node = h(tag, {}, node);
  }
  return node;
}

function plain(e) {
  switch (e.type) {
    case 'text': return breaks(e.text);
    case 'link': return link(e.url, e.text);
    case 'emoji': return emojiOf(e.skin_tone ? `${e.name}::skin-tone-${e.skin_tone}` : e.name) ?? `:${e.name}:`;
    case 'user': return mention(e.user_id);
    case 'channel': return channelLink(e.channel_id);
    case 'broadcast': return h('span', { class: 'mention you' }, `@${e.range}`);
    case 'usergroup': return h('span', { class: 'mention' }, '@group');
    case 'date': return date(`!date^${e.timestamp}^${e.format}^${e.url ?? ''}`, e.fallback);
    case 'color': return h('code', {}, e.value);
    default: return e.text ?? '';
  }
}

const breaks = (text = '') => h('span', {}, text.split('\n').flatMap((line, i) => (i ? [h('br'), line] : [line])));
