import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createRedisBlobStore } from '#images/blob-store-redis.ts';
import { connect, disconnect } from '#queue/connection.ts';
import { blobStoreContract } from '#test/blob-store-contract.ts';
import { type TestRedis, testRedis } from '#test/redis.ts';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await testRedis();
  redis = connect(server.url, { role: 'worker' });
});
afterAll(async () => {
  await disconnect(redis);
  await server.close();
});

describe('the blob store in Redis', () => {
  blobStoreContract(async (limits) => {
    await redis.flushall();
    return { store: createRedisBlobStore(redis, limits), pass: (seconds) => sleep(seconds * 1000) };
  });

  it('leaves nothing behind of what it dropped', async () => {
    await redis.flushall();
    const store = createRedisBlobStore(redis, { ttlSeconds: 60, count: 1, bytes: 100 });
    for (const text of ['a', 'bb', 'ccc']) await store.put({ sha256: text.padEnd(64, '0'), bytes: Buffer.from(text) });
    expect(await redis.keys('*')).toHaveLength(3);
    expect(await redis.hvals('sightline:blobs:size')).toEqual(['3']);
  });

  it('goes by the clock of Redis, whatever those of its writers say', async () => {
    await redis.flushall();
    const store = createRedisBlobStore(redis, { ttlSeconds: 60, count: 1, bytes: 100 });
    const put = (text: string) => store.put({ sha256: text.padEnd(64, '0'), bytes: Buffer.from(text) });
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
    await put('a');
    clock.mockRestore();
    for (const text of ['bb', 'ccc']) await put(text);
    expect(await redis.hkeys('sightline:blobs:size')).toEqual(['ccc'.padEnd(64, '0')]);
  });

  it('keeps to its bounds also where Redis was set back, and drops another than the newest', async () => {
    await redis.flushall();
    const store = createRedisBlobStore(redis, { ttlSeconds: 60, count: 1, bytes: 100 });
    const put = (text: string) => store.put({ sha256: text.padEnd(64, '0'), bytes: Buffer.from(text) });
    await put('a');
    await redis.zadd('sightline:blobs:time', Date.now() + 3_600_000, 'a'.padEnd(64, '0'));
    await put('bb');
    expect(await redis.hkeys('sightline:blobs:size')).toEqual(['bb'.padEnd(64, '0')]);
  });

  it('says that Redis does not answer', async () => {
    const gone = connect('redis://127.0.0.1:1', { role: 'producer' });
    const store = createRedisBlobStore(gone);
    await expect(store.get('0'.repeat(64))).rejects.toMatchObject({ code: 'redis_unavailable' });
    await disconnect(gone);
  });
});
