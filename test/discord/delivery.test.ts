/** Answers reach people once, whatever dies in between: bots killed or away, links expired, replies too late, Redis gone. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SightlineError } from '#core/errors.ts';
import { plain } from '#test/pictures.ts';
import { type BotRoom, openBotRoom } from './bot-room.ts';
import type { Person } from './loopback/driver/person.ts';
import type { ChannelRecord } from './loopback/world/records.ts';

let room: BotRoom;
let channel: ChannelRecord;
let ada: Person;
let answering: BotRoom['handle'];
const bytes = await plain(40, 30, [200, 0, 0]).png().toBuffer();
const picture = { name: 'boat.png', bytes };

beforeEach(async () => {
  room = await openBotRoom();
  answering = room.handle;
  ({ channel, ada } = room.scene());
});
afterEach(() => room?.close());

/** Holds every answer until it is let go. */
function held(): () => void {
  const open = Promise.withResolvers<void>();
  room.handle = async (ask, context) => {
    await open.promise;
    return answering(ask, context);
  };
  return open.resolve;
}
const answers = () => room.discord.messages(channel).filter(({ authorId }) => authorId === room.discord.world.bot.id);
const mention = () => ada.posts(channel, { content: `${room.mention} what is this?`, files: [picture] });
const taken = (count: number) => expect.poll(() => room.asked.length, { timeout: 10_000 }).toBe(count);

it('a bot that is killed while people wait: another posts what waited, once', async () => {
  const letGo = held();
  await mention();
  const interaction = await ada.runs(channel, '/ask', { picture, question: 'What is this?' });
  await taken(2);
  await room.bot.kill();
  letGo();
  await sleep(500);
  room.bot = await room.startBot();
  await ada.seesReply(interaction);
  await ada.sees(channel, /reply to Ada/);
  expect(ada.screen(channel)).toMatchInlineSnapshot(`
    "Ada:
      @Sightline what is this?
      (file boat.png 40×30, no alt text)
    Sightline [app] (Ada used /ask):
      > What is this?
      A red boat
      -# Quite sure.
      [Ask more] [Where did you look?] [Again] [Delete]
      [👍] [👎]
    Sightline [app] (reply to Ada: "@Sightline what is this?"):
      A red boat
      -# Quite sure.
      [Ask more] [Where did you look?] [Again] [Delete]
      [👍] [👎]"
  `);
  expect(answers()).toHaveLength(2);
});

it('a bot that is killed while it shows the words so far: the same message gets the answer', async () => {
  room.handle = async (ask, { progress }) => {
    // Told more than once: what is published before anybody listens is lost.
    for (let time = 0; time < 15; time += 1) {
      progress({ stage: 'answering', text: 'a red' });
      await sleep(200);
    }
    return answering(ask, undefined as never);
  };
  await mention();
  const shown = await ada.sees(channel, 'a red …');
  await room.bot.kill();
  room.bot = await room.startBot();
  const answer = await ada.sees(channel, 'A red boat');
  expect(answer.id).toBe(shown.id);
  expect(answers()).toHaveLength(1);
});

it('after a quarter of an hour a normal message, for who asked alone a direct one', async () => {
  const letGo = held();
  await ada.runs(channel, '/ask', { picture, question: 'What is this?' });
  await ada.runs(channel, '/alt', { picture });
  await taken(2);
  room.discord.clock.advance(16 * 60_000);
  letGo();
  await ada.sees(channel, 'A red boat');
  expect(ada.screen(channel)).toMatchInlineSnapshot(`
    "Sightline [app] (Ada used /ask):
      Sightline is thinking…
    Sightline [app] (Ada used /alt; only Ada sees this):
      Sightline is thinking…
    Sightline [app]:
      -# @Ada, this took longer than Discord lets a reply wait:
      > What is this?
      A red boat
      -# Quite sure.
      [Ask more] [Where did you look?] [Again] [Delete]
      [👍] [👎]"
  `);
  const direct = room.discord.direct(ada);
  await ada.sees(direct, 'Machine-made');
  expect(ada.screen(direct)).toMatchInlineSnapshot(`
    "Sightline [app]:
      -# @Ada, this took longer than Discord lets a reply wait:
      -# Alt text, ready to copy (70 characters):
      \`\`\`
      Machine-made description: A red boat on a calm sea under a yellow sun.
      \`\`\`
      [Longer] [Where did you look?] [Again] [Delete]
      [👍] [👎]"
  `);
});

it('an expired link is renewed and asked once more, without a word', async () => {
  const urls: string[] = [];
  room.handle = async (ask, context) => {
    if (ask.image.kind === 'discord') urls.push(ask.image.url);
    if (urls.length === 1) throw new SightlineError('image_link_expired');
    return answering(ask, context);
  };
  await mention();
  await ada.sees(channel, 'A red boat');
  expect(urls).toHaveLength(2);
  expect(answers()).toHaveLength(1);
});

it('a link that stays expired is told once', async () => {
  room.handle = async () => {
    throw new SightlineError('image_link_expired');
  };
  await mention();
  await ada.sees(channel, 'expired');
  await sleep(300);
  expect(room.asked).toHaveLength(2);
  expect(answers()).toHaveLength(1);
});

it('Discord telling twice of one event is one answer', async () => {
  room.discord.faults.gateway.next('duplicate', 'MESSAGE_CREATE');
  await mention();
  await ada.sees(channel, 'A red boat');
  await sleep(300);
  expect(answers()).toHaveLength(1);
  expect(room.asked).toHaveLength(1);
});

it('a post whose reply was lost is not posted again', async () => {
  room.discord.faults.rest.next('drop-after', /^POST \/channels\/\d+\/messages/);
  await mention();
  await ada.sees(channel, 'A red boat');
  await sleep(500);
  expect(answers()).toHaveLength(1);
});

it('two bot processes share the answers, and each is posted once', async () => {
  const second = await room.startBot();
  const scenes = Array.from({ length: 20 }, () => room.scene());
  await Promise.all(
    scenes.map((scene) =>
      scene.ada.posts(scene.channel, { content: `${room.mention} what is this?`, files: [picture] }),
    ),
  );
  await Promise.all(scenes.map((scene) => scene.ada.sees(scene.channel, 'A red boat')));
  await sleep(300);
  for (const scene of scenes) {
    const said = room.discord.messages(scene.channel).filter(({ authorId }) => authorId === room.discord.world.bot.id);
    expect(said).toHaveLength(1);
  }
  await second.close();
});
