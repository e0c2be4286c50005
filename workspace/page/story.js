// The outage that the workspace can play, to watch and to join in.

import * as api from './api.js';
import { h, icon } from './dom.js';
import { tried } from './popup.js';
import { state } from './state.js';

// paces is how long one scene lasts.
const paces = [['4s', 'calm'], ['1500ms', 'brisk'], ['300ms', 'fast']];

let pace = '1500ms';

// storyBar is the button that plays it, or how far it has come.
export function storyBar() {
  const { there, playing, scene, of, problem } = state.story;
  if (!there) return null;
  if (playing) {
    return h('div', { class: 'story' },
      h('p', {}, `An outage is playing: ${scene + 1} of ${of}`),
      h('progress', { max: of, value: scene + 1, 'aria-label': 'How far the outage has come' }),
      h('button', { type: 'button', id: 'stopstory', class: 'button', onclick: () => tried(() => api.stopOutage()) }, icon('stop'), 'Stop it'));
  }
  return h('div', { class: 'story' },
    problem && h('p', { role: 'alert' }, `It ended early: ${problem}`),
    !state.app.connected && h('p', {}, `${state.app.name} is not connected. Start it with the addresses and tokens that this workspace has printed.`),
    h('button', { type: 'button', id: 'playstory', class: 'button', disabled: !state.app.connected, onclick: () => tried(() => api.playOutage(pace)) }, icon('play'), 'Play the outage'),
    h('label', {}, 'Speed ', h('select', { id: 'pace', onchange: (e) => { pace = e.target.value; } },
      paces.map(([value, name]) => h('option', { value, selected: value === pace }, name)))));
}
