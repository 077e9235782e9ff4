/** Workers that say what they run, over a real Redis. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, disconnect } from '#queue/connection.ts';
import { announceWorker, presentWorkers, type ServedModel } from '#queue/presence.ts';
import { type TestRedis, testRedis } from '#test/redis.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await testRedis();
});
afterAll(() => redis.close());

const served = (id: string, warning?: string): ServedModel => ({
  id,
  revision: '1',
  description: '',
  license: 'mit',
  limits: [],
  measured: [],
  device: { name: 'cpu', dtype: 'q8', threads: 1, runtime: 'test', ...(warning !== undefined && { warning }) },
});

test('a worker is there from its word to its end, and a damaged word is nobody', async () => {
  const connection = connect(redis.url, { role: 'worker' });
  expect(await presentWorkers(connection)).toEqual([]);
  const one = await announceWorker(connection, [served('a/b'), served('c/d')]);
  const other = await announceWorker(connection, [served('a/b')]);
  expect((await presentWorkers(connection)).map((models) => models.length).sort()).toEqual([1, 2]);
  await one.close();
  expect(await presentWorkers(connection)).toEqual([[served('a/b')]]);
  await connection.sadd('sightline:serving', 'dead', 'odd');
  await connection.set('sightline:serving:odd', '{"id":1}');
  expect(await presentWorkers(connection)).toEqual([[served('a/b')]]);
  expect(await connection.sismember('sightline:serving', 'dead')).toBe(0);
  await other.close();
  await disconnect(connection);
});
