/** Embedding jobs against a real Redis: results in order, failures as outcomes, deadlines, and a worker that dies. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EmbedRequest, encodeVector } from '#core/embed.ts';
import { SightlineError } from '#core/errors.ts';
import type { Consumer } from '#queue/answer-consumer.ts';
import { createEmbedAsker, type EmbedAsker } from '#queue/embed-asker.ts';
import { consumeEmbeds } from '#queue/embed-consumer.ts';
import { quietLog } from '#test/asks.ts';
import { type TestRedis, testRedis } from '#test/redis.ts';

let redis: TestRedis;
let asker: EmbedAsker;
const open: Consumer[] = [];

beforeAll(async () => {
  redis = await testRedis();
});
afterAll(() => redis.close());
beforeEach(() => {
  asker = createEmbedAsker({ url: redis.url });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((consumer) => consumer.close()));
  await asker.close();
});

const consume = async (handle: Parameters<typeof consumeEmbeds>[0]['handle']) => {
  const consumer = consumeEmbeds({ url: redis.url, handle, log: quietLog });
  open.push(consumer);
  await consumer.ready;
};
const request = (changes: Partial<EmbedRequest> = {}): EmbedRequest => ({
  id: randomUUID(),
  inputs: [{ kind: 'text', text: 'a cat' }],
  deadlineAt: Date.now() + 20_000,
  ...changes,
});
const vectors = [encodeVector(Float32Array.of(1, 0))];

test('a request gets its own vectors, however many ask at once', async () => {
  await consume(async ({ inputs }) => ({
    ok: true,
    modelId: inputs[0]?.kind === 'text' ? inputs[0].text : '',
    vectors,
  }));
  const texts = Array.from({ length: 20 }, (_, i) => `text ${i}`);
  const outcomes = await Promise.all(texts.map((text) => asker.embed(request({ inputs: [{ kind: 'text', text }] }))));
  expect(outcomes.map((outcome) => outcome.ok && outcome.modelId)).toEqual(texts);
});

test('what the worker cannot do is told in its own code, a crash of ours as a failure', async () => {
  let error: Error = new SightlineError('image_gone');
  await consume(async () => {
    throw error;
  });
  expect(await asker.embed(request())).toEqual({ ok: false, code: 'image_gone' });
  error = new Error('boom');
  expect(await asker.embed(request())).toEqual({ ok: false, code: 'inference_failed' });
});

test('without a worker it is told at the deadline, and nothing stays behind', async () => {
  await expect(asker.embed(request({ deadlineAt: Date.now() + 300 }))).rejects.toMatchObject({ code: 'no_worker' });
  let handled = 0;
  await consume(async () => {
    handled += 1;
    return { ok: true, modelId: '', vectors };
  });
  await asker.embed(request());
  expect(handled).toBe(1);
});

test('a worker that is too slow is told to stop, and so is the asker', async () => {
  let signal: AbortSignal | undefined;
  await consume(async (_, given) => {
    signal = given;
    await new Promise((resolve) => given.addEventListener('abort', resolve));
    throw given.reason;
  });
  const outcome = await asker.embed(request({ deadlineAt: Date.now() + 300 })).catch((error) => error);
  expect(outcome.code).toBe('deadline_passed');
  expect(signal?.aborted).toBe(true);
});
