/** The settings panel as an admin uses it, and what it changes for everybody else. */
import { PermissionFlagsBits as May } from 'discord-api-types/v10';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Store } from '#store/store.ts';
import { plain } from '#test/pictures.ts';
import { type BotRoom, openBotRoom } from './bot-room.ts';
import type { Person } from './loopback/driver/person.ts';
import type { ChannelRecord, MessageRecord } from './loopback/world/records.ts';
import { storeOf } from './store-access.ts';

let room: BotRoom;
let store: Store;
let channel: ChannelRecord;
let eve: Person;
let ben: Person;
const bytes = await plain(40, 30, [200, 0, 0]).png().toBuffer();

beforeAll(async () => {
  room = await openBotRoom();
  store = await storeOf(room);
});
afterAll(async () => {
  await store?.close();
  await room?.close();
});
beforeEach(() => {
  ({ channel, ben } = room.scene());
  eve = room.discord.createPerson({ name: 'Eve', guilds: [room.guild], permissions: May.ManageGuild });
});

async function openPanel(): Promise<MessageRecord> {
  return eve.seesReply(await eve.runs(channel, '/settings'));
}
const turn = async (panel: MessageRecord, select: string, values: readonly string[]) =>
  void (await eve.seesReply(await eve.selects(panel, select, values)));
const press = async (panel: MessageRecord, button: string) =>
  void (await eve.seesReply(await eve.presses(panel, button)));

it('shows each page', async () => {
  const panel = await openPanel();
  const pages: string[] = [];
  for (const name of ['Language and captions', 'Who may use what', 'Limits', 'Consent and retention']) {
    await turn(panel, 'Page', [name]);
    pages.push(room.discord.render(panel));
  }
  expect(pages.join('\n')).toMatchInlineSnapshot(`
    "Sightline [app] (Eve used /settings; only Eve sees this; edited):
      **Language and captions**
      What holds in this whole server, unless a channel says otherwise. Changes are kept at once. A button says what holds: press it to change it.
      [▾ Page: Language and captions ✓ | Who may use what | Limits | One channel | Automatic alt text | Consent and retention]
      [▾ Language of public answers: Each person's own language ✓ | English | Deutsch | Français | Español | Português (Brasil) | 日本語]
      [▾ Style of captions: Captions as a sentence ✓ | Captions as a title | Captions in the model's own words]
      [Captions: short]
    Sightline [app] (Eve used /settings; only Eve sees this; edited):
      **Who may use what**
      Everybody may use everything everywhere.
      [▾ Page: Language and captions | Who may use what ✓ | Limits | One channel | Automatic alt text | Consent and retention]
      [▾ Choose what to restrict: Mentions and replies | Ask | Caption | Alt text | Read text | Where | Storyboard | Rank]
    Sightline [app] (Eve used /settings; only Eve sees this; edited):
      **Limits**
      How much one person and this whole server may ask.
      [▾ Page: Language and captions | Who may use what | Limits ✓ | One channel | Automatic alt text | Consent and retention]
      [▾ One person: 10 a minute: One person: 1 a minute | One person: 3 a minute | One person: 5 a minute | One person: 10 a minute ✓ | One person: 20 a minute | One person: 30 a minute | One person: 60 a minute | One person: 120 a minute]
      [▾ One person: 3 at once: One person: 1 at once | One person: 2 at once | One person: 3 at once ✓ | One person: 5 at once | One person: 10 at once | One person: 20 at once]
      [▾ Whole server: 30 at once: Whole server: 5 at once | Whole server: 10 at once | Whole server: 30 at once ✓ | Whole server: 60 at once | Whole server: 100 at once | Whole server: 200 at once]
    Sightline [app] (Eve used /settings; only Eve sees this; edited):
      **Consent and retention**
      Whether authors are asked before somebody else has their picture described, and how long things are kept.
      [▾ Page: Language and captions | Who may use what | Limits | One channel | Automatic alt text | Consent and retention ✓]
      [Ask authors first: no]
      [▾ Thumbs are kept for 90 days: No thumbs are kept | Thumbs are kept for 7 days | Thumbs are kept for 30 days | Thumbs are kept for 90 days ✓ | Thumbs are kept for 180 days | Thumbs are kept for 365 days]
      [▾ I remember my descriptions for 30 days: I remember my descriptions for 7 days | I remember my descriptions for 30 days ✓ | I remember my descriptions for 90 days]"
  `);
  await turn(panel, 'Page', ['Who may use what']);
  await turn(panel, 'Choose what to restrict', ['Rank']);
  await turn(panel, 'Page', ['One channel']);
  await turn(panel, 'Choose a channel', [channel.id]);
  const one = room.discord.render(panel);
  await turn(panel, 'Page', ['Automatic alt text']);
  const everywhere = room.discord.render(panel);
  await turn(panel, 'Choose a channel', [channel.id]);
  await press(panel, 'Off in this channel');
  expect([one, everywhere, room.discord.render(panel)].join('\n')).toMatchInlineSnapshot(`
    "Sightline [app] (Eve used /settings; only Eve sees this; edited):
      **One channel** · #general
      What one channel does differently. Its threads do the same. A button says what holds: press it to change it.
      [▾ Page: Language and captions | Who may use what | Limits | One channel ✓ | Automatic alt text | Consent and retention]
      [▾ Choose a channel]
      [I answer here] [Captions: as the server] [Ask authors: as the server] [All as the server]
      [▾ Language of public answers: As the server ✓ | Each person's own language | English | Deutsch | Français | Español | Português (Brasil) | 日本語]
      [▾ Style of captions: As the server ✓ | Captions as a sentence | Captions as a title | Captions in the model's own words]
    Sightline [app] (Eve used /settings; only Eve sees this; edited):
      **Automatic alt text**
      Where it is on, I describe pictures that have no alt text, after a wait, in a quiet reply. It goes when the author adds alt text or deletes the picture. **#noalt** or **#nobot** in a message, or in the channel's name or topic, keeps me away.
      ⚠️ It cannot work yet: I do not see pictures that do not mention me. Whoever runs me must turn on DISCORD_MESSAGE_CONTENT.
      On in no channel.
      Choose a channel to turn it on there. Without one, you change how it is done everywhere.
      [▾ Page: Language and captions | Who may use what | Limits | One channel | Automatic alt text ✓ | Consent and retention]
      [▾ Choose a channel]
      [Does not ask the author] [Without notification]
      [▾ Waits 1 min for the author's own words: Waits 15 s for the author's own words | Waits 30 s for the author's own words | Waits 1 min for the author's own words ✓ | Waits 5 min for the author's own words | Waits 15 min for the author's own words | Waits 60 min for the author's own words]
    Sightline [app] (Eve used /settings; only Eve sees this; edited):
      **Automatic alt text** · #general
      Where it is on, I describe pictures that have no alt text, after a wait, in a quiet reply. It goes when the author adds alt text or deletes the picture. **#noalt** or **#nobot** in a message, or in the channel's name or topic, keeps me away.
      ⚠️ It cannot work yet: I do not see pictures that do not mention me. Whoever runs me must turn on DISCORD_MESSAGE_CONTENT.
      On in: #general
      [▾ Page: Language and captions | Who may use what | Limits | One channel | Automatic alt text ✓ | Consent and retention]
      [▾ Choose a channel]
      [On in this channel] [Does not ask the author] [Without notification]
      [▾ Waits 1 min for the author's own words: Waits 15 s for the author's own words | Waits 30 s for the author's own words | Waits 1 min for the author's own words ✓ | Waits 5 min for the author's own words | Waits 15 min for the author's own words | Waits 60 min for the author's own words]"
  `);
});

it('changes what everybody gets: the language, and where the bot answers', async () => {
  const panel = await openPanel();
  await turn(panel, 'Language of public answers', ['Deutsch']);
  await ben.posts(channel, { content: `${room.mention} what is this?`, files: [{ name: 'boat.png', bytes }] });
  await ben.sees(channel, 'Ziemlich sicher');
  await turn(panel, 'Language of public answers', ["Each person's own language"]);

  await turn(panel, 'Page', ['One channel']);
  await turn(panel, 'Choose a channel', [channel.id]);
  await press(panel, 'I answer here');
  await ben.posts(channel, { content: `${room.mention} and now?`, files: [{ name: 'boat.png', bytes }] });
  await ben.sees(channel, 'turned off here');
  expect(await store.settings.of(room.guild.id, channel.id)).toMatchObject({ answers: false, language: 'auto' });
});

it('lets only some use a thing', async () => {
  const role = room.discord.createRole(room.guild, 'Artists');
  const panel = await openPanel();
  await turn(panel, 'Page', ['Who may use what']);
  await turn(panel, 'Choose what to restrict', ['Rank']);
  await turn(panel, 'everyone', [role.id]);
  expect(room.discord.render(panel)).toContain('- Rank: @Artists · everywhere');
  const values = { picture: { name: 'boat.png', bytes }, caption1: 'a boat', caption2: 'a cat' };
  const refused = await ben.seesReply(await ben.runs(channel, '/rank', values));
  expect(room.discord.render(refused)).toContain('turned off here');
  await turn(panel, 'everyone', []);
  expect(await store.settings.of(room.guild.id)).toMatchObject({ access: { rank: { roles: [], channels: [] } } });
});

it('is for those who may manage the server, asked again at each use', async () => {
  await expect(ben.runs(channel, '/settings')).rejects.toThrow();
  const panel = await openPanel();
  const member = room.guild.members.get(eve.id);
  if (member) member.roleIds = [];
  const press = await eve.selects(panel, 'Language of public answers', ['Français']);
  await eve.sees(channel, 'Only people who may manage this server');
  expect(press).toBeDefined();
  expect(await store.settings.of(room.guild.id)).toMatchObject({ language: 'auto' });
});

it('forgets a server that the bot leaves', async () => {
  const guild = room.discord.createGuild({ name: 'Elsewhere' });
  const there = room.discord.createChannel(guild, 'general');
  const zoe = room.discord.createPerson({ name: 'Zoe', guilds: [guild], permissions: May.ManageGuild });
  const panel = await zoe.seesReply(await zoe.runs(there, '/settings'));
  await zoe.seesReply(await zoe.selects(panel, 'Language of public answers', ['日本語']));
  expect(await store.settings.of(guild.id)).toMatchObject({ language: 'ja' });
  room.discord.removeBot(guild);
  await expect.poll(async () => (await store.settings.of(guild.id)).language, { timeout: 10_000 }).toBe('auto');
});
