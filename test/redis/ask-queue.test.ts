/** The ask queue against a real Redis: order, bounds, cancelling, retries, deadlines, draining. */
import { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { SightlineError } from '#core/errors.ts';
import { type Consumer, consumeAnswers } from '#queue/answer-consumer.ts';
import { consumeAsks } from '#queue/ask-consumer.ts';
import { connect, disconnect } from '#queue/connection.ts';
import type { AnswerJob } from '#queue/jobs.ts';
import { ASK_QUEUE } from '#queue/jobs.ts';
import { createProducer, type Producer } from '#queue/producer.ts';
import { anAnswer, anAsk, quietLog } from '#test/asks.ts';
import { eventually, type TestRedis, testRedis } from '#test/redis.ts';
import { slowRedis } from '#test/slow-redis.ts';

let redis: TestRedis;
let producer: Producer;
let told: AnswerJob[];
const open: Consumer[] = [];

beforeAll(async () => {
  redis = await testRedis();
});
afterAll(() => redis.close());

beforeEach(async () => {
  const admin = connect(redis.url, { role: 'worker' });
  await admin.flushall();
  await disconnect(admin);
  producer = createProducer({ url: redis.url });
  told = [];
  const onAnswer = async (job: AnswerJob) => void told.push(job);
  open.push(consumeAnswers({ url: redis.url, surface: 'web', onAnswer, log: quietLog }));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((consumer) => consumer.close()));
  await producer.close();
});

type Options = Omit<Parameters<typeof consumeAsks>[0], 'url' | 'log' | 'concurrency'>;
const consume = (options: Options, concurrency = 1) => {
  const consumer = consumeAsks({ url: redis.url, log: quietLog, concurrency, ...options });
  open.push(consumer);
  return consumer;
};
const codeOf = (id: string) => {
  const outcome = told.find(({ requestId }) => requestId === id)?.outcome;
  return outcome && (outcome.ok ? 'ok' : outcome.code);
};
const toldOf = (id: string) => eventually(`outcome of ${id}`, () => codeOf(id) !== undefined);

test('an ask becomes one answer where it was asked', async () => {
  const ask = anAsk({ replyTo: 'there' });
  consume({ handle: async ({ id }) => ({ answer: anAnswer(id) }) });
  await producer.ask(ask);
  await toldOf(ask.id);
  expect(told).toEqual([{ requestId: ask.id, replyTo: 'there', outcome: { ok: true, answer: anAnswer(ask.id) } }]);
});

test('the asker with fewer asks under way goes first, equals in their order', async () => {
  const asks = [anAsk(), anAsk(), anAsk(), anAsk()];
  const [a, b, c, d] = asks.map(({ id }) => id);
  for (const [at, priority] of [3, 1, 0, 1].entries()) await producer.ask(asks[at] ?? anAsk(), { priority });
  expect(await Promise.all([a, b, c, d].map((id) => producer.position(id ?? '')))).toEqual([4, 2, 1, 3]);
  expect(await producer.waiting()).toBe(4);
  const handled: string[] = [];
  consume({
    handle: async ({ id }) => {
      handled.push(id);
      return { answer: anAnswer(id) };
    },
  });
  await eventually('all handled', () => handled.length === 4);
  expect(handled).toEqual([c, b, d, a]);
  expect(await producer.position(a ?? '')).toBeUndefined();
});

test('the same ask twice is one ask, answered once', async () => {
  const ask = anAsk();
  await Promise.all([producer.ask(ask), producer.ask(ask)]);
  expect(await producer.waiting()).toBe(1);
  consume({ handle: async ({ id }) => ({ answer: anAnswer(id) }) });
  await toldOf(ask.id);
  await producer.ask(ask);
  expect(await producer.waiting()).toBe(0);
  expect(told).toHaveLength(1);
});

test('a full queue says so at once', async () => {
  const small = createProducer({ url: redis.url, queueDepth: 2 });
  await small.ask(anAsk());
  await small.ask(anAsk());
  await expect(small.ask(anAsk())).rejects.toMatchObject({ code: 'queue_full' });
  await small.close();
});

test('what a person can mend is told once and never tried again', async () => {
  let tries = 0;
  const ask = anAsk();
  consume({
    handle: async () => {
      tries += 1;
      throw new SightlineError('image_gone');
    },
  });
  await producer.ask(ask);
  await toldOf(ask.id);
  expect([codeOf(ask.id), tries]).toEqual(['image_gone', 1]);
});

test('a crash of ours is tried again, at most three times, then told', async () => {
  const once = anAsk();
  const always = anAsk();
  const tries = new Map<string, number>();
  consume({
    handle: async ({ id }) => {
      tries.set(id, (tries.get(id) ?? 0) + 1);
      if (id === once.id && tries.get(id) === 2) return { answer: anAnswer(id) };
      throw new Error('broken');
    },
  });
  await producer.ask(once);
  await producer.ask(always);
  await Promise.all([toldOf(once.id), toldOf(always.id)]);
  expect([codeOf(once.id), tries.get(once.id)]).toEqual(['ok', 2]);
  expect([codeOf(always.id), tries.get(always.id)]).toEqual(['internal', 3]);
});

test('an ask whose deadline has passed is told so and never handled', async () => {
  const ask = anAsk({ deadlineAt: Date.now() - 1 });
  let handled = false;
  consume({
    handle: async ({ id }) => {
      handled = true;
      return { answer: anAnswer(id) };
    },
  });
  await producer.ask(ask);
  await toldOf(ask.id);
  expect([codeOf(ask.id), handled]).toEqual(['deadline_passed', false]);
});

test('a deadline that passes meanwhile ends the ask, even one whose handler does not listen', async () => {
  const ask = anAsk({ deadlineAt: Date.now() + 300 });
  consume({ handle: () => new Promise(() => {}) });
  await producer.ask(ask);
  await toldOf(ask.id);
  expect(codeOf(ask.id)).toBe('deadline_passed');
});

test('cancelled while it waits, an ask leaves the queue and is told', async () => {
  const ask = anAsk();
  await producer.ask(ask);
  await producer.cancel(ask.id);
  await toldOf(ask.id);
  expect(codeOf(ask.id)).toBe('cancelled');
  expect(await producer.waiting()).toBe(0);
});

test('cancelled while it is answered, its signal aborts', async () => {
  const ask = anAsk();
  let signal: AbortSignal | undefined;
  consume({
    handle: (_, context) => {
      signal = context.signal;
      return new Promise(() => {});
    },
  });
  await producer.ask(ask);
  await eventually('taken', () => signal !== undefined);
  await producer.cancel(ask.id, 'no_worker');
  await toldOf(ask.id);
  expect([codeOf(ask.id), signal?.aborted]).toEqual(['no_worker', true]);
});

test('of two runs of one ask, the end of the first leaves the second within reach of a cancellation', async () => {
  const connection = connect(redis.url, { role: 'worker' });
  const asks = new Queue(ASK_QUEUE, { connection });
  const ask = anAsk();
  const runs: { readonly signal: AbortSignal; end(): void }[] = [];
  let ended = 0;
  consume(
    {
      handle: ({ id }, { signal }) =>
        new Promise((done) => runs.push({ signal, end: () => done({ answer: anAnswer(id) }) })),
      onOutcome: () => (ended += 1),
    },
    2,
  );
  // As after a stall: the job is taken anew while the first run goes on.
  for (const jobId of ['first', 'second']) await asks.add('ask', ask, { jobId });
  await eventually('both run', () => runs.length === 2);
  runs[0]?.end();
  await eventually('the first ended', () => ended === 1);
  await producer.cancel(ask.id);
  await eventually('the second ended', () => ended === 2);
  expect(runs[1]?.signal.aborted).toBe(true);
  await asks.close();
  await disconnect(connection);
});

test('a job that cannot be read fails for good, and whoever can be told is told', async () => {
  const connection = connect(redis.url, { role: 'worker' });
  const asks = new Queue(ASK_QUEUE, { connection });
  const ask = anAsk();
  const { surface } = ask;
  await asks.add('ask', { id: ask.id, surface, task: 'dance' }, { jobId: 'readable', attempts: 3 });
  await asks.add('ask', 'nonsense', { jobId: 'unreadable', attempts: 3 });
  let handled = false;
  consume({
    handle: async ({ id }) => {
      handled = true;
      return { answer: anAnswer(id) };
    },
  });
  await toldOf(ask.id);
  await eventually('both failed', async () => (await asks.getFailedCount()) === 2);
  expect([codeOf(ask.id), handled, told.length]).toEqual(['bad_request', false, 1]);
  await asks.close();
  await disconnect(connection);
});

test('closing lets what is in hand end', async () => {
  const ask = anAsk();
  let started = false;
  const consumer = consume({
    handle: async ({ id }) => {
      started = true;
      await new Promise((done) => setTimeout(done, 300));
      return { answer: anAnswer(id) };
    },
  });
  await producer.ask(ask);
  await eventually('started', () => started);
  await consumer.close();
  await toldOf(ask.id);
  expect(codeOf(ask.id)).toBe('ok');
});

test('closing gives back what does not end in time, and another worker answers it', async () => {
  const ask = anAsk();
  let started = false;
  const consumer = consume({
    drainMs: 100,
    handle: () => {
      started = true;
      return new Promise(() => {});
    },
  });
  await producer.ask(ask);
  await eventually('started', () => started);
  await consumer.close();
  expect(await producer.position(ask.id)).toBe(1);
  consume({ handle: async ({ id }) => ({ answer: anAnswer(id) }) });
  await toldOf(ask.id);
  expect(codeOf(ask.id)).toBe('ok');
});

test('an answer that Redis refuses for a while is delivered later: the same answer, of one run', async () => {
  const admin = connect(redis.url, { role: 'worker' });
  // Whoever adds to this queue fails until it is mended.
  await admin.set('bull:answer-cli:id', 'no number');
  const ask = anAsk({ surface: 'cli' });
  let runs = 0;
  const ended: string[] = [];
  consume({
    handle: async ({ id }) => {
      runs += 1;
      return { answer: anAnswer(id) };
    },
    onOutcome: (_, outcome) => ended.push(outcome.ok ? 'ok' : outcome.code),
  });
  await producer.ask(ask);
  await eventually('answered', () => runs > 0);
  // Long enough for three attempts of the ask itself.
  await new Promise((done) => setTimeout(done, 2_000));
  expect(ended).toEqual([]);
  await admin.del('bull:answer-cli:id');
  await disconnect(admin);
  const onAnswer = async (job: AnswerJob) => void told.push(job);
  open.push(consumeAnswers({ url: redis.url, surface: 'cli', onAnswer, log: quietLog }));
  await toldOf(ask.id);
  expect([codeOf(ask.id), runs, ended]).toEqual(['ok', 1, ['ok']]);
});

test('an ask refused because Redis was silent is not answered when it wakes', async () => {
  const handled: string[] = [];
  consume({
    handle: async ({ id }) => {
      handled.push(id);
      return { answer: anAnswer(id) };
    },
  });
  const refused = anAsk();
  const slow = await slowRedis(new URL(redis.url).pathname, refused.id);
  const other = createProducer({ url: slow.url });
  await expect(other.ask(refused)).rejects.toMatchObject({ code: 'redis_unavailable' });
  expect(slow.holding(), 'it was on its way into the queue').toBe(true);
  slow.release();
  const admin = connect(redis.url, { role: 'worker' });
  await eventually(
    'it went through the queue',
    async () => (await admin.hget(`bull:ask:ask-${refused.id}`, 'finishedOn')) !== null,
  );
  await disconnect(admin);
  // Long enough for an answer to show.
  await new Promise((done) => setTimeout(done, 300));
  expect([handled, told]).toEqual([[], []]);
  await other.close();
  slow.close();
});

test('workers are counted while they are connected', async () => {
  expect(await producer.workers()).toBe(0);
  const consumer = consume({ handle: async ({ id }) => ({ answer: anAnswer(id) }) });
  await consumer.ready;
  await eventually('one worker', async () => (await producer.workers()) === 1);
  await consumer.close();
  await eventually('no worker', async () => (await producer.workers()) === 0);
});
