// A small app as people write them with Bolt: a command, a form, buttons,
// shortcuts, events, files. conformance_test.go plays the people.
import bolt from '@slack/bolt';

const { App, LogLevel } = bolt;
const { SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_APP_TOKEN } = process.env;

const app = new App({
  token: SLACK_BOT_TOKEN, appToken: SLACK_APP_TOKEN, socketMode: true, logLevel: LogLevel.WARN,
  clientOptions: { slackApiUrl: SLACK_API_URL, retryConfig: { retries: 0 } },
});

const plain = (text) => ({ type: 'plain_text', text });
const option = (value) => ({ text: plain(value), value });

const form = (channel, title = 'A form') => ({
  type: 'modal', callback_id: 'form', title: plain(title), submit: plain('Send'), notify_on_close: true, private_metadata: channel,
  blocks: [
    { type: 'input', block_id: 'words', label: plain('Words'), element: { type: 'plain_text_input', action_id: 'words' } },
    { type: 'input', block_id: 'who', optional: true, label: plain('Who'), element: { type: 'users_select', action_id: 'who' } },
    { type: 'input', block_id: 'found', optional: true, label: plain('Found'), element: { type: 'external_select', action_id: 'search', min_query_length: 1 } },
    { type: 'actions', block_id: 'steps', elements: [{ type: 'button', action_id: 'deeper', text: plain('Deeper') }] },
  ],
});

app.command('/greet', async ({ command, ack }) => ack(`Hello, ${command.text}`));

app.command('/everybody', async ({ ack, respond }) => {
  await ack();
  await respond({ text: 'Said to everybody', response_type: 'in_channel' });
});

app.command('/form', async ({ ack, body, client }) => {
  await ack();
  await client.views.open({ trigger_id: body.trigger_id, view: form(body.channel_id) });
});

app.view('form', async ({ ack, view, client, body }) => {
  const words = view.state.values.words.words.value;
  if (words === 'bad') return ack({ response_action: 'errors', errors: { words: 'Say it better' } });
  if (words === 'again') return ack({ response_action: 'update', view: form(view.private_metadata, 'Once more') });
  if (words === 'deeper') return ack({ response_action: 'push', view: form(view.private_metadata, 'On top') });
  if (words === 'all') return ack({ response_action: 'clear' });
  await ack();
  const { selected_user: who } = view.state.values.who.who;
  const { selected_option: found } = view.state.values.found.search;
  return client.chat.postMessage({ channel: view.private_metadata, text: `${body.user.name} wrote ${words} for ${who} and found ${found?.value}` });
});

app.view({ callback_id: 'form', type: 'view_closed' }, async ({ ack, view, client }) => {
  await ack();
  await client.chat.postMessage({ channel: view.private_metadata, text: 'The form was closed' });
});

app.options('search', async ({ options, ack }) => ack({ options: ['apple', 'apricot', 'pear'].filter((o) => o.startsWith(options.value)).map(option) }));

app.action('deeper', async ({ ack, body, client }) => {
  await ack();
  await client.views.push({ trigger_id: body.trigger_id, view: form(body.view.private_metadata, 'Pushed') });
});

app.command('/ask', async ({ ack, command, client }) => {
  await ack();
  await client.chat.postMessage({
    channel: command.channel_id, text: 'Ship it?',
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: '*Ship it?*' } },
      { type: 'actions', block_id: 'choose', elements: [
        { type: 'button', action_id: 'ship', style: 'primary', text: plain('Ship it'), value: 'yes' },
        { type: 'static_select', action_id: 'when', placeholder: plain('When'), options: [option('today'), option('tomorrow')] },
      ] },
    ],
  });
});

app.action('ship', async ({ ack, respond, body }) => {
  await ack();
  await respond({ replace_original: true, text: `Shipped by ${body.user.name}` });
});

app.action('when', async ({ ack, action, say }) => {
  await ack();
  await say(`It is for ${action.selected_option.value}`);
});

app.shortcut('make', async ({ ack, shortcut, client }) => {
  await ack();
  const { view } = await client.views.open({ trigger_id: shortcut.trigger_id, view: { type: 'modal', title: plain('Loading'), blocks: [{ type: 'divider' }] } });
  await client.views.update({ view_id: view.id, hash: view.hash, view: form('C0', 'By a shortcut') });
});

app.shortcut('keep', async ({ ack, shortcut, respond }) => {
  await ack();
  await respond({ text: `Kept: ${shortcut.message.text}` });
});

app.event('app_mention', async ({ event, say }) => say({ text: 'You called?', thread_ts: event.ts }));

app.event('reaction_added', async ({ event, client }) => {
  const { message } = await client.reactions.get({ channel: event.item.channel, timestamp: event.item.ts, full: true });
  await client.chat.postMessage({ channel: event.item.channel, thread_ts: event.item.ts, text: `${event.reaction} on ${message.text}` });
});

app.event('app_home_opened', async ({ event, client }) => {
  await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [{ type: 'header', text: plain('Welcome home') }] } });
});

app.message('write that down', async ({ message, client }) => {
  await client.filesUploadV2({ channel_id: message.channel, thread_ts: message.ts, filename: 'notes.txt', content: 'It is written down.', initial_comment: 'Written down' });
});

await app.start();
