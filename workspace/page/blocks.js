// Block Kit, as elements.

import { file } from './api.js';
import { h, icon } from './dom.js';
import { element, plain, text } from './elements.js';
import { inline, link, mrkdwn } from './mrkdwn.js';
import { markdown } from './markdown.js';
import { richText } from './richtext.js';
import { tried } from './popup.js';

// blocks returns the elements of blocks. A surface says how to act on what is
// in them (see elements.js); inputs are gathered in fields, if there are any to
// gather: {block, action, needed, value, error}.
export function blocks(all, surface, fields = []) {
  return (all ?? []).map((b) => (makers[b.type] ?? unknown)(b, within(surface, b), fields));
}

// within is the surface for what stands in one block. Outside of inputs every
// act goes to the app; in inputs only where the block asks for it.
function within(surface, block) {
  const silent = block.type === 'input' && !block.dispatch_action;
  return {
    block: block.block_id,
    dispatches: block.dispatch_action,
    label: plain(block.label),
    act: (e, value) => (silent ? null : tried(() => surface.act(e, value, block.block_id))),
    suggest: (e, words) => surface.suggest(e, words, block.block_id),
  };
}

// placed makes an element that holds something, and gathers it.
function placed(e, surface, fields) {
  const made = element(e, surface);
  if (made.value() !== null) fields.push({ block: surface.block, action: e.action_id, value: made.value });
  return made.el;
}

function section(b, surface, fields) {
  return h('div', { class: 'block section' },
    h('div', { class: 'words' },
      b.text && h('div', {}, text(b.text)),
      b.fields && h('div', { class: 'fields' }, b.fields.map((f) => h('div', {}, text(f))))),
    b.accessory && h('div', { class: 'accessory' }, b.accessory.type === 'image' ? image(b.accessory) : placed(b.accessory, surface, fields)));
}

function image(e) {
  return h('img', { src: e.image_url ?? file(e.slack_file?.url ?? `/files/${e.slack_file?.id}/image`), alt: plain({ text: e.alt_text }), loading: 'lazy' });
}

function input(b, surface, fields) {
  const error = h('p', { id: `wrong-${b.block_id}`, class: 'wrong', role: 'alert', hidden: true });
  const label = h('span', { class: 'label' }, plain(b.label), b.optional && h('small', {}, ' (optional)'));
  const el = h('div', { class: 'block input', 'data-block': b.block_id }, label, placed(b.element, surface, fields), error, b.hint && h('p', { class: 'hint' }, plain(b.hint)));
  const field = fields.find((f) => f.block === b.block_id);
  if (field) {
    const control = el.querySelector('.field, .boxes');
    control?.setAttribute('aria-describedby', error.id);
    field.needed = !b.optional;
    field.error = (words) => {
      error.hidden = !words;
      error.textContent = words ?? '';
      el.classList.toggle('bad', Boolean(words));
      control?.setAttribute('aria-invalid', String(Boolean(words)));
    };
  }
  return el;
}

function table(b) {
  const cell = (c) => (c.type === 'rich_text' ? richText(c) : [String(c.text ?? c.value ?? '')]);
  const row = (cells, tag) => h('tr', {}, cells.map((c) => h(tag, {}, cell(c))));
  const [head, ...rest] = b.rows;
  return h('div', { class: 'block scroll' }, h('table', {}, h('thead', {}, row(head, 'th')), h('tbody', {}, rest.map((r) => row(r, 'td')))));
}

function unknown(b) {
  return h('p', { class: 'block unknown' }, `(a block of type ${b.type} can not be shown here)`);
}

const makers = {
  header: (b) => h('h3', { class: 'block' }, inline(b.text.text)),
  section,
  divider: () => h('hr', { class: 'block' }),
  context: (b) => h('div', { class: 'block context' }, b.elements.map((e) => (e.type === 'image' ? image(e) : h('span', {}, text(e))))),
  actions: (b, surface, fields) => h('div', { class: 'block actions' }, b.elements.map((e) => placed(e, surface, fields))),
  image: (b) => h('figure', { class: 'block' }, b.title && h('figcaption', {}, plain(b.title)), image(b)),
  input,
  rich_text: (b) => h('div', { class: 'block' }, richText(b)),
  markdown: (b) => h('div', { class: 'block prose' }, markdown(b.text)),
  table,
  video: (b) => h('p', { class: 'block' }, icon('play'), ' ', link(b.video_url, plain(b.title))),
  file: (b) => h('p', { class: 'block' }, icon('file'), ` ${b.external_id}`),
};

// valuesOf is what stands in fields, by block and action.
export function valuesOf(fields) {
  const values = {};
  for (const f of fields) (values[f.block] ??= {})[f.action] = f.value();
  return values;
}

// attachment is a secondary part of a message, with a coloured edge.
export function attachment(a, surface) {
  const colors = { good: '#2eb67d', warning: '#ecb22e', danger: '#e01e5a' };
  const color = colors[a.color] ?? (/^#?[0-9a-f]{6}$/i.test(a.color ?? '') ? `#${a.color.replace('#', '')}` : '');
  const el = h('div', { class: 'attachment' },
    a.pretext && h('div', {}, mrkdwn(a.pretext)),
    a.author_name && h('div', { class: 'by' }, a.author_name),
    a.title && h('div', { class: 'title' }, a.title_link ? link(a.title_link, a.title) : a.title),
    a.blocks ? blocks(a.blocks, surface) : [
      a.text && h('div', {}, mrkdwn(a.text)),
      a.fields && h('div', { class: 'fields' }, a.fields.map((f) => h('div', {}, h('strong', {}, f.title), h('br'), mrkdwn(f.value)))),
    ],
    a.image_url && h('img', { src: a.image_url, alt: a.fallback ?? '', loading: 'lazy' }),
    a.footer && h('div', { class: 'context' }, a.footer));
  if (color) el.style.borderLeftColor = color;
  return el;
}
