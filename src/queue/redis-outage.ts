/**
 * What a log says of a Redis that is away: its sentence once, now and then that it is still waited for, and that it is back.
 * Never one line per attempt: there is one every second, of each connection.
 */
import type { Redis } from 'ioredis';
import { sentenceFor } from '#core/errors.ts';
import type { QueueLog } from './queue-log.ts';

/** Often enough for who looks in meanwhile. */
const SAY_AGAIN_MS = 60_000;

export function logOutages(redis: Redis, url: string, log: QueueLog): void {
  // A parent that started us says it too, once for all of us.
  const level = process.channel ? 'info' : 'warn';
  let away: { readonly since: number; saidAt: number } | undefined;
  redis.on('error', (error: Error) => {
    const now = Date.now();
    if (away === undefined) {
      away = { since: now, saidAt: now };
      log[level]({}, sentenceFor('redis_unreachable', `${placeOf(url)} (${error.message})`));
    } else if (now - away.saidAt >= SAY_AGAIN_MS) {
      away.saidAt = now;
      log[level]({ awaySeconds: Math.round((now - away.since) / 1_000) }, 'still waiting for Redis');
    }
  });
  redis.on('ready', () => {
    if (away !== undefined) log.info({ awaySeconds: Math.round((Date.now() - away.since) / 1_000) }, 'Redis is back');
    away = undefined;
  });
}

/** Whether this is the way to Redis failing, which the log has from `logOutages`; BullMQ repeats it per queue and attempt. */
export const isOutage = (error: Error): boolean => 'syscall' in error || /Connection is closed/.test(error.message);

/** Where a Redis is, for people: without user and password. */
export function placeOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return protocol === 'unix:' ? decodeURIComponent(pathname) : host;
}
