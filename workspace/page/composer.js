// The message box: what one types, runs or uploads.

import * as api from './api.js';
import { h, fill, iconButton } from './dom.js';
import { pick } from './emoji.js';
import { menu, notice, said, tried } from './popup.js';
import { state } from './state.js';
import { suggest } from './suggest.js';

// fileMost is how many bytes can be uploaded from here.
const fileMost = 24 * 1024 * 1024;

// drafts is what was begun and not sent, by place.
const drafts = new Map();

// composer makes a message box. where returns the arguments of what is said
// there: the channel, and in a thread the message. Commands are for channels
// alone. at puts the box into a place, with what was begun there.
export function composer({ id, placeholder, where, commands = false }) {
  const box = h('textarea', { id, rows: 1, placeholder, 'aria-label': placeholder, 'aria-describedby': `${id}-hint`, autocomplete: 'off', spellcheck: 'true' });
  const hint = h('p', { id: `${id}-hint`, class: 'hint' });
  let place = '';
  const { list, key } = suggest(box, commands);
  const send = iconButton('send', 'Send the message', submit, { class: 'iconbutton send', disabled: true });
  const choose = h('input', { type: 'file', hidden: true, multiple: true, onchange: () => upload([...choose.files]) });

  box.addEventListener('input', () => {
    fit(box);
    send.disabled = !box.value.trim();
    if (place) drafts.set(place, box.value);
    tellHint();
  });
  box.addEventListener('keydown', (e) => {
    if (key(e)) return;
    if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) {
      e.preventDefault();
      submit();
    } else if (e.key === 'ArrowUp' && !box.value) {
      editLast(e, el);
    }
  });
  box.addEventListener('paste', (e) => {
    const files = [...(e.clipboardData?.files ?? [])];
    if (files.length) {
      e.preventDefault();
      upload(files);
    }
  });

  // tellHint tells how a command is used once its name is typed.
  function tellHint() {
    const command = commands && state.app.commands?.find((c) => box.value === c.command || box.value.startsWith(`${c.command} `));
    if (command) fill(hint, h('code', {}, `${command.command} ${command.usage_hint}`.trim()), ' ', command.description);
    else fill(hint, box.value ? 'Enter sends, Shift and Enter begins a new line' : '');
  }

  async function submit() {
    const text = box.value.trim();
    if (!text) return;
    box.value = '';
    box.dispatchEvent(new Event('input'));
    const args = where();
    const from = place;
    try {
      await api.act(args.ts ? 'reply' : 'say', { ...args, text });
    } catch (err) {
      notice(text.startsWith('/') ? `${text.split(' ')[0]}: ${said(err.message)}` : said(err.message));
      if (!drafts.get(from)?.trim()) drafts.set(from, text); // nothing that was typed is lost
      if (place === from) at(from);
    }
  }

  async function upload(files) {
    for (const file of files) {
      if (file.size > fileMost) {
        notice(`${file.name} has more than 24 MB, which is the most that fits here.`);
        continue;
      }
      const content = await base64(file);
      const text = box.value.trim();
      if (await tried(() => api.act('upload', { ...where(), name: file.name || 'pasted.png', content, text }))) {
        box.value = '';
        box.dispatchEvent(new Event('input'));
      }
    }
    choose.value = '';
  }

  const actions = h('div', { class: 'row' },
    commands && iconButton('bolt', 'Shortcuts', (e) => openShortcuts(e.currentTarget), { 'aria-haspopup': 'menu' }),
    iconButton('clip', 'Upload a file', () => choose.click()),
    iconButton('smile', 'Put in an emoji', (e) => pick(e.currentTarget, (name) => {
      box.setRangeText(`:${name}: `, box.selectionStart, box.selectionEnd, 'end');
      box.dispatchEvent(new Event('input'));
      box.focus();
    })),
    hint, send);
  const el = h('div', {
    class: 'composer',
    ondragover: (e) => e.preventDefault(),
    ondrop: (e) => {
      e.preventDefault();
      upload([...(e.dataTransfer?.files ?? [])]);
    },
  }, list, h('div', { class: 'frame' }, box, actions), choose);

  function at(where) {
    place = where;
    box.value = drafts.get(where) ?? '';
    box.dispatchEvent(new Event('input'));
  }

  return { el, box, at };
}

// editLast goes to one's latest message, to change it.
function editLast(e, composer) {
  const list = composer.closest('.side') ?? document.querySelector('.log');
  const own = [...list.querySelectorAll('.message.me')].pop();
  if (!own) return;
  e.preventDefault();
  own.dispatchEvent(new CustomEvent('edit'));
}

function openShortcuts(by) {
  const own = state.app.shortcuts.filter((s) => s.type === 'global');
  if (!own.length) {
    notice('The app has no shortcuts.', 'info');
    return;
  }
  menu(by, own.map((s) => ({ label: s.name, note: s.description, run: () => tried(() => api.act('shortcut', { callback_id: s.callback_id })) })), 'Shortcuts');
}

// fit makes a box as high as what stands in it.
function fit(box) {
  box.style.height = 'auto';
  if (box.scrollHeight) box.style.height = `${Math.min(box.scrollHeight, innerHeight * 0.4)}px`;
}

function base64(file) {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.split(',')[1] ?? '');
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(file);
  });
}
