/** What dies and comes back: a worker in the middle of an ask, Redis under everybody. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { consumeAnswers } from '#queue/answer-consumer.ts';
import { consumeAsks } from '#queue/ask-consumer.ts';
import { connect, disconnect } from '#queue/connection.ts';
import { type AnswerJob, STALLS } from '#queue/jobs.ts';
import { createOutcomeStore } from '#queue/outcome-store.ts';
import { createProducer } from '#queue/producer.ts';
import { anAnswer, anAsk, quietLog } from '#test/asks.ts';
import { eventually, type TestRedis, testRedis } from '#test/redis.ts';

const HANGING_WORKER = fileURLToPath(new URL('./fixtures/hanging-worker.ts', import.meta.url));

let redis: TestRedis;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  redis = await testRedis();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((part) => part.close()));
});
afterAll(() => redis.close());

const opened = <T extends { close(): Promise<void> }>(part: T): T => {
  open.push(part);
  return part;
};
const collectAnswers = (): AnswerJob[] => {
  const told: AnswerJob[] = [];
  const onAnswer = async (job: AnswerJob) => void told.push(job);
  opened(consumeAnswers({ url: redis.url, surface: 'web', onAnswer, log: quietLog }));
  return told;
};
const serverPid = async (): Promise<number> => {
  const admin = connect(redis.url, { role: 'worker' });
  const pid = Number(/process_id:(\d+)/.exec(await admin.info('server'))?.[1]);
  await disconnect(admin);
  return pid;
};

test('a worker killed in the middle of an ask: another answers it, once', async () => {
  const told = collectAnswers();
  const producer = opened(createProducer({ url: redis.url }));
  const ask = anAsk();
  const doomed = fork(HANGING_WORKER, [redis.url]);
  const taken = new Promise((done) => doomed.once('message', done));
  await producer.ask(ask);
  await taken;
  doomed.kill('SIGKILL');
  const killedAt = performance.now();
  let runs = 0;
  opened(
    consumeAsks({
      url: redis.url,
      concurrency: 4,
      log: quietLog,
      handle: async ({ id }) => {
        runs += 1;
        return { answer: anAnswer(id) };
      },
    }),
  );
  await eventually('the answer', () => told.length > 0, STALLS.lockDuration + STALLS.stalledInterval + 1_000);
  console.log(`answered ${Math.round(performance.now() - killedAt)} ms after the kill`);
  // Long enough for a second answer to show.
  await new Promise((done) => setTimeout(done, 500));
  expect([told.length, runs, told[0]?.outcome.ok]).toEqual([1, 1, true]);
});

test('a frozen worker does not count as one, although its connection stays open', async () => {
  const producer = opened(createProducer({ url: redis.url }));
  const worker = fork(HANGING_WORKER, [redis.url]);
  const counted = (count: number) =>
    eventually(`${count} workers`, async () => (await producer.workers()) === count, 15_000);
  await counted(1);
  worker.kill('SIGSTOP');
  await counted(0);
  worker.kill('SIGCONT');
  await counted(1);
  worker.kill('SIGKILL');
  await counted(0);
});

test('Redis killed: an asker is told within 5 s, everything goes on when it is back', async () => {
  const told = collectAnswers();
  const producer = opened(createProducer({ url: redis.url }));
  const outcomes = opened(createOutcomeStore({ url: redis.url }));
  opened(
    consumeAsks({
      url: redis.url,
      concurrency: 4,
      log: quietLog,
      handle: async ({ id }) => ({ answer: anAnswer(id) }),
    }),
  );
  const before = anAsk();
  await producer.ask(before);
  await eventually('an answer before', () => told.length === 1);

  const pid = await serverPid();
  // Stopped, it keeps its connections and says nothing: the worst of all ways to be gone.
  process.kill(pid, 'SIGSTOP');
  const askedAt = performance.now();
  await Promise.all([
    expect(producer.ask(anAsk())).rejects.toMatchObject({ code: 'redis_unavailable' }),
    expect(outcomes.get('12345678')).rejects.toMatchObject({ code: 'redis_unavailable' }),
  ]);
  expect(performance.now() - askedAt).toBeLessThan(5_000);

  process.kill(pid, 'SIGKILL');
  const after = anAsk();
  const killedAt = performance.now();
  await eventually('an ask is accepted', () =>
    producer.ask(after).then(
      () => true,
      () => false,
    ),
  );
  await eventually('its answer', () => told.some(({ requestId }) => requestId === after.id));
  console.log(`answered ${Math.round(performance.now() - killedAt)} ms after Redis was killed`);
  expect(await serverPid()).not.toBe(pid);
});

test('an outcome that came while Redis was away is heard when it is back', async () => {
  const outcomes = opened(createOutcomeStore({ url: redis.url }));
  const heard: unknown[] = [];
  outcomes.listen('waiting1', (outcome) => heard.push(outcome));
  await outcomes.put('standing', { ok: false, code: 'cancelled' });
  process.kill(await serverPid(), 'SIGKILL');
  const writer = connect(redis.url, { role: 'worker' });
  await eventually('Redis is back', () =>
    writer.ping().then(
      () => true,
      () => false,
    ),
  );
  // Past the channel, as if it had been published while nobody could hear.
  await writer.set('sightline:outcome:waiting1', JSON.stringify({ ok: false, code: 'deadline_passed' }));
  await disconnect(writer);
  if (heard.length === 0) process.kill(await serverPid(), 'SIGKILL');
  await eventually('the outcome', () => heard.length === 1);
});

test('consumers and producers end within their bound although Redis is gone', async () => {
  const lone = await testRedis();
  const consumer = consumeAsks({
    url: lone.url,
    concurrency: 2,
    log: quietLog,
    drainMs: 500,
    handle: () => new Promise(() => {}),
  });
  await consumer.ready;
  const producer = createProducer({ url: lone.url });
  const answers = consumeAnswers({ url: lone.url, surface: 'web', onAnswer: async () => {}, log: quietLog });
  const outcomes = createOutcomeStore({ url: lone.url });
  await producer.ask(anAsk());
  await eventually('taken', async () => (await producer.waiting()) === 0);
  await lone.close();
  const closedAt = performance.now();
  await Promise.all([consumer, producer, answers, outcomes].map((part) => part.close()));
  expect(performance.now() - closedAt).toBeLessThan(5_000);
});
