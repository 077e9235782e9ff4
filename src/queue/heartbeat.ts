/**
 * Which workers really run: each says so every two seconds in `sightline:workers`, by Redis' own clock. A connection alone
 * says little: that of a worker that is frozen (stopped, swapped out, stuck) stays open.
 */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

const WORKERS = 'sightline:workers';
const BEAT_MS = 2_000;
/** Three beats missed. */
const FROZEN_MS = 6_000;

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;
/** KEYS: the sorted set. ARGV: worker, frozen after ms. */
const BEAT = `${NOW}
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
`;
/** KEYS: the sorted set. ARGV: frozen after ms. */
const COUNT = `${NOW}
return redis.call('ZCOUNT', KEYS[1], now - ARGV[1], '+inf')
`;

export interface Heartbeat {
  readonly first: Promise<void>;
  stop(): void;
}

export function startHeartbeat(redis: Redis): Heartbeat {
  const worker = randomUUID();
  // Lost with the connection: the next one counts.
  const beat = () =>
    redis.eval(BEAT, 1, WORKERS, worker, FROZEN_MS).then(
      () => {},
      () => {},
    );
  const timer = setInterval(() => {
    // Not one more to wait for a Redis that is away.
    if (redis.status === 'ready') void beat();
  }, BEAT_MS);
  return {
    first: beat(),
    stop() {
      clearInterval(timer);
      if (redis.status === 'ready') redis.zrem(WORKERS, worker).catch(() => {});
    },
  };
}

export const countBeating = async (redis: Redis): Promise<number> =>
  Number(await redis.eval(COUNT, 1, WORKERS, FROZEN_MS));
