/** /v1 through a real web process, a real Redis and a real worker with the model that needs no weights. */
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { about } from '#test/api-room.ts';
import { noise, plain } from '#test/pictures.ts';
import { type TestRedis, testRedis } from '#test/redis.ts';
import { openRoom, type ProcessUnderTest, type RoomProcess, startProcess } from '#test/room.ts';

const KEY = 'a-key-of-the-tests-0002';
let redis: TestRedis;
let room: RoomProcess;
let worker: ProcessUnderTest;
let client: OpenAI;

beforeAll(async () => {
  redis = await testRedis();
  [room, worker] = await Promise.all([
    openRoom(redis.url, { API_KEYS: KEY }),
    startProcess('workers/main.ts', redis.url, { MODEL: 'fake' }),
  ]);
  client = new OpenAI({ baseURL: `${room.url}/v1`, apiKey: KEY, maxRetries: 0 });
});
afterAll(async () => {
  await Promise.all([room.close(), worker.close()]);
  await redis.close();
});

const picture = async (brightness: number) => {
  const png = await plain(24, 24, [brightness, brightness, brightness]).png().toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
};

test('a chat is answered and streamed by a worker', async () => {
  const body = { model: 'fake', messages: [about('How bright is it?', await picture(250))] };
  const whole = await client.chat.completions.create(body);
  expect(whole.choices[0]?.message.content).toBe('a bright picture');
  expect(whole.usage).toMatchObject({ completion_tokens: 3 });
  let streamed = '';
  for await (const { choices } of await client.chat.completions.create({ ...body, stream: true })) {
    streamed += choices[0]?.delta.content ?? '';
  }
  expect(streamed).toBe('a bright picture');
});

test('a picture of megabytes goes through', async () => {
  const large = await noise(1_200, 900).png().toBuffer();
  expect(large.length).toBeGreaterThan(2_000_000);
  const messages = [about('How bright is it?', `data:image/png;base64,${large.toString('base64')}`)];
  const { choices } = await client.chat.completions.create({ model: 'fake', messages });
  expect(choices[0]?.message.content).toMatch(/picture$/);
});

test('the model is the one that the workers run', async () => {
  expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['fake']);
});

test('texts and pictures are embedded into one space by a worker', async () => {
  const input = ['a bright sky', 'a cave', await picture(250), await picture(5)];
  const { data } = await client.embeddings.create({ model: 'fake', input });
  const dot = (a: number, b: number) =>
    (data[a]?.embedding ?? []).reduce((sum, value, i) => sum + value * (data[b]?.embedding[i] ?? 0), 0);
  expect([dot(0, 2), dot(0, 3), dot(1, 2), dot(1, 3)].map(Math.round)).toEqual([1, 0, 0, 1]);
});

test('bytes that are no picture are refused before anything is asked', async () => {
  const nonsense = `data:image/png;base64,${Buffer.from('hello').toString('base64')}`;
  const chat = client.chat.completions.create({ model: 'fake', messages: [about('What?', nonsense)] });
  await expect(chat).rejects.toMatchObject({ status: 415, code: 'not_an_image' });
});
