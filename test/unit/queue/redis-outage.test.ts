import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isOutage, logOutages } from '#queue/redis-outage.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('says once that Redis is away, now and then that it is waited for, and that it is back', () => {
  const redis = new EventEmitter();
  const said: string[] = [];
  const write = (_: object, message: string) => void said.push(message);
  logOutages(redis as Redis, 'redis://me:hush@127.0.0.1:1', { info: write, warn: write, error: write });
  const away = (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      redis.emit('error', new Error('connect ECONNREFUSED 127.0.0.1:1'));
      vi.advanceTimersByTime(1_000);
    }
  };
  redis.emit('ready');
  expect(said).toEqual([]);
  away(150);
  redis.emit('ready');
  const sentence = expect.stringMatching(/^No Redis answers at 127\.0\.0\.1:1 \(connect ECONNREFUSED/);
  const first = [sentence, 'still waiting for Redis', 'still waiting for Redis', 'Redis is back'];
  expect(said).toEqual(first);
  away(2);
  expect(said).toEqual([...first, sentence]);
});

it.each([
  [Object.assign(new Error('connect ENOENT /run/redis.sock'), { syscall: 'connect' }), true],
  [new Error('Connection is closed.'), true],
  [new Error("OOM command not allowed when used memory > 'maxmemory'."), false],
])('%s: an outage, %s', (error, outage) => {
  expect(isOutage(error)).toBe(outage);
});
