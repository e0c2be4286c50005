// Times, as the reader of the page lives: in the zone of the browser.

import { h } from './dom.js';
import { state } from './state.js';

const format = (options) => new Intl.DateTimeFormat(undefined, options);

const shapes = {
  time: format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  time_secs: format({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
  date_num: format({ year: 'numeric', month: '2-digit', day: '2-digit' }),
  date_slash: format({ year: 'numeric', month: '2-digit', day: '2-digit' }),
  date: format({ year: 'numeric', month: 'long', day: 'numeric' }),
  date_short: format({ year: 'numeric', month: 'short', day: 'numeric' }),
  date_long: format({ weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }),
};
const full = format({ dateStyle: 'full', timeStyle: 'medium' });

export const when = (ts) => new Date(parseFloat(ts) * 1000);

// clock is the time of day of a message, with all of it as a title.
export function clock(ts, props = {}) {
  const at = when(ts);
  return h('time', { datetime: at.toISOString(), title: full.format(at), ...props }, shapes.time.format(at));
}

const midnight = (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

// dayOf is the day of a message, told by its midnight.
export const dayOf = (ts) => midnight(when(ts));

// dayName names a day: today, yesterday, or its date.
export function dayName(of) {
  const days = Math.round((midnight(new Date(Date.now() + state.ahead)) - of) / 86_400_000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return shapes.date_long.format(new Date(of));
}

// date is a date in a text: !date^UNIX^FORMAT^LINK|FALLBACK.
export function date(target, fallback) {
  const [, unix, pattern = '', link] = target.split('^');
  const at = new Date(Number(unix) * 1000);
  if (Number.isNaN(at.getTime())) return fallback ?? '';
  const text = pattern.replace(/\{(\w+)\}/g, (all, name) => one(name, at) ?? all);
  const time = h('time', { datetime: at.toISOString(), title: full.format(at) }, text);
  return /^https?:/.test(link ?? '') ? h('a', { href: link, target: '_blank', rel: 'noopener noreferrer' }, time) : time;
}

function one(name, at) {
  if (name === 'ago') return ago(at);
  const plain = name.replace(/_pretty$/, '');
  const near = Math.abs(midnight(at) - midnight(new Date())) / 86_400_000;
  if (name.endsWith('_pretty') && near < 1.5) {
    if (near < 0.5) return 'today';
    return at < new Date() ? 'yesterday' : 'tomorrow';
  }
  return shapes[plain]?.format(at);
}

// ago says how long ago something was, by the workspace's clock.
export function ago(at) {
  const minutes = Math.round((Date.now() + state.ahead - at) / 60_000);
  const names = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
  if (Math.abs(minutes) < 60) return names.format(-minutes, 'minute');
  if (Math.abs(minutes) < 60 * 24) return names.format(-Math.round(minutes / 60), 'hour');
  return names.format(-Math.round(minutes / 60 / 24), 'day');
}

// today is the day in the workspace, as in 2026-01-19.
export function today() {
  return new Date(Date.now() + state.ahead).toISOString().slice(0, 10);
}

// localTime is what time it is where someone lives.
export function localTime(zone) {
  try {
    const at = new Date(Date.now() + state.ahead);
    return new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone || 'UTC', timeZoneName: 'short' }).format(at);
  } catch {
    return '';
  }
}
