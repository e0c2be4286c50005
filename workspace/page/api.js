// Talking to the workspace: what someone does, what was, and what happens.

const query = new URLSearchParams(location.search);

// as is who looks at this page.
export const as = query.get('as') || 'ana';

const away = 'The workspace does not answer. Is it still running?';

async function answered(response) {
  const answer = await response.json().catch(() => ({ ok: false, error: `the workspace answered ${response.status}` }));
  if (!answer.ok) throw new Error(answer.error || 'the workspace refused');
  return answer;
}

async function post(path, body, method = 'POST') {
  let response;
  try {
    response = await fetch(path, { method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) });
  } catch {
    throw new Error(away);
  }
  return answered(response);
}

// act does one thing as this person; it throws with the reason if it can not be done.
export const act = (deed, args = {}) => post('control/act', { as, do: deed, ...args });

async function get(path, args = {}) {
  let response;
  try {
    response = await fetch(`${path}?${new URLSearchParams({ as, ...args })}`);
  } catch {
    throw new Error(away);
  }
  return answered(response);
}

export const past = (args) => get('control/past', args);

// present throws if nobody is called what this page is looked at as.
export const present = () => get('control/views');

// file is where this person's page reads a file, by its private address.
export const file = (address) => `control${new URL(address, location.href).pathname}?as=${encodeURIComponent(as)}`;

export const emoji = async () => (await fetch('control/emoji')).json();

export const addChannel = (channel) => post('control/channels', { as, ...channel });

export const playOutage = (pace) => post('control/outage', { pace });

export const stopOutage = () => post('control/outage', null, 'DELETE');

// listen calls see with everything that happens, from the whole state on. The
// browser connects again by itself; then the state comes again.
export function listen(see, connected) {
  const stream = new EventSource(`control/stream?as=${encodeURIComponent(as)}`);
  stream.onmessage = (e) => see(JSON.parse(e.data));
  stream.onopen = () => connected(true);
  stream.onerror = () => connected(false);
}
