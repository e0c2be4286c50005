// Modals: the topmost view of those that the app has opened for someone.

import * as api from './api.js';
import { h, $, icon } from './dom.js';
import { blocks, valuesOf } from './blocks.js';
import { actor, plain } from './elements.js';
import { said } from './popup.js';
import { state } from './state.js';

let dialog = null;
let opener = null; // what had the focus before
let shown = ''; // the view that stands in it, and in which version

// draw shows the topmost view, anew where it has changed.
export function draw() {
  const view = state.views[state.views.length - 1];
  const version = view ? `${view.id} ${view.hash}` : '';
  if (version === shown) return;
  shown = version;
  const old = dialog;
  if (!old) opener = document.activeElement;
  dialog = view ? make(view) : null;
  old?.remove();
  if (!dialog) {
    (opener?.isConnected && opener !== document.body ? opener : $('composer'))?.focus({ preventScroll: true });
    return;
  }
  document.body.append(dialog);
  dialog.showModal();
  (dialog.querySelector('[autofocus]') ?? dialog.querySelector('.body input, .body textarea, .body select'))?.focus();
}

function make(view) {
  const fields = [];
  const values = () => valuesOf(fields);
  const problem = h('p', { class: 'wrong', role: 'alert', hidden: true });
  const tell = (words) => {
    problem.hidden = !words;
    problem.textContent = words;
  };
  const submit = view.submit && h('button', { type: 'submit', class: 'button primary', disabled: view.submit_disabled }, plain(view.submit));
  const leave = () => api.act('close', { view_id: view.id }).catch((err) => tell(said(err.message)));
  const back = view.previous_view_id;
  const form = h('form', { novalidate: true, onsubmit: (e) => {
    e.preventDefault();
    send();
  } },
  h('header', {},
    back && h('button', { type: 'button', class: 'iconbutton', 'aria-label': 'Back', onclick: leave }, '‹'),
    h('h2', {}, plain(view.title)),
    h('button', { type: 'button', class: 'iconbutton', 'aria-label': 'Close', onclick: leave }, icon('close'))),
  h('div', { class: 'body' }, problem, blocks(view.blocks, actor({ view_id: view.id }, values), fields)),
  h('footer', {},
    h('small', {}, state.app.name),
    h('button', { type: 'button', class: 'button', onclick: leave }, view.close ? plain(view.close) : 'Cancel'),
    submit));

  async function send() {
    tell('');
    for (const f of fields) f.error?.('');
    const empty = fields.filter((f) => f.needed && !f.value().some((v) => v.trim()));
    for (const f of empty) f.error('This is needed.');
    if (empty.length) {
      focusBad();
      return;
    }
    if (!form.checkValidity()) {
      form.reportValidity();
      return;
    }
    const label = submit.textContent;
    submit.disabled = true;
    submit.textContent = 'Sending…';
    try {
      const { errors } = await api.act('submit', { view_id: view.id, values: values() });
      for (const [block, words] of Object.entries(errors ?? {})) fields.find((f) => f.block === block)?.error?.(words);
    } catch (err) {
      tell(said(err.message));
    }
    submit.disabled = false;
    submit.textContent = label;
    focusBad();
  }

  const focusBad = () => form.querySelector('.bad input, .bad textarea')?.focus();

  return h('dialog', {
    class: 'modal', 'aria-label': plain(view.title),
    oncancel: (e) => {
      e.preventDefault();
      leave();
    },
    onclose: (e) => { // the browser insists: it stays until the app's view is gone
      if (dialog === e.target) e.target.showModal();
    },
  }, form);
}
