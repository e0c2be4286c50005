// Every method of the Web API that the workspace serves, by Slack's own client.
// It prints one line of JSON when all is as documented, and fails otherwise.
import assert from 'node:assert/strict';
import { WebClient, LogLevel } from '@slack/web-api';

const { SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_APP_TOKEN, ANA } = process.env;
const client = new WebClient(SLACK_BOT_TOKEN, { slackApiUrl: SLACK_API_URL, logLevel: LogLevel.ERROR, retryConfig: { retries: 0 } });
const refused = (call, code) => assert.rejects(call, (err) => err.data?.error === code || assert.fail(`${err.message}, want ${code}`));

await client.api.test({ foo: 'bar' });
const self = await client.auth.test();
assert.match(self.user_id, /^U/);
assert.ok(self.response_metadata.scopes.includes('chat:write'));
assert.match((await client.apps.connections.open({ token: SLACK_APP_TOKEN })).url, /^ws:/);

// People
const people = [];
for await (const page of client.paginate('users.list', { limit: 3 })) people.push(...page.members);
assert.equal(people.length, 15);
const ana = (await client.users.info({ user: ANA, include_locale: true })).user;
assert.equal(ana.profile.display_name, 'ana');
assert.equal((await client.users.lookupByEmail({ email: ana.profile.email })).user.id, ANA);
await refused(client.users.lookupByEmail({ email: 'nobody@demo.example' }), 'users_not_found');
assert.equal((await client.users.profile.get({ user: ANA })).profile.title, ana.profile.title);
assert.equal((await client.users.getPresence({ user: ANA })).presence, 'active');
await client.users.setPresence({ presence: 'auto' });
assert.equal((await client.bots.info({ bot: self.bot_id })).bot.user_id, self.user_id);
assert.equal((await client.dnd.info({ user: ANA })).dnd_enabled, false);
assert.equal((await client.team.info()).team.id, self.team_id);
await client.emoji.list();
const [group] = (await client.usergroups.list({ include_users: true })).usergroups;
assert.ok((await client.usergroups.users.list({ usergroup: group.id })).users.includes(ANA));
await client.usergroups.users.update({ usergroup: group.id, users: ANA });

// Channels
const { channel } = await client.conversations.create({ name: 'by-node' });
await refused(client.conversations.create({ name: 'by-node' }), 'name_taken');
await client.conversations.invite({ channel: channel.id, users: ANA });
await refused(client.conversations.invite({ channel: channel.id, users: ANA }), 'already_in_channel');
await client.conversations.setTopic({ channel: channel.id, topic: 'Tests' });
await client.conversations.setPurpose({ channel: channel.id, purpose: 'To test' });
assert.equal((await client.conversations.info({ channel: channel.id, include_num_members: true })).channel.num_members, 2);
assert.equal((await client.conversations.members({ channel: channel.id })).members.length, 2);
await client.conversations.rename({ channel: channel.id, name: 'by-node-2' });
assert.ok((await client.conversations.list()).channels.some((c) => c.name === 'by-node-2'));
assert.ok((await client.users.conversations()).channels.some((c) => c.id === channel.id));
await client.conversations.kick({ channel: channel.id, user: ANA });
const general = (await client.conversations.list()).channels.find((c) => c.is_general);
await client.conversations.join({ channel: general.id });
const direct = (await client.conversations.open({ users: ANA })).channel.id;
await client.conversations.close({ channel: direct });
const spare = (await client.conversations.create({ name: 'spare' })).channel.id;
await client.conversations.archive({ channel: spare });
await refused(client.conversations.unarchive({ channel: spare }), 'not_in_channel');
const left = (await client.conversations.create({ name: 'left' })).channel.id;
await client.conversations.leave({ channel: left });

// Messages
const said = await client.chat.postMessage({ channel: channel.id, text: 'hello', metadata: { event_type: 'test', event_payload: { n: 1 } } });
assert.equal(said.message.text, 'hello');
const reply = await client.chat.postMessage({ channel: channel.id, text: 'and more', thread_ts: said.ts, reply_broadcast: true });
await client.chat.update({ channel: channel.id, ts: said.ts, text: 'hello again' });
await refused(client.chat.update({ channel: channel.id, ts: '1.000001', text: 'x' }), 'message_not_found');
await client.conversations.invite({ channel: channel.id, users: ANA });
assert.ok((await client.chat.postEphemeral({ channel: channel.id, user: ANA, text: 'for you' })).message_ts);
await client.chat.meMessage({ channel: channel.id, text: 'thinks' });
assert.match((await client.chat.getPermalink({ channel: channel.id, message_ts: said.ts })).permalink, /\/archives\//);
const { messages } = await client.conversations.history({ channel: channel.id, include_all_metadata: true });
assert.equal(messages.find((m) => m.ts === said.ts).metadata.event_payload.n, 1);
assert.equal((await client.conversations.replies({ channel: channel.id, ts: said.ts })).messages.length, 2);
await client.conversations.mark({ channel: channel.id, ts: reply.ts });
const later = await client.chat.scheduleMessage({ channel: channel.id, text: 'later', post_at: Math.floor(Date.now() / 1000) + 3600 });
assert.equal((await client.chat.scheduledMessages.list()).scheduled_messages[0].id, later.scheduled_message_id);
await client.chat.deleteScheduledMessage({ channel: channel.id, scheduled_message_id: later.scheduled_message_id });
await refused(client.chat.postMessage({ channel: channel.id, text: 'x', blocks: [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }] }), 'invalid_blocks');

// Reactions, pins, bookmarks
const at = { channel: channel.id, timestamp: said.ts };
await client.reactions.add({ ...at, name: 'eyes' });
await refused(client.reactions.add({ ...at, name: 'eyes' }), 'already_reacted');
assert.equal((await client.reactions.get({ ...at, full: true })).message.reactions[0].count, 1);
assert.equal((await client.reactions.list()).items.length, 1);
await client.reactions.remove({ ...at, name: 'eyes' });
await client.pins.add(at);
assert.equal((await client.pins.list({ channel: channel.id })).items.length, 1);
await client.pins.remove(at);
const { bookmark } = await client.bookmarks.add({ channel_id: channel.id, title: 'Docs', type: 'link', link: 'https://example.com' });
await client.bookmarks.edit({ channel_id: channel.id, bookmark_id: bookmark.id, title: 'The docs' });
assert.equal((await client.bookmarks.list({ channel_id: channel.id })).bookmarks[0].title, 'The docs');
await client.bookmarks.remove({ channel_id: channel.id, bookmark_id: bookmark.id });

// Views
const home = { type: 'home', blocks: [{ type: 'divider' }] };
assert.equal((await client.views.publish({ user_id: ANA, view: home })).view.type, 'home');
await refused(client.views.open({ trigger_id: '1.2.3', view: { ...home, type: 'modal' } }), 'invalid_trigger_id');

// Files
const up = await client.filesUploadV2({ channel_id: channel.id, filename: 'a.txt', content: 'abc', initial_comment: 'A file' });
const [file] = up.files[0].files;
assert.equal((await client.files.info({ file: file.id })).file.size, 3);
assert.ok((await client.files.list({ channel: channel.id })).files.length > 0);
await client.files.delete({ file: file.id });
await client.chat.delete({ channel: channel.id, ts: reply.ts });

process.stdout.write('{"ok":true}\n');
