/** Automatic alt text as people meet it: after a wait, quietly, and gone when it is not needed or not wanted. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NO_CHOICES } from '#store/people.ts';
import { type ChannelSettings, DEFAULT_GUILD_SETTINGS } from '#store/settings.ts';
import type { Store } from '#store/store.ts';
import { plain } from '#test/pictures.ts';
import { eventually } from '#test/redis.ts';
import { type BotRoom, openBotRoom } from './bot-room.ts';
import type { Person } from './loopback/driver/person.ts';
import type { ChannelRecord, MessageRecord } from './loopback/world/records.ts';
import { storeOf } from './store-access.ts';

let room: BotRoom;
let store: Store;
let channel: ChannelRecord;
let ada: Person;
let ben: Person;
let answering: BotRoom['handle'];
const bytes = await plain(40, 30, [200, 0, 0]).png().toBuffer();
const picture = { name: 'boat.png', bytes };
const MESSAGE_CONTENT = 1 << 15;

beforeAll(async () => {
  room = await openBotRoom({
    discord: { privilegedIntents: MESSAGE_CONTENT },
    environment: { DISCORD_MESSAGE_CONTENT: 'on' },
  });
  store = await storeOf(room);
  answering = room.handle;
});
afterAll(async () => {
  await store?.close();
  await room?.close();
});
beforeEach(() => {
  ({ channel, ada, ben } = room.scene());
  room.handle = answering;
});

/** The bot hears of it by a message of its own way, which may come after the next picture: give it a moment. */
async function turnOn(manner: ChannelSettings['autoAlt'] = {}, where = channel): Promise<void> {
  await store.settings.setChannel(room.guild.id, where.id, { autoAlt: { on: true, waitSeconds: 1, ...manner } });
  await pause(300);
}
const LABEL = 'Machine-made description:';
/** Longer than a wait of one second, the look at the turns and an answer take together. */
const AFTER_ALL_MS = 4_000;
const pause = (ms = AFTER_ALL_MS) => new Promise((done) => setTimeout(done, ms));
const described = (message: MessageRecord) => room.asked.some(({ replyTo }) => replyTo.includes(message.id));

it('describes after a wait, in a quiet reply', async () => {
  await turnOn();
  const message = await ada.posts(channel, { content: 'my boat', files: [picture] });
  const description = await ben.sees(channel, LABEL);
  expect(room.discord.render(description)).toMatchInlineSnapshot(`
    "Sightline [app] (reply to Ada: "my boat"; silent):
      -# Machine-made description:
      A red boat on a calm sea under a yellow sun.
      -# Better in your own words? Add alt text to the picture and this goes.
      [Delete]"
  `);
  expect([...description.pingedIds]).toEqual([]);
  expect(ben.pings(channel)).toEqual([]);
  expect(room.asked.at(-1)).toMatchObject({ task: 'alt-text', detail: 'short' });
  await eventually('it is recorded', async () => (await store.autoAltPosts.of(message.id)) !== undefined);
  expect(await store.autoAltPosts.of(message.id)).toMatchObject({ postId: description.id, authorId: ada.id });
});

it('describes each picture that lacks a description, and no other', async () => {
  await turnOn();
  const files = [picture, { ...picture, name: 'told.png', description: 'Our boat.' }, { ...picture, name: 'two.png' }];
  await ada.posts(channel, { files });
  const description = await ada.sees(channel, LABEL);
  expect(room.discord.render(description)).toMatchInlineSnapshot(`
    "Sightline [app] (reply to Ada: ""; silent):
      -# Machine-made description:
      **1** A red boat on a calm sea under a yellow sun.
      **3** A red boat on a calm sea under a yellow sun.
      -# Better in your own words? Add alt text to the picture and this goes.
      [Delete]"
  `);
  expect(1 + (room.asked.at(-1)?.further?.length ?? 0)).toBe(2);
});

describe('goes', () => {
  let message: MessageRecord;
  beforeEach(async () => {
    await turnOn();
    message = await ada.posts(channel, { files: [picture] });
    await ben.sees(channel, LABEL);
  });

  it('when the author adds alt text', async () => {
    await ada.describes(message, 'boat.png', 'Our boat at sea.');
    await ben.noLongerSees(channel, LABEL);
    await eventually('it is forgotten', async () => (await store.autoAltPosts.of(message.id)) === undefined);
  });

  it('when the author deletes the picture', async () => {
    await ada.deletes(message);
    await ben.noLongerSees(channel, LABEL);
    await eventually('it is forgotten', async () => (await store.autoAltPosts.of(message.id)) === undefined);
  });

  it('when the author asks for none', async () => {
    await ada.edits(message, 'my boat #noalt');
    await ben.noLongerSees(channel, LABEL);
  });

  it('when the author or a moderator removes it, and nobody else', async () => {
    const description = await ben.sees(channel, LABEL);
    await ben.seesReply(await ben.presses(description, 'Delete'));
    await ben.sees(channel, 'Only the person who asked');
    await ada.presses(description, 'Delete');
    await ben.noLongerSees(channel, LABEL);
  });

  it('when the author deletes what is kept of them', async () => {
    const question = await ada.seesReply(await ada.runs(channel, '/privacy delete'));
    await ada.presses(question, 'Delete everything');
    await ben.noLongerSees(channel, LABEL);
    expect((await store.privacy.exportUser(ada.id)).autoAltPosts).toEqual([]);
  });
});

it('does nothing where it is not on, where a description is there or none is wished', async () => {
  const off = room.discord.createChannel(room.guild, 'off');
  const named = room.discord.createChannel(room.guild, 'cats-nobot');
  await turnOn();
  await turnOn({}, named);
  const zoe = room.discord.createPerson({ name: 'Zoe', guilds: [room.guild] });
  await store.people.choose(zoe.id, { ...NO_CHOICES, noAutoAlt: true });
  const posted = [
    await ada.posts(off, { files: [picture] }),
    await ada.posts(named, { files: [picture] }),
    await ada.posts(channel, { files: [{ ...picture, description: 'Our boat.' }] }),
    await ada.posts(channel, { content: 'no thanks #NoAlt', files: [picture] }),
    await zoe.posts(channel, { files: [picture] }),
  ];
  const gone = await ada.posts(channel, { files: [picture] });
  await ada.deletes(gone);
  const late = await ada.posts(channel, { files: [picture] });
  await ada.describes(late, 'boat.png', 'Our boat.');
  await pause();
  expect([...posted, gone, late].filter(described)).toEqual([]);
  expect(ben.screen(channel)).not.toContain('Sightline');
});

it('waits on through a restart of the bot', async () => {
  await turnOn({ waitSeconds: 3 });
  await ada.posts(channel, { files: [picture] });
  await pause(500);
  await room.bot.close();
  room.bot = await room.startBot();
  expect(room.discord.render(await ben.sees(channel, LABEL))).toContain('A red boat');
  await pause(1_500);
  expect(ben.screen(channel).split(LABEL)).toHaveLength(2);
});

it('takes back what was said about a picture that went while it looked', async () => {
  await turnOn();
  let answer = () => {};
  const asked = new Promise<void>((taken) => {
    room.handle = async (ask, context) => {
      taken();
      await new Promise<void>((done) => {
        answer = done;
      });
      return answering(ask, context);
    };
  });
  const message = await ada.posts(channel, { files: [picture] });
  await asked;
  await ada.deletes(message);
  await pause(500);
  answer();
  await pause(1_500);
  expect(ben.screen(channel)).not.toContain(LABEL);
});

it('says nothing when the model fails: nobody asked', async () => {
  await turnOn();
  room.handle = () => Promise.reject(new Error('broken'));
  await ada.posts(channel, { files: [picture] });
  await pause();
  expect(ben.screen(channel)).not.toContain('Sightline');
});

describe('asks the author first, where that is set', () => {
  const QUESTION = 'may I describe this picture';
  let message: MessageRecord;
  let question: MessageRecord;
  beforeEach(async () => {
    await turnOn({ askAuthor: true });
    message = await ada.posts(channel, { files: [picture] });
    question = await ada.sees(channel, QUESTION);
  });

  it('and describes once', async () => {
    expect(room.discord.render(question)).toMatchInlineSnapshot(`
      "Sightline [app] (reply to Ada: ""; silent):
        @Ada, may I describe this picture for people who use a screen reader?
        [Allow once] [Always in this server] [No]"
    `);
    expect(described(message)).toBe(false);
    const refusal = await ben.seesReply(await ben.presses(question, 'Allow once'));
    expect(room.discord.render(refusal)).toContain('Only the person whose picture it is');
    const thanks = await ada.seesReply(await ada.presses(question, 'Allow once'));
    expect(room.discord.render(thanks)).toContain('Thank you. The description comes in a moment.');
    await ben.noLongerSees(channel, QUESTION);
    await ben.sees(channel, LABEL);
    expect(await store.people.permits(ada.id, room.guild.id)).toBe(false);
  });

  it('or always from now on', async () => {
    await ada.presses(question, 'Always in this server');
    await ben.sees(channel, LABEL);
    await ada.posts(channel, { content: 'another', files: [picture] });
    await eventually('both are described', () => ben.screen(channel).split(LABEL).length === 3);
    expect(ben.screen(channel)).not.toContain(QUESTION);
  });

  it('or not, and never again if they like', async () => {
    const refused = await ada.seesReply(await ada.presses(question, 'No'));
    expect(room.discord.render(refused)).toMatchInlineSnapshot(`
      "Sightline [app] (reply to a deleted message; only Ada sees this):
        All right, this picture is not described.
        [Never ask me again]"
    `);
    await ben.noLongerSees(channel, QUESTION);
    await ada.seesReply(await ada.presses(refused, 'Never ask me again'));
    await ada.posts(channel, { content: 'another', files: [picture] });
    await pause();
    expect(ben.screen(channel)).not.toContain('Sightline');
    expect(await store.people.choices(ada.id)).toMatchObject({ noAutoAlt: true });
  });

  it('and the question goes with the picture', async () => {
    await ada.deletes(message);
    await ben.noLongerSees(channel, QUESTION);
  });
});

it('takes the defaults of the server for how it is done', async () => {
  await store.settings.setGuild(room.guild.id, {
    ...DEFAULT_GUILD_SETTINGS,
    autoAlt: { waitSeconds: 1, askAuthor: true, quiet: true },
  });
  await store.settings.setChannel(room.guild.id, channel.id, { autoAlt: { on: true } });
  await pause(300);
  await ada.posts(channel, { files: [picture] });
  await ada.sees(channel, 'may I describe this picture');
  await store.settings.setGuild(room.guild.id, DEFAULT_GUILD_SETTINGS);
});
