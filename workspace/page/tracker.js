// The tracker: the issues that were filed, on a board.

import * as api from './api.js';
import { h, fill, $, once } from './dom.js';
import { today } from './dates.js';
import { tried } from './popup.js';
import { menuButton } from './room.js';
import { state } from './state.js';

const view = h('div', { class: 'home trackerview', tabindex: '-1' });
const inputs = new Map(); // by issue: its day and who has it, kept while the rest is drawn anew

let chosen = '';

export function open() {
  fill($('room'), h('header', { class: 'head' }, menuButton(), h('div', { class: 'title' }, h('h2', {}, 'Tracker'), h('p', { class: 'topic' }, 'The issues of the project OPS'))), view);
  drawNow();
}

export function choose(key) {
  chosen = key ?? '';
  drawNow();
  const card = chosen && $(`issue-${chosen}`);
  card?.scrollIntoView({ block: 'nearest' });
  card?.focus({ preventScroll: true });
}

export const draw = once(drawNow);

const done = ['Done', "Won't Do"];
const columns = [['To Do', ['To Do']], ['In Progress', ['In Progress']], ['Done', done]];

function drawNow() {
  if (!view.isConnected) return;
  const focused = view.contains(document.activeElement) ? document.activeElement.id : '';
  const [top, left] = [view.scrollTop, view.scrollLeft];
  const all = state.tracker.filter((i) => !i.deleted);
  fill(view,
    chosen && !all.some((i) => i.key === chosen) && h('p', { class: 'quiet', role: 'alert' }, `There is no issue ${chosen}.`),
    h('div', { class: 'board' }, columns.map(([name, statuses]) => column(name, all.filter((i) => statuses.includes(i.status))))));
  if (focused) ($(focused) ?? view).focus({ preventScroll: true });
  view.scrollTop = top;
  view.scrollLeft = left;
}

function column(name, issues) {
  return h('section', { class: 'column', 'aria-label': name }, h('h3', {}, name, h('span', { class: 'dim' }, ` ${issues.length}`)),
    issues.length ? h('ul', {}, issues.map((i) => h('li', {}, card(i)))) : h('p', { class: 'quiet' }, 'Nothing here'));
}

const overdue = (i) => i.due && !done.includes(i.status) && i.due < today();

function card(i) {
  const { due, who } = fieldsOf(i);
  const moves = ['To Do', 'In Progress', 'Done', "Won't Do"].filter((s) => s !== i.status);
  return h('article', { id: `issue-${i.key}`, class: `issuecard${i.key === chosen ? ' chosen' : ''}`, tabindex: '-1', 'aria-label': `${i.key}: ${i.summary}` },
    h('header', {}, h('a', { href: `#tracker/${i.key}` }, i.key), h('span', { class: 'badge' }, i.priority), i.resolution && i.resolution !== 'Done' && h('span', { class: 'badge' }, i.resolution), overdue(i) && h('span', { class: 'badge late' }, 'OVERDUE')),
    h('h4', {}, i.summary),
    h('div', { class: 'issuefields' }, h('label', {}, h('small', {}, 'Assignee'), who), h('label', {}, h('small', {}, 'Due'), due)),
    i.labels?.length || i.components.length ? h('p', { class: 'tags' }, [...i.components, ...(i.labels ?? [])].map((l) => h('span', { class: 'issuetag' }, l))) : null,
    i.links.map((l) => h('p', {}, h('a', { href: /^https?:/.test(l.url) ? l.url : '#tracker', target: '_blank', rel: 'noopener noreferrer' }, l.title))),
    i.key === chosen && i.description && h('p', { class: 'about' }, i.description),
    i.key === chosen && i.comments.map((c) => h('blockquote', {}, c)),
    h('div', { class: 'actions' }, h('small', { class: 'dim', 'aria-hidden': 'true' }, 'Move to'), moves.map((s) => h('button', { id: `move-${i.key}-${s}`, type: 'button', class: 'button quiet', 'aria-label': `Move ${i.key} to ${s}`,
      onclick: () => tried(() => api.act('issue_move', { name: i.key, text: s })) }, s))));
}

// fieldsOf are the fields of an issue that can be changed on its card.
function fieldsOf(i) {
  if (!inputs.has(i.key)) {
    const set = (deed) => (e) => tried(() => api.act(deed, { name: i.key, text: e.target.value }));
    inputs.set(i.key, {
      due: h('input', { id: `due-${i.key}`, type: 'date', class: 'field', min: '2000-01-01', onchange: (e) => e.target.validity.valid && set('issue_due')(e) }),
      who: h('select', { id: `who-${i.key}`, class: 'field', onchange: set('issue_assign') }),
    });
  }
  const { due, who } = inputs.get(i.key);
  const people = [...state.people.values()].filter((p) => !p.bot && !p.deleted && p.email);
  if (document.activeElement !== due) due.value = i.due;
  fill(who, h('option', { value: '' }, 'Nobody'), people.map((p) => h('option', { value: p.name }, p.real_name)));
  who.value = i.assignee;
  return { due, who };
}
