/** The buttons under an answer, each as a person uses it. */
import { PermissionFlagsBits } from 'discord-api-types/v10';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { plain } from '#test/pictures.ts';
import { type BotRoom, openBotRoom } from './bot-room.ts';
import type { Person } from './loopback/driver/person.ts';
import type { ChannelRecord, MessageRecord } from './loopback/world/records.ts';

let room: BotRoom;
let channel: ChannelRecord;
let ada: Person;
let ben: Person;
let answer: MessageRecord;
const bytes = await plain(40, 30, [200, 0, 0]).png().toBuffer();

beforeAll(async () => {
  room = await openBotRoom();
});
afterAll(() => room?.close());
beforeEach(async () => {
  ({ channel, ada, ben } = room.scene());
  await ada.posts(channel, { content: `${room.mention} what is this?`, files: [{ name: 'boat.png', bytes }] });
  answer = await ada.sees(channel, 'red boat');
});

/** What was said after the first answer. */
const after = (person: Person) => person.screen(channel).split('[👍] [👎]\n').slice(1).join('[👍] [👎]\n');

it('Ask more: a form, then an answer that knows what was said', async () => {
  const press = await ben.presses(answer, 'Ask more');
  await ben.seesReply(await ben.submits(press, { 'Your question': 'How many?' }));
  expect(after(ben)).toMatchInlineSnapshot(`
    "Sightline [app] (reply to Sightline: "A red boat
    -# Quite sure."):
      > @Ben: How many?
      Two of them
      -# Quite sure.
      [Ask more] [Where did you look?] [Again] [Delete]
      [👍] [👎]"
  `);
  expect(room.asked.at(-1)).toMatchObject({
    question: 'How many?',
    conversation: [{ question: 'what is this?', answer: 'a red boat' }],
  });
});

it('Where did you look? A heat map with alt text', async () => {
  await ben.seesReply(await ben.presses(answer, 'Where did you look?'));
  expect(after(ben)).toMatchInlineSnapshot(`
    "Sightline [app] (reply to Sightline: "A red boat
    -# Quite sure."):
      A red boat
      -# Quite sure.
      (file sightline.png 60×40, alt "Heat map: brightest where the boat is.")
      [Ask more] [Again] [Delete]
      [👍] [👎]"
  `);
  expect(room.asked.at(-1)).toMatchObject({ question: 'what is this?', draw: 'heat' });
});

it('Again: the same question once more', async () => {
  await ben.seesReply(await ben.presses(answer, 'Again'));
  expect(after(ben)).toMatchInlineSnapshot(`
    "Sightline [app] (reply to Sightline: "A red boat
    -# Quite sure."):
      A red boat
      -# Quite sure.
      [Ask more] [Where did you look?] [Again] [Delete]
      [👍] [👎]"
  `);
});

it('Delete: for the asker and moderators, for nobody else', async () => {
  await ben.seesReply(await ben.presses(answer, 'Delete'));
  expect(after(ben)).toMatchInlineSnapshot(`
    "Sightline [app] (reply to Sightline: "A red boat
    -# Quite sure."; only Ben sees this):
      Only the person who asked and moderators can do that."
  `);
  expect(answer.deleted).toBe(false);
  await ada.presses(answer, 'Delete');
  await ada.noLongerSees(channel, 'A red boat');

  const second = room.scene();
  await second.ada.posts(second.channel, { content: `${room.mention} what?`, files: [{ name: 'boat.png', bytes }] });
  const other = await second.ada.sees(second.channel, 'red boat');
  const mod = room.discord.createPerson({
    name: 'Mod',
    guilds: [room.guild],
    permissions: PermissionFlagsBits.ManageMessages,
  });
  await mod.presses(other, 'Delete');
  await mod.noLongerSees(second.channel, 'A red boat');
});

it('an answer that is forgotten says so, and what to do', async () => {
  await room.forget();
  await ben.seesReply(await ben.presses(answer, 'Again'));
  await ben.seesReply(await ben.presses(answer, 'Ask more'));
  expect(after(ben)).toMatchInlineSnapshot(`
    "Sightline [app] (reply to Sightline: "A red boat
    -# Quite sure."; only Ben sees this):
      I no longer remember what this was about. Ask again under the picture.
    Sightline [app] (reply to Sightline: "A red boat
    -# Quite sure."; only Ben sees this):
      I no longer remember what this was about. Ask again under the picture."
  `);
});
