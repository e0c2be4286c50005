// Markdown, as far as markdown blocks and plain files need it, as elements.

import { h } from './dom.js';
import { link } from './mrkdwn.js';

const pattern = /`([^`\n]+)`|\[([^\]\n]+)\]\(([^)\s]+)\)|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|(?<!\w)[*_](\S[^*_\n]*?)[*_](?!\w)/g;

function inline(text) {
  const out = [];
  let from = 0;
  for (const m of text.matchAll(pattern)) {
    if (m.index > from) out.push(text.slice(from, m.index));
    const [, code, label, address, bold, strong, struck, em] = m;
    if (code) out.push(h('code', {}, code));
    else if (label) out.push(link(address, label));
    else if (bold || strong) out.push(h('strong', {}, inline(bold || strong)));
    else if (struck) out.push(h('s', {}, inline(struck)));
    else out.push(h('em', {}, inline(em)));
    from = m.index + m[0].length;
  }
  out.push(text.slice(from));
  return out;
}

const starts = {
  heading: /^(#{1,6}) +(.*)$/,
  bullet: /^\s*[-*+] +(.*)$/,
  numbered: /^\s*\d+[.)] +(.*)$/,
  quote: /^> ?(.*)$/,
};

// markdown returns the elements of a text.
export function markdown(text) {
  const out = [];
  let run = null; // the list, quote or paragraph that lines are added to
  const add = (kind, tag, line) => {
    if (run?.kind !== kind) out.push((run = { kind, el: h(tag) }).el);
    run.el.append(...line);
  };
  text.split(/```[^\n]*\n([\s\S]*?)\n?```/).forEach((part, i) => {
    run = null;
    if (i % 2) {
      out.push(h('pre', {}, h('code', {}, part)));
      return;
    }
    for (const line of part.split('\n')) {
      const [kind, m] = Object.entries(starts).map(([k, r]) => [k, line.match(r)]).find(([, found]) => found) ?? [];
      if (kind === 'heading') {
        out.push(h('h4', {}, inline(m[2])));
        run = null;
      } else if (kind === 'bullet') add(kind, 'ul', [h('li', {}, inline(m[1]))]);
      else if (kind === 'numbered') add(kind, 'ol', [h('li', {}, inline(m[1]))]);
      else if (kind === 'quote') add(kind, 'blockquote', [...inline(m[1]), h('br')]);
      else if (!line.trim()) run = null;
      else add('text', 'p', [...inline(line), ' ']);
    }
  });
  return out;
}
