// Making elements. Text stays text: nothing here reads markup.

// h makes an element: h('p', {class: 'note', onclick: f}, 'text', child, [more]).
export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) el.addEventListener(name.slice(2), value);
    else if (name === 'value' || name === 'checked' || name === 'selected') el[name] = value;
    else el.setAttribute(name, value === true ? '' : value);
  }
  el.append(...flat(children));
  return el;
}

function flat(children) {
  return children.flat(Infinity).filter((c) => c !== undefined && c !== null && c !== false && c !== '');
}

// fill puts other children into an element.
export function fill(el, ...children) {
  el.replaceChildren(...flat(children));
  return el;
}

export const $ = (id) => document.getElementById(id);

// icons are drawn with one stroke on a grid of 24.
const icons = {
  hash: 'M5 9h14M5 15h14M10 4 8 20M16 4l-2 16',
  lock: 'M7 11V8a5 5 0 0 1 10 0v3M5 11h14v9H5z',
  smile: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M9 10v.01M15 10v.01M8 14.5c1 1.6 2.4 2.4 4 2.4s3-.8 4-2.4',
  reply: 'M4 5h16v11H11l-5 4v-4H4z',
  more: 'M6 12v.01M12 12v.01M18 12v.01',
  send: 'M4 12 20 5l-5 15-3.5-6.5z',
  close: 'M6 6l12 12M18 6 6 18',
  plus: 'M12 5v14M5 12h14',
  pin: 'M9 4h6l-1 6 3 3H7l3-3zM12 13v7',
  people: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M3 20c0-4 3-6 6-6s6 2 6 6M16 4.5a3.5 3.5 0 0 1 0 6M18 14.5c2 .8 3 2.6 3 5.5',
  bolt: 'M13 3 5 14h6l-1 7 8-11h-6z',
  menu: 'M4 7h16M4 12h16M4 17h16',
  play: 'M8 5v14l11-7z',
  stop: 'M7 7h10v10H7z',
  file: 'M7 3h7l4 4v14H7zM14 3v4h4',
  clip: 'M8 12.5 14.5 6a3 3 0 0 1 4.2 4.2L10 19a5 5 0 0 1-7-7l8-8',
  phone: 'M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1M11 18h2',
  tracker: 'M4 5h4v14H4zM10 5h4v9h-4zM16 5h4v6h-4z',
  globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  down: 'M12 5v14M6 13l6 6 6-6',
};

// icon draws one of the icons; it says nothing to screen readers.
export function icon(name) {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(ns, 'path');
  path.setAttribute('d', icons[name]);
  svg.append(path);
  return svg;
}

// iconButton is a button that shows an icon and says what it does.
export function iconButton(name, label, onclick, props = {}) {
  return h('button', { type: 'button', class: 'iconbutton', 'aria-label': label, title: label, onclick, ...props }, icon(name));
}

// once runs f in the next frame, however often it is asked for in this one.
export function once(f) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    const run = () => {
      asked = false;
      f();
    };
    if (document.hidden) setTimeout(run, 50);
    else requestAnimationFrame(run);
  };
}
