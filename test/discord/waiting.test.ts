/** What a person sees while they wait: a sign at once, their place, the words so far; calling it off; an ask that nobody answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { AskRequest } from '#core/ask.ts';
import type { AskContext } from '#queue/ask-consumer.ts';
import { plain } from '#test/pictures.ts';
import { answerFor } from '#test/room.ts';
import { type BotRoom, openBotRoom } from './bot-room.ts';
import type { Person } from './loopback/driver/person.ts';
import type { ChannelRecord } from './loopback/world/records.ts';

let room: BotRoom;
let channel: ChannelRecord;
let ada: Person;
let ben: Person;
const bytes = await plain(40, 30, [200, 0, 0]).png().toBuffer();
const picture = { name: 'boat.png', bytes };

beforeAll(async () => {
  room = await openBotRoom();
});
afterAll(() => room?.close());
beforeEach(() => {
  ({ channel, ada, ben } = room.scene());
});

/** Says a word every 400 ms. */
const slowly = async (ask: AskRequest, { signal, progress }: AskContext) => {
  const words = 'a red boat on a calm sea under a yellow sun'.split(' ');
  for (let count = 1; count <= words.length && !signal.aborted; count += 1) {
    await sleep(400);
    progress({ stage: 'answering', text: words.slice(0, count).join(' ') });
  }
  return { answer: { ...answerFor(ask), text: words.join(' ') } };
};

it('the words so far under a mention, at most one change a second, and then the answer in the same message', async () => {
  room.handle = slowly;
  await ada.posts(channel, { content: `${room.mention} what is this?`, files: [picture] });
  const waiting = await ada.sees(channel, '…');
  expect(ada.screen(channel)).toMatch(/A?a? ?red boat|a red|Looking/);
  expect(ada.screen(channel)).toContain('[Cancel]');
  const answer = await ada.sees(channel, 'under a yellow sun');
  await ada.sees(channel, '[Ask more]');
  expect(answer.id).toBe(waiting.id);
  // 4.4 s of streaming: the first sight, and no more than one change in each second that followed.
  expect(answer.history.length).toBeLessThanOrEqual(6);
  expect(answer.history.length).toBeGreaterThanOrEqual(4);
  expect(ada.screen(channel)).toMatchInlineSnapshot(`
    "Ada:
      @Sightline what is this?
      (file boat.png 40×30, no alt text)
    Sightline [app] (reply to Ada: "@Sightline what is this?"; edited):
      A red boat on a calm sea under a yellow sun
      -# Quite sure.
      [Ask more] [Where did you look?] [Again] [Delete]
      [👍] [👎]"
  `);
  expect(room.discord.ledger.overLimit).toBe(0);
});

it('the words so far in a deferred reply', async () => {
  room.handle = slowly;
  await ada.runs(channel, '/ask', { picture, question: 'What is this?' });
  const reply = await ada.sees(channel, '…');
  await ada.sees(channel, '[Ask more]');
  expect(reply.history.at(-1)).toContain('under a yellow sun');
});

it('called off by the asker, and by nobody else', async () => {
  room.handle = slowly;
  await ada.posts(channel, { content: `${room.mention} what is this?`, files: [picture] });
  const waiting = await ada.sees(channel, '[Cancel]');
  await ben.seesReply(await ben.presses(waiting, 'Cancel'));
  await ada.presses(waiting, 'Cancel');
  await ada.sees(channel, 'Cancelled');
  expect(ben.screen(channel)).toMatchInlineSnapshot(`
    "Ada:
      @Sightline what is this?
      (file boat.png 40×30, no alt text)
    Sightline [app] (reply to Ada: "@Sightline what is this?"; edited):
      Cancelled.
      [Try again] [Delete]
    Sightline [app] (reply to Sightline: "Cancelled."; only Ben sees this):
      Only the person who asked and moderators can do that."
  `);
});

it('their place in the line', async () => {
  // 16 asks are in hand at once: what comes after them waits.
  const open = Promise.withResolvers<void>();
  room.handle = async (ask) => {
    await open.promise;
    return { answer: answerFor(ask) };
  };
  for (let count = 0; count < 18; count += 1) {
    const person = room.discord.createPerson({ name: `P${count}`, guilds: [room.guild] });
    await person.runs(room.discord.createChannel(room.guild, 'busy'), '/read', { picture });
  }
  await ada.runs(channel, '/ask', { picture, question: 'What is this?' });
  await ada.sees(channel, /number|next/);
  expect(ada.screen(channel)).toContain('Waiting');
  open.resolve();
  await ada.sees(channel, 'A red boat');
});
