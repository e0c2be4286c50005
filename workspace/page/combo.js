// A choice with search: one of many, or several. It is a text box with a list
// under it, as screen readers know it.

import { h, fill, iconButton } from './dom.js';

let nth = 0;

// combo makes a choice. offer(text) returns, now or later, what there is to
// choose: [{value, label, note, group}]. changed is called with the values.
export function combo({ offer, many = false, chosen = [], placeholder, label, most = Infinity, changed = () => {} }) {
  const id = `combo${(nth += 1)}`;
  let picked = [...chosen];
  let offered = [];
  let at = -1;
  const list = h('ul', { id, class: 'options', role: 'listbox', 'aria-label': label, hidden: true });
  const chips = h('span', { class: 'chips' });
  const input = h('input', {
    type: 'text', class: 'field', role: 'combobox', 'aria-expanded': 'false', 'aria-controls': id, 'aria-autocomplete': 'list',
    'aria-label': label, autocomplete: 'off', placeholder,
    onfocus: () => input.select(),
    onclick: () => list.hidden && show(''),
    oninput: () => show(input.value),
    onblur: () => setTimeout(hide, 120),
    onkeydown: key,
  });
  const el = h('div', { class: 'combo' }, chips, input, list);

  async function show(text) {
    const found = await offer(text);
    if (document.activeElement !== input) return;
    offered = found.filter((o) => !(many && picked.some((p) => p.value === o.value)));
    at = offered.length ? Math.max(0, offered.findIndex((o) => picked.some((p) => p.value === o.value))) : -1;
    let group;
    fill(list, offered.length ? offered.flatMap((o, i) => {
      const head = o.group && o.group !== group ? [h('li', { class: 'group', role: 'presentation' }, o.group)] : [];
      group = o.group;
      return [...head, h('li', { id: `${id}-${i}`, role: 'option', 'aria-selected': String(i === at), onpointerdown: (e) => {
        e.preventDefault();
        choose(o);
      } }, h('span', {}, o.label), o.note && h('small', {}, o.note))];
    }) : h('li', { class: 'none' }, 'Nothing is called that'));
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    point();
  }

  function hide() {
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    if (!many) input.value = picked[0]?.label ?? '';
    else input.value = '';
  }

  function point() {
    for (const [i, row] of [...list.querySelectorAll('[role=option]')].entries()) {
      row.setAttribute('aria-selected', String(i === at));
      if (i === at) row.scrollIntoView({ block: 'nearest' });
    }
    if (at >= 0) input.setAttribute('aria-activedescendant', `${id}-${at}`);
    else input.removeAttribute('aria-activedescendant');
  }

  function key(e) {
    if (e.key === 'Escape' && !list.hidden) {
      e.preventDefault();
      e.stopPropagation();
      hide();
    } else if (e.key === 'Enter') {
      e.preventDefault();
      if (!list.hidden && offered[at]) choose(offered[at]);
    } else if ((e.key === 'ArrowDown' || e.key === 'ArrowUp') && list.hidden) {
      e.preventDefault();
      show('');
    } else if ((e.key === 'ArrowDown' || e.key === 'ArrowUp') && offered.length) {
      e.preventDefault();
      at = (at + (e.key === 'ArrowDown' ? 1 : -1) + offered.length) % offered.length;
      point();
    } else if (e.key === 'Backspace' && many && !input.value && picked.length) {
      drop(picked[picked.length - 1]);
    }
  }

  function choose(o) {
    picked = many ? [...picked, o].slice(0, most) : [o];
    input.value = many ? '' : o.label;
    draw();
    hide();
    changed(picked.map((p) => p.value));
  }

  function drop(o) {
    picked = picked.filter((p) => p !== o);
    draw();
    changed(picked.map((p) => p.value));
  }

  function draw() {
    fill(chips, many && picked.map((p) => h('span', { class: 'chip' }, p.label, iconButton('close', `Take ${p.label} out`, () => drop(p)))));
  }

  draw();
  hide();
  return { el, value: () => picked.map((p) => p.value) };
}

// among offers those of a fixed list that have a text in their label.
export function among(options) {
  return (text) => {
    const wanted = text.toLowerCase();
    return options.filter((o) => `${o.label} ${o.note ?? ''}`.toLowerCase().includes(wanted)).slice(0, 100);
  };
}
