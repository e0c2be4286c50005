// What opens by something and closes again: menus, the emoji picker, cards,
// questions, notices. One is open at a time; Escape or a click elsewhere
// closes it, and the focus goes back to where it was.

import { h, $, icon } from './dom.js';

let open = null;

export function unpop() {
  if (!open) return;
  const { el, by } = open;
  open = null;
  el.remove();
  by.setAttribute?.('aria-expanded', 'false');
  if (by.isConnected) by.focus({ preventScroll: true });
}

// pop opens an element by another one.
export function pop(by, content, label, role = 'dialog') {
  unpop();
  const el = h('div', { class: 'popup', role, 'aria-label': label, tabindex: '-1' }, content);
  (by.closest?.('dialog') ?? document.body).append(el);
  place(el, by.getBoundingClientRect());
  by.setAttribute?.('aria-expanded', 'true');
  open = { el, by };
  return el;
}

// place puts a popup under its element, or over it, always within the window.
function place(el, at) {
  const room = 8;
  const { width, height } = el.getBoundingClientRect();
  const left = Math.min(Math.max(room, at.left), Math.max(room, innerWidth - width - room));
  const below = at.bottom + 4;
  const top = below + height > innerHeight - room ? Math.max(room, at.top - height - 4) : below;
  el.style.left = `${left}px`;
  el.style.top = `${top}px`;
}

addEventListener('keydown', (e) => {
  if (e.key === 'Escape' && open) {
    e.preventDefault();
    e.stopPropagation();
    unpop();
  }
}, true);
addEventListener('pointerdown', (e) => {
  if (open && !open.el.contains(e.target) && !open.by.contains?.(e.target)) unpop();
}, true);

addEventListener('focusout', (e) => {
  if (open?.el.contains(e.target) && e.relatedTarget && !open.el.contains(e.relatedTarget)) {
    open.el.remove();
    open.by.setAttribute?.('aria-expanded', 'false');
    open = null;
  }
});

// menu opens a list of things to do: {label, note, danger, run}.
export function menu(by, entries, label) {
  const rows = entries.filter(Boolean).map((e) => (e === '-' ? h('hr') : h('button', {
    type: 'button', role: 'menuitem', class: e.danger ? 'danger' : '',
    onclick: () => {
      unpop();
      e.run();
    },
  }, h('span', {}, e.label), e.note && h('small', {}, e.note))));
  const el = pop(by, rows, label, 'menu');
  const buttons = rows.filter((r) => r.tagName === 'BUTTON');
  buttons[0]?.focus();
  el.addEventListener('keydown', (e) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (!step) return;
    e.preventDefault();
    const at = buttons.indexOf(document.activeElement);
    buttons[(at + step + buttons.length) % buttons.length].focus();
  });
}

// ask asks a question in a dialog of its own, and answers whether it was agreed to.
export function ask({ title, text, confirm, deny, danger }) {
  return new Promise((answer) => {
    const dialog = h('dialog', { class: 'modal small', 'aria-label': title, onclose: () => {
      dialog.remove();
      answer(dialog.returnValue === 'yes');
    } }, h('form', { method: 'dialog' },
      h('header', {}, h('h2', {}, title)),
      h('div', { class: 'body' }, text),
      h('footer', { class: 'turned' }, // Enter presses the first button
        h('button', { class: `button ${danger ? 'danger' : 'primary'}`, value: 'yes' }, confirm),
        h('button', { type: 'button', class: 'button', autofocus: danger, onclick: () => dialog.close('no') }, deny))));
    document.body.append(dialog);
    dialog.showModal();
  });
}

// notice tells something for a while.
export function notice(text, kind = 'error') {
  const el = h('div', { class: `notice ${kind}`, role: kind === 'error' ? 'alert' : 'status' },
    h('span', {}, text),
    h('button', { type: 'button', class: 'iconbutton', 'aria-label': 'Close', onclick: () => el.remove() }, icon('close')));
  $('notices').append(el);
  setTimeout(() => el.remove(), 12_000);
}

// tried runs something, and tells if it can not be done.
export async function tried(deed) {
  try {
    return await deed();
  } catch (err) {
    notice(said(err.message));
    return null;
  }
}

// said is a reason as a person reads it.
export function said(reason) {
  if (reason.startsWith('operation_timeout')) return 'The app did not answer within three seconds. It may be down; try again.';
  return reason.charAt(0).toUpperCase() + reason.slice(1);
}
