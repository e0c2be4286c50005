// The elements of Block Kit that people act on. Each returns {el, value}: what
// is shown, and a function that returns what was given, as a list of texts.

import * as api from './api.js';
import { h, icon } from './dom.js';
import { combo, among } from './combo.js';
import { ask, menu, tried } from './popup.js';
import { state, nameOf } from './state.js';
import { mrkdwn, unescape } from './mrkdwn.js';

export const text = (t) => (t?.type === 'mrkdwn' ? mrkdwn(t.text) : [unescape(t?.text ?? '')]);
export const plain = (t) => unescape(t?.text ?? '');

// surface is what an element belongs to: act(element, value) tells the app,
// suggest(element, text) asks it, label is what the element is for.

export function element(e, surface) {
  return (makers[e.type] ?? unknown)(e, surface);
}

function unknown(e) {
  return { el: h('span', { class: 'unknown' }, `(${e.type} can not be shown here)`), value: () => null };
}

// agreed asks for confirmation where the element wants it.
async function agreed(e) {
  if (!e.confirm) return true;
  const { title, text: body, confirm, deny, style } = e.confirm;
  return ask({ title: plain(title), text: text(body), confirm: plain(confirm), deny: plain(deny), danger: style === 'danger' });
}

// told acts on an element, once it is agreed to.
async function told(e, surface, value) {
  if (await agreed(e)) await surface.act(e, value);
}

function button(e, surface) {
  const el = h('button', {
    type: 'button', class: `button ${e.style ?? ''}`, 'aria-label': e.accessibility_label, 'data-action': e.action_id,
    onclick: async () => {
      if (!(await agreed(e))) return;
      if (e.url && /^https?:/.test(e.url)) open(e.url, '_blank', 'noopener,noreferrer');
      el.disabled = true;
      el.classList.add('busy');
      await surface.act(e, e.value === undefined ? undefined : [e.value]);
      el.disabled = false;
      el.classList.remove('busy');
    },
  }, plain(e.text));
  return { el, value: () => null };
}

const option = (o) => ({ value: o.value, label: plain(o.text), note: plain(o.description) });

function options(e) {
  return [...(e.options ?? []).map(option), ...(e.option_groups ?? []).flatMap((g) => g.options.map((o) => ({ ...option(o), group: plain(g.label) })))];
}

const people = () => [...state.people.values()].filter((p) => !p.deleted).map((p) => ({ value: p.id, label: p.real_name, note: `@${p.name}` }));

// kindOf is a channel's kind as filters name it.
const kindOf = (c) => ({ im: 'im', mpim: 'mpim' })[c.kind] ?? (c.private ? 'private' : 'public');

const channels = (e) => [...state.channels.values()]
  .filter((c) => (e.type.includes('conversations') ? e.filter?.include?.includes(kindOf(c)) ?? true : c.kind === 'channel'))
  .map((c) => ({ value: c.id, label: c.kind === 'im' ? nameOf(c) : `#${c.name}` }));

// select makes a choice from what there is to choose from, and what was chosen at first.
const select = (list, initial) => (e, surface) => {
  const known = list(e);
  const first = initial(e).map((value) => known.find((o) => o.value === value) ?? { value, label: value });
  return choice(e, surface, among(known), first);
};

function choice(e, surface, offer, chosen) {
  const { el, value } = combo({
    offer, chosen, many: e.type.startsWith('multi_'), most: e.max_selected_items,
    placeholder: plain(e.placeholder) || 'Choose', label: surface.label || plain(e.placeholder) || 'Choose',
    changed: (values) => told(e, surface, values),
  });
  return { el, value };
}

const external = (e, surface) => choice(e, surface,
  (words) => (words.length < (e.min_query_length ?? 3) ? [] : surface.suggest(e, words).then((found) => found.map(option))),
  [e.initial_option, ...(e.initial_options ?? [])].filter(Boolean).map(option));

// boxes is a list of check boxes or radio buttons.
const boxes = (type) => (e, surface) => {
  const name = `${surface.block ?? ''}-${e.action_id}`;
  const first = [e.initial_option, ...(e.initial_options ?? [])].filter(Boolean).map((o) => o.value);
  const inputs = e.options.map((o) => h('input', { type, name, value: o.value, checked: first.includes(o.value), onchange: () => told(e, surface, value()) }));
  const value = () => inputs.filter((i) => i.checked).map((i) => i.value);
  const rows = e.options.map((o, i) => h('label', { class: 'box' }, inputs[i], h('span', {}, text(o.text), o.description && h('small', {}, text(o.description)))));
  return { el: h('div', { class: 'boxes', role: type === 'radio' ? 'radiogroup' : 'group', 'aria-label': surface.label }, rows), value };
};

function overflow(e, surface) {
  const el = h('button', {
    type: 'button', class: 'button', 'aria-label': 'More', 'aria-haspopup': 'menu', 'data-action': e.action_id,
    onclick: () => menu(el, e.options.map((o) => ({ label: plain(o.text), note: plain(o.description), run: () => {
      if (o.url && /^https?:/.test(o.url)) open(o.url, '_blank', 'noopener,noreferrer');
      told(e, surface, [o.value]);
    } })), 'More'),
  }, icon('more'));
  return { el, value: () => null };
}

// typed is a text box of a kind.
const typed = (type) => (e, surface) => {
  const multiline = e.multiline;
  const el = h(multiline ? 'textarea' : 'input', {
    type: multiline ? null : type, rows: multiline ? 4 : null, class: 'field', placeholder: plain(e.placeholder), 'aria-label': surface.label,
    minlength: e.min_length, maxlength: e.max_length ?? (type === 'number' ? null : 3000), min: e.min_value, max: e.max_value,
    step: type === 'number' ? (e.is_decimal_allowed ? 'any' : 1) : null, value: e.initial_value ?? '', autofocus: e.focus_on_load,
    onkeydown: (k) => {
      if (k.key === 'Enter' && !multiline && surface.dispatches) {
        k.preventDefault();
        surface.act(e, [el.value]);
      }
    },
  });
  return { el, value: () => [el.value] };
};

// picker is a date or a time.
const picker = (type, key) => (e, surface) => {
  const el = h('input', { type, class: 'field', 'aria-label': surface.label || plain(e.placeholder), value: e[key] ?? '', onchange: () => told(e, surface, [el.value]) });
  return { el, value: () => (el.value ? [el.value] : []) };
};

function moment(e, surface) {
  const local = (unix) => new Date((unix - new Date(unix * 1000).getTimezoneOffset() * 60) * 1000).toISOString().slice(0, 16);
  const value = () => (el.value ? [String(Math.floor(new Date(el.value).getTime() / 1000))] : []);
  const el = h('input', {
    type: 'datetime-local', class: 'field', 'aria-label': surface.label,
    value: e.initial_date_time ? local(e.initial_date_time) : '', onchange: () => told(e, surface, value()),
  });
  return { el, value };
}

const one = (key) => (e) => (e[key] ? [e[key]] : []);
const some = (key) => (e) => e[key] ?? [];
const initialOptions = (e) => [e.initial_option, ...(e.initial_options ?? [])].filter(Boolean).map((o) => o.value);

const makers = {
  button,
  overflow,
  static_select: select(options, initialOptions),
  multi_static_select: select(options, initialOptions),
  external_select: external,
  multi_external_select: external,
  users_select: select(people, one('initial_user')),
  multi_users_select: select(people, some('initial_users')),
  channels_select: select(channels, one('initial_channel')),
  multi_channels_select: select(channels, some('initial_channels')),
  conversations_select: select(channels, one('initial_conversation')),
  multi_conversations_select: select(channels, some('initial_conversations')),
  checkboxes: boxes('checkbox'),
  radio_buttons: boxes('radio'),
  datepicker: picker('date', 'initial_date'),
  timepicker: picker('time', 'initial_time'),
  datetimepicker: moment,
  plain_text_input: typed('text'),
  rich_text_input: (e, surface) => typed('text')({ ...e, multiline: true, initial_value: '' }, surface),
  email_text_input: typed('email'),
  url_text_input: typed('url'),
  number_input: typed('number'),
};

// actor is a surface that acts with a base of arguments, such as the message.
export function actor(base, values = () => undefined) {
  return {
    act: (e, value, block) => api.act('click', { ...base, action_id: e.action_id, block_id: block, value, values: values() }),
    suggest: async (e, words, block) => (await tried(() => api.act('suggest', { ...base, action_id: e.action_id, block_id: block, value: words })))?.options ?? [],
  };
}
