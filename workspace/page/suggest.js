// What a message box suggests while one types: commands, people, channels,
// emoji.

import { h, fill } from './dom.js';
import { find } from './emoji.js';
import { state } from './state.js';

const commands = (text) => state.app.commands.filter((c) => c.command.startsWith(text)).map((c) => ({
  insert: c.command, label: c.command, hint: c.usage_hint, note: c.description,
}));

const broadcasts = ['channel', 'here', 'everyone'].map((name) => ({ name, real_name: 'Everybody in this channel' }));

const people = (text) => [...state.people.values(), ...broadcasts]
  .filter((p) => !p.deleted && (p.name.startsWith(text) || p.real_name.toLowerCase().includes(text)))
  .map((p) => ({ insert: `@${p.name}`, label: `@${p.name}`, note: [p.real_name, p.title].filter(Boolean).join(', ') }));

const channels = (text) => [...state.channels.values()].filter((c) => c.kind !== 'im' && c.name.includes(text) && !c.archived)
  .map((c) => ({ insert: `#${c.name}`, label: `#${c.name}`, note: c.topic }));

const emoji = (text) => find(text, 8).map((e) => ({ insert: `:${e.name}:`, label: `${e.char} :${e.name}:` }));

// kinds is what begins a suggestion, and what there is to suggest.
const command = [/^(\/[\w-]*)$/, commands];
const kinds = [
  [/(?:^|[\s(])@([\w.-]*)$/, people],
  [/(?:^|[\s(])#([\w-]*)$/, channels],
  [/(?:^|[\s(]):([\w+-]{2,})$/, emoji],
];

let nth = 0;

// suggest makes a text box suggest, commands too where they can be used. It returns the list, to be put by it, and
// a function that takes keys: true where the list has used the key.
export function suggest(box, withCommands) {
  const id = `suggestions${(nth += 1)}`;
  const list = h('ul', { id, class: 'suggestions', role: 'listbox', 'aria-label': 'Suggestions', hidden: true });
  let found = [];
  let at = 0;
  let length = 0; // of what is replaced

  box.setAttribute('role', 'combobox');
  box.setAttribute('aria-controls', id);
  box.setAttribute('aria-autocomplete', 'list');
  box.setAttribute('aria-expanded', 'false');
  box.addEventListener('input', show);
  box.addEventListener('click', show);
  box.addEventListener('blur', () => setTimeout(hide, 120));

  function show() {
    const before = box.value.slice(0, box.selectionStart);
    found = [];
    for (const [pattern, from] of withCommands ? [command, ...kinds] : kinds) {
      const m = before.match(pattern);
      if (!m) continue;
      found = from(m[1].toLowerCase()).slice(0, 12);
      length = m[0].trimStart().length - (/^\(/.test(m[0].trimStart()) ? 1 : 0);
      break;
    }
    at = 0;
    if (!found.length || (found.length === 1 && found[0].insert === before)) hide();
    else draw();
  }

  function draw() {
    fill(list, found.map((o, i) => h('li', {
      id: `${id}-${i}`, role: 'option', 'aria-selected': String(i === at),
      onpointerdown: (e) => {
        e.preventDefault();
        take(o);
      },
    }, h('strong', {}, o.label), o.hint && h('code', {}, o.hint.length > 60 ? `${o.hint.slice(0, 58)}…` : o.hint), o.note && h('small', {}, o.note))));
    list.hidden = false;
    box.setAttribute('aria-expanded', 'true');
    box.setAttribute('aria-activedescendant', `${id}-${at}`);
    list.children[at]?.scrollIntoView({ block: 'nearest' });
  }

  function hide() {
    list.hidden = true;
    box.setAttribute('aria-expanded', 'false');
    box.removeAttribute('aria-activedescendant');
  }

  function take(o) {
    const end = box.selectionStart;
    box.setRangeText(`${o.insert} `, end - length, end, 'end');
    hide();
    box.focus();
    box.dispatchEvent(new Event('input'));
  }

  function key(e) {
    if (list.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) {
      at = (at + step + found.length) % found.length;
      draw();
    } else if (e.key === 'Tab' || (e.key === 'Enter' && !e.shiftKey)) {
      take(found[at]);
    } else if (e.key === 'Escape') {
      hide();
    } else {
      return false;
    }
    e.preventDefault();
    e.stopPropagation();
    return true;
  }

  return { list, key };
}
