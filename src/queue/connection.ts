/**
 * A connection to Redis by URL: redis://, rediss:// or unix:// (with `?db=` where wanted). It reconnects for ever; what
 * differs by role is whether a command waits for that. Errors go to `log`, never thrown as events.
 */
import type { Redis, RedisOptions } from 'ioredis';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import type { QueueLog } from './queue-log.ts';
import { RedisClient } from './redis-client.ts';
import { logOutages } from './redis-outage.ts';

/** A person waits behind a `producer`: it fails fast. A `worker` or `subscriber` has time and waits for Redis to return. */
export type Role = 'producer' | 'worker' | 'subscriber';

const ROLE_OPTIONS: Record<Role, RedisOptions> = {
  producer: { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: LIMITS.redisSilenceMs },
  // BullMQ asks for null: its blocking reads outlive any timeout.
  worker: { maxRetriesPerRequest: null },
  subscriber: { maxRetriesPerRequest: null },
};

/** Quick at first, as a restarted Redis is back within a second; never rarer than once a second. */
const retryDelayMs = (times: number): number => Math.min(50 * times, 1_000);

/** QUIT has been answered by then; without a peer ioredis waits this long for nothing. */
const FAREWELL_MS = 250;

interface ConnectOptions {
  readonly role: Role;
  /** Told that Redis is away; ioredis tries again by itself. One connection of a process has it. */
  readonly log?: QueueLog;
}

export function connect(url: string, { role, log }: ConnectOptions): Redis {
  const options: RedisOptions = {
    ...ROLE_OPTIONS[role],
    connectTimeout: LIMITS.redisSilenceMs,
    disconnectTimeout: FAREWELL_MS,
    retryStrategy: retryDelayMs,
    ...(url.startsWith('unix:') ? unixOptions(url) : {}),
  };
  const redis = url.startsWith('unix:') ? new RedisClient(options) : new RedisClient(url, options);
  redis.on('error', () => {});
  if (log) logOutages(redis, url, log);
  return redis;
}

function unixOptions(url: string): RedisOptions {
  const { pathname, searchParams } = new URL(url);
  const db = Number(searchParams.get('db') ?? 0);
  return { path: decodeURIComponent(pathname), db: Number.isInteger(db) ? db : 0 };
}

/** The URL of a socket path, whatever characters the path holds. */
export const unixUrl = (path: string): string => `unix://${path.split('/').map(encodeURIComponent).join('/')}`;

/**
 * Ends a connection. QUIT lets commands under way end; a Redis that is gone cannot answer it.
 */
export async function disconnect(redis: Redis): Promise<void> {
  if (redis.status === 'ready') await redis.quit().catch(() => {});
  redis.disconnect();
}

/**
 * Runs commands of a `producer`, waiting a short while for a connection that is just being made.
 * Whatever Redis or the network throws becomes `redis_unavailable`.
 * @param run told by its signal when its caller was refused: what it has not sent by then must not be sent
 * @throws SightlineError `redis_unavailable` within LIMITS.redisSilenceMs; what `run` throws as a SightlineError stays
 */
export async function answered<T>(redis: Redis, run: (refused: AbortSignal) => Promise<T>): Promise<T> {
  const refusal = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Redis was silent for ${LIMITS.redisSilenceMs} ms`)),
      LIMITS.redisSilenceMs,
    );
  });
  try {
    await Promise.race([ready(redis), silence]);
    return await Promise.race([run(refusal.signal), silence]);
  } catch (error) {
    refusal.abort(error);
    throw error instanceof SightlineError ? error : new SightlineError('redis_unavailable', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** One wait for everybody who waits for a connection: while Redis is away that is every ask, once a second. */
const waits = new WeakMap<Redis, Promise<void>>();

function ready(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  if (redis.status === 'end') return Promise.reject(new Error('The connection was closed'));
  const wait = waits.get(redis) ?? nextReady(redis);
  waits.set(redis, wait);
  return wait;
}

function nextReady(redis: Redis): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => {
      redis.off('ready', opened).off('end', closed);
      waits.delete(redis);
      done();
    };
    const opened = () => settle(resolve);
    const closed = () => settle(() => reject(new Error('The connection was closed')));
    redis.on('ready', opened).on('end', closed);
  });
}
