/** Asking about somebody else's picture where they, or the server, want them asked first. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { NO_CHOICES } from '#store/people.ts';
import { DEFAULT_GUILD_SETTINGS } from '#store/settings.ts';
import type { Store } from '#store/store.ts';
import { plain } from '#test/pictures.ts';
import { type BotRoom, openBotRoom } from './bot-room.ts';
import type { Person } from './loopback/driver/person.ts';
import type { ChannelRecord, MessageRecord } from './loopback/world/records.ts';
import { storeOf } from './store-access.ts';

let room: BotRoom;
let store: Store;
let channel: ChannelRecord;
let ada: Person;
let ben: Person;
let picture: MessageRecord;
const bytes = await plain(40, 30, [200, 0, 0]).png().toBuffer();
const QUESTION = 'would like to ask me about this picture';

beforeAll(async () => {
  room = await openBotRoom({
    discord: { privilegedIntents: 1 << 15 },
    environment: { DISCORD_MESSAGE_CONTENT: 'on' },
  });
  store = await storeOf(room);
});
afterAll(async () => {
  await store?.close();
  await room?.close();
});
beforeEach(async () => {
  ({ channel, ada, ben } = room.scene());
  picture = await ada.posts(channel, { content: 'my boat', files: [{ name: 'boat.png', bytes }] });
  await store.people.choose(ada.id, { ...NO_CHOICES, askMe: true });
});

it('a menu: the asker is told, the author asked, and the answer comes under the picture', async () => {
  const told = await ben.seesReply(await ben.usesMenu(picture, 'Describe picture'));
  expect(room.discord.render(told)).toMatchInlineSnapshot(`
    "Sightline [app] (Ben used Describe picture; reply to Ada: "my boat"; only Ben sees this):
      I asked the author. If they agree, the answer comes under their picture."
  `);
  const question = await ada.sees(channel, QUESTION);
  expect(room.discord.render(question)).toMatchInlineSnapshot(`
    "Sightline [app] (reply to Ada: "my boat"):
      @Ada, @Ben would like to ask me about this picture. Is that all right with you?
      [Allow once] [Always in this server] [No]"
  `);
  expect([...question.pingedIds]).toEqual([]);
  const count = room.asked.length;
  await ben.seesReply(await ben.presses(question, 'Allow once'));
  await ben.sees(channel, 'Only the person whose picture it is');
  expect(room.asked).toHaveLength(count);
  await ada.presses(question, 'Allow once');
  const answer = await ben.sees(channel, 'Alt text, ready to copy');
  expect(room.discord.render(answer)).toMatchInlineSnapshot(`
    "Sightline [app] (reply to Ada: "my boat"):
      -# Alt text, ready to copy (70 characters):
      \`\`\`
      Machine-made description: A red boat on a calm sea under a yellow sun.
      \`\`\`
      [Longer] [Where did you look?] [Again] [Delete]
      [👍] [👎]"
  `);
  expect(ben.screen(channel)).not.toContain(QUESTION);
});

it('a mention in a reply: the question is the reply, then the answer', async () => {
  await ben.replies(picture, `${room.mention} what is this?`);
  const question = await ada.sees(channel, QUESTION);
  await ada.presses(question, 'Always in this server');
  expect(room.discord.render(await ben.sees(channel, 'Quite sure'))).toMatchInlineSnapshot(`
    "Sightline [app] (reply to Ada: "my boat"):
      > @Ben: what is this?
      A red boat
      -# Quite sure.
      [Ask more] [Where did you look?] [Again] [Delete]
      [👍] [👎]"
  `);
  await ben.replies(picture, `${room.mention} and is it red?`);
  await ben.sees(channel, (_, rendered) => rendered.includes('red?') && rendered.includes('Quite sure'));
  await store.people.withdraw(ada.id);
});

it('a no is told to the asker, and nothing is asked of the model', async () => {
  const count = room.asked.length;
  await ben.replies(picture, `${room.mention} what is this?`);
  const question = await ada.sees(channel, QUESTION);
  await ada.seesReply(await ada.presses(question, 'No'));
  expect(room.discord.render(question)).toMatchInlineSnapshot(`
    "Sightline [app] (reply to Ada: "my boat"; edited):
      @Ben, the author would rather not."
  `);
  expect(room.asked).toHaveLength(count);
});

it('nobody is asked about pictures of their own', async () => {
  await ada.replies(picture, `${room.mention} what is this?`);
  await ada.sees(channel, 'Quite sure');
});

it('the server may want it for everybody', async () => {
  await store.people.choose(ada.id, NO_CHOICES);
  await ben.replies(picture, `${room.mention} what is this?`);
  await ben.sees(channel, 'Quite sure');
  await store.settings.setGuild(room.guild.id, { ...DEFAULT_GUILD_SETTINGS, askAuthors: true });
  // The bot hears of it in its own time.
  await new Promise((done) => setTimeout(done, 300));
  await ben.replies(picture, `${room.mention} what is it now?`);
  await ada.sees(channel, QUESTION);
  await store.settings.setGuild(room.guild.id, DEFAULT_GUILD_SETTINGS);
});

it('where the author cannot be asked, the asker learns it', async () => {
  const guild = room.discord.createGuild({ name: 'Elsewhere', withBot: false });
  const there = room.discord.createChannel(guild, 'general');
  room.discord.join(guild, ada);
  const zoe = room.discord.createPerson({ name: 'Zoe', guilds: [guild], installed: true });
  const message = await ada.posts(there, { files: [{ name: 'boat.png', bytes }] });
  const reply = await zoe.seesReply(await zoe.usesMenu(message, 'Describe picture'));
  expect(room.discord.render(reply)).toMatchInlineSnapshot(`
    "Sightline [app] (Zoe used Describe picture; reply to Ada: ""; only Zoe sees this):
      The author of this picture wants to be asked first, and I cannot ask them here."
  `);
});
