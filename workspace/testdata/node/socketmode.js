// The Socket Mode client alone: it acknowledges commands with a text, and
// prints what comes, one line of JSON each.
import { SocketModeClient, LogLevel } from '@slack/socket-mode';

const { SLACK_API_URL, SLACK_APP_TOKEN } = process.env;
const client = new SocketModeClient({ appToken: SLACK_APP_TOKEN, logLevel: LogLevel.ERROR, clientOptions: { slackApiUrl: SLACK_API_URL } });
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

client.on('connected', () => tell({ is: 'connected' }));
client.on('slash_commands', async ({ body, ack }) => {
  await ack({ text: `Got ${body.text}` });
});
client.on('slack_event', async ({ type, body, ack, retry_num: attempt }) => {
  if (type !== 'events_api') return;
  tell({ is: 'event', type: body.event.type, text: body.event.text, id: body.event_id, attempt });
  if (body.event.text !== 'say nothing') await ack();
});
await client.start();
