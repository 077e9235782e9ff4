/** Progress and outcomes over a real Redis. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Progress } from '#core/answer.ts';
import { connect, disconnect } from '#queue/connection.ts';
import { createOutcomeStore } from '#queue/outcome-store.ts';
import { publishProgress, subscribeProgress } from '#queue/progress.ts';
import { anAnswer } from '#test/asks.ts';
import { eventually, type TestRedis, testRedis } from '#test/redis.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await testRedis();
});
afterAll(() => redis.close());

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

test('progress reaches its own listeners, stages at once and partial text at most 20 times a second', async () => {
  const publisher = connect(redis.url, { role: 'worker' });
  const feed = subscribeProgress(redis.url);
  const mine: Progress[] = [];
  const others: Progress[] = [];
  const stop = feed.listen('request-1', (progress) => mine.push(progress));
  feed.listen('request-2', (progress) => others.push(progress));
  await eventually(
    'subscribed',
    async () => (await publisher.pubsub('NUMSUB', 'sightline:progress:request-2'))[1] === 1,
  );

  const progress = publishProgress(publisher, 'request-1');
  progress.tell({ stage: 'encoding' });
  for (let word = 1; word <= 100; word += 1) {
    progress.tell({ stage: 'answering', text: `${word}` });
    await pause(4);
  }
  await eventually('the last text', () => mine.at(-1)?.stage === 'answering' && mine.length > 4);
  await pause(100);
  expect(mine[0]).toEqual({ stage: 'encoding' });
  expect(mine.at(-1)).toEqual({ stage: 'answering', text: '100' });
  expect(mine.length).toBeLessThan(20);
  expect(others).toEqual([]);

  await publisher.publish('sightline:progress:request-2', 'nonsense');
  await publisher.publish('sightline:progress:request-2', '{"stage":"dancing"}');
  stop();
  progress.tell({ stage: 'encoding' });
  publishProgress(publisher, 'request-2').tell({ stage: 'queued', position: 3 });
  await eventually('progress of the other', () => others.length > 0);
  expect(others).toEqual([{ stage: 'queued', position: 3 }]);
  expect(mine.at(-1)).toEqual({ stage: 'answering', text: '100' });
  await feed.close();
  await disconnect(publisher);
});

test('nothing is told after the stop', async () => {
  const publisher = connect(redis.url, { role: 'worker' });
  const feed = subscribeProgress(redis.url);
  const heard: Progress[] = [];
  feed.listen('request-3', (progress) => heard.push(progress));
  await eventually(
    'subscribed',
    async () => (await publisher.pubsub('NUMSUB', 'sightline:progress:request-3'))[1] === 1,
  );
  const progress = publishProgress(publisher, 'request-3');
  progress.tell({ stage: 'answering', text: 'a' });
  progress.tell({ stage: 'answering', text: 'a cat' });
  progress.stop();
  await pause(150);
  expect(heard).toEqual([{ stage: 'answering', text: 'a' }]);
  await feed.close();
  await disconnect(publisher);
});

test('the first outcome of an ask stands, is kept, and is heard once by early and late listeners', async () => {
  const counted: unknown[] = [];
  const onStands = (outcome: unknown) => counted.push(outcome);
  const here = createOutcomeStore({ url: redis.url, onStands });
  const there = createOutcomeStore({ url: redis.url, onStands });
  const early: unknown[] = [];
  const late: unknown[] = [];
  const stopped: unknown[] = [];
  there.listen('request-4', (outcome) => early.push(outcome));
  there.listen('request-4', (outcome) => stopped.push(outcome))();
  expect(await here.get('request-4')).toBeUndefined();
  const first = { ok: true, answer: anAnswer('request-4') } as const;
  expect(await here.put('request-4', first)).toEqual(first);
  expect(await there.put('request-4', { ok: false, code: 'no_worker' })).toEqual(first);
  expect(await there.put('request-4', first)).toEqual(first);
  expect(counted).toEqual([first]);
  there.listen('request-4', (outcome) => late.push(outcome));
  await eventually('both heard', () => early.length === 1 && late.length === 1);
  await pause(50);
  expect([early, late, stopped]).toEqual([[first], [first], []]);
  expect(await there.get('request-4')).toEqual(first);
  await Promise.all([here.close(), there.close()]);
});

test('a look that failed is tried again until the outcome is heard, without a reconnect to remind of it', async () => {
  const outcomes = createOutcomeStore({ url: redis.url });
  const writer = connect(redis.url, { role: 'worker' });
  // A key of another kind: reading it fails.
  await writer.hset('sightline:outcome:request-5', 'not', 'yet');
  const heard: unknown[] = [];
  outcomes.listen('request-5', (outcome) => heard.push(outcome));
  await pause(500);
  expect(heard).toEqual([]);
  // Past the channel, as if it had been published while nobody could hear.
  const outcome = { ok: false, code: 'deadline_passed' } as const;
  await writer
    .multi()
    .del('sightline:outcome:request-5')
    .set('sightline:outcome:request-5', JSON.stringify(outcome))
    .exec();
  await eventually('the outcome', () => heard.length > 0);
  expect(heard).toEqual([outcome]);
  await outcomes.close();
  await disconnect(writer);
});
