/**
 * Ends a BullMQ worker within a bound. By itself it waits for Redis for ever, be it only to say goodbye; cut off, its jobs
 * count as stalled and are taken by another worker later.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { disconnect } from './connection.ts';

/** Enough for a Redis that is just being started again. */
const GONE_MS = 2_000;

export async function closeWorker(worker: Worker, redis: Redis, withinMs: number): Promise<void> {
  const cut = setTimeout(() => redis.disconnect(), redis.status === 'ready' ? withinMs + GONE_MS : GONE_MS);
  await worker.close(!(await hasMetRedis(worker)));
  clearTimeout(cut);
  await disconnect(redis);
}

/** One that never did has nothing in hand, and its blocking connection, which `cut` does not reach, would be waited for. */
const hasMetRedis = (worker: Worker): Promise<boolean> =>
  Promise.race([
    worker.waitUntilReady().then(
      () => true,
      () => false,
    ),
    nextTurn(false),
  ]);
