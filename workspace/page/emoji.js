// Emoji by name, and the picker that finds them.

import * as api from './api.js';
import { h, fill } from './dom.js';
import { state } from './state.js';
import { pop, unpop } from './popup.js';

let chars = new Map();
let list = null;

export async function load() {
  chars = new Map(await api.emoji());
}

// every is every emoji once, with all its names to search in.
function every() {
  if (list) return list;
  const byChar = new Map();
  for (const [name, char] of chars) {
    const known = byChar.get(char);
    if (known) known.names.push(name);
    else byChar.set(char, { char, names: [name] });
  }
  list = [...byChar.values()].map((e) => ({ ...e, name: favourite(e.names), search: e.names.join(' ') }));
  return list;
}

// favourite is the name by which an emoji goes: one that people tag with, else the shortest.
function favourite(names) {
  return names.find((n) => state.favourites.includes(n)) ?? names.reduce((a, b) => (b.length < a.length ? b : a));
}

const tones = { 2: '\u{1f3fb}', 3: '\u{1f3fc}', 4: '\u{1f3fd}', 5: '\u{1f3fe}', 6: '\u{1f3ff}' };

// drawn is the character of an emoji; undefined where there is none of the name.
export function drawn(name) {
  const [plain, tone] = name.split('::skin-tone-');
  const char = chars.get(plain);
  return char && char + (tones[tone] ?? '');
}

// find returns emoji whose name has a text in it, those that begin with it first.
export function find(text, most) {
  const wanted = text.toLowerCase().replace(/^:|:$/g, '').replace(/ /g, '_');
  if (!wanted) return [...state.favourites.map((name) => ({ name, char: chars.get(name) })), ...every()].slice(0, most);
  const rank = (e) => (e.names.includes(wanted) ? 0 : e.names.some((n) => n.startsWith(wanted)) ? 1 : 2);
  return every().filter((e) => e.search.includes(wanted)).sort((a, b) => rank(a) - rank(b)).slice(0, most)
    .map((e) => ({ ...e, name: e.names.find((n) => n.startsWith(wanted)) ?? e.name }));
}

// pick opens the picker by an element, and calls chosen with a name.
export function pick(by, chosen) {
  const grid = h('div', { class: 'emojigrid', role: 'listbox', 'aria-label': 'Emoji' });
  const name = h('p', { class: 'emojiname', 'aria-live': 'polite' }, 'Type to find by name');
  const choose = (e) => {
    unpop();
    chosen(e.name);
  };
  const show = (text) => {
    const found = find(text, 160);
    fill(grid, found.map((e) => h('button', {
      type: 'button', role: 'option', 'aria-label': e.name, title: `:${e.name}:`,
      onclick: () => choose(e), onfocus: () => fill(name, `:${e.name}:`), onmouseenter: () => fill(name, `:${e.name}:`),
    }, e.char)));
    if (!found.length) fill(name, 'No emoji has that in its name');
    return found;
  };
  grid.addEventListener('keydown', (e) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 9, ArrowUp: -9 }[e.key];
    if (!step) return;
    e.preventDefault();
    const all = [...grid.children];
    const to = all[all.indexOf(document.activeElement) + step];
    if (to) to.focus();
    else if (step < 0) search.focus();
  });
  const search = h('input', {
    type: 'search', class: 'field', placeholder: 'Find an emoji', 'aria-label': 'Find an emoji by name', autocomplete: 'off',
    oninput: () => show(search.value),
    onkeydown: (e) => {
      if (e.key === 'ArrowDown') {
        e.preventDefault();
        grid.firstElementChild?.focus();
      } else if (e.key === 'Enter') {
        e.preventDefault();
        const [first] = show(search.value);
        if (first) choose(first);
      }
    },
  });
  show('');
  pop(by, h('div', { class: 'picker' }, search, grid, name), 'Pick an emoji');
  search.focus();
}
