import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisBlobStore } from '#images/blob-store-redis.ts';
import { connect, disconnect } from '#queue/connection.ts';
import { openRedis, type RedisHandle } from '#queue/redis-server.ts';
import { blobStoreContract } from '#test/blob-store-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-blobs-'));
let server: RedisHandle;
let redis: Redis;
beforeAll(async () => {
  server = await openRedis({ redisUrl: undefined, dataDir: folder });
  redis = connect(server.url, { role: 'worker' });
});
afterAll(async () => {
  await disconnect(redis);
  await server.close();
  rmSync(folder, { recursive: true, force: true });
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

  it('says that Redis does not answer', async () => {
    const gone = connect('redis://127.0.0.1:1', { role: 'producer' });
    const store = createRedisBlobStore(gone);
    await expect(store.get('0'.repeat(64))).rejects.toMatchObject({ code: 'redis_unavailable' });
    await disconnect(gone);
  });
});
