/** Everything real but Discord: bot, queue, worker and the model that ships; pictures are fetched from the loopback's CDN. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ProcessUnderTest, startProcess } from '#test/room.ts';
import { type BotRoom, openBotRoom } from './bot-room.ts';

const heldOut = new URL('../golden/held-out/', import.meta.url);
const Question = z.object({ image: z.string(), question: z.string(), answers: z.array(z.string()) });
const questions = readFileSync(new URL('questions.jsonl', heldOut), 'utf8')
  .trim()
  .split('\n')
  .map((line) => Question.parse(JSON.parse(line)));
const file = (name: string) => ({ name, bytes: readFileSync(new URL(name, heldOut)) });

let room: BotRoom;
let worker: ProcessUnderTest;

beforeAll(async () => {
  room = await openBotRoom({ worker: false });
  worker = await startProcess('workers/main.ts', room.redis.url, {
    DISCORD_CDN: `${room.discord.rest.cdn},${room.discord.rest.mediaProxy}`,
    DATA_DIR: room.redis.dataDir,
  });
}, 120_000);
afterAll(async () => {
  await room?.close();
  await worker?.close();
});

describe('questions of the held-out set, asked by mention', () => {
  it('are answered as well as the card says', async () => {
    const asked = questions.slice(0, 40);
    let right = 0;
    for (const { image, question, answers } of asked) {
      const { channel, ada } = room.scene();
      await ada.posts(channel, { content: `${room.mention} ${question}`, files: [file(image)] });
      const { content } = await ada.sees(channel, '[Ask more]');
      if (answers.some((answer) => content.toLowerCase().includes(answer))) right += 1;
    }
    // Most: the exact share is what the golden tests are for.
    expect(right).toBeGreaterThanOrEqual(28);
  });
});

describe('commands', () => {
  const SHARK = '00000.webp';
  const picture = file(SHARK);

  it.each([
    ['/caption', { picture }, /shark/],
    ['/alt', { picture, length: 'long' }, /Machine-made description: .*[Ss]hark.* pink/],
    ['/read', { picture }, /I am not sure that there is any lettering/],
    ['/where', { picture, thing: 'shark' }, /file sightline\.png.*alt ".*shark/],
    [
      '/rank',
      { picture, caption1: 'a house', caption2: 'a shark', caption3: 'three stars' },
      /^ {2}`█+░*` \d+% a shark/m,
    ],
    [
      '/storyboard',
      { picture1: picture, picture2: file('00001.webp'), picture3: file('00002.webp') },
      /\*\*1\*\* .*shark[\s\S]*\*\*3\*\*[\s\S]*alt "3 numbered pictures/,
    ],
  ] as const)('%s', async (command, options, shown) => {
    const { channel, ada } = room.scene();
    await ada.runs(channel, command, options);
    await ada.sees(channel, '[Delete]');
    expect(ada.screen(channel)).toMatch(shown);
  });

  it('Where did you look?', async () => {
    const { channel, ada, ben } = room.scene();
    await ada.posts(channel, { content: `${room.mention} what is this?`, files: [picture] });
    const answer = await ada.sees(channel, '[Ask more]');
    const look = await ben.seesReply(await ben.presses(answer, 'Where did you look?'));
    expect(look.attachments).toHaveLength(1);
  });

  it('an expired link is renewed', async () => {
    const { channel, ada } = room.scene();
    const message = await ada.posts(channel, { files: [file('00003.webp')] });
    room.discord.clock.advance(25 * 3_600_000);
    await ada.seesReply(await ada.usesMenu(message, 'Describe picture'));
    await ada.sees(channel, 'Machine-made');
  });
});
