import type { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { fleetKey } from '#queue/fleet-key.ts';

/** As Redis 6.2 has SET: with NX or with GET. */
function oldRedis() {
  const kept = new Map<string, string>();
  const set = async (key: string, value: string, ...options: string[]) => {
    if (options.includes('NX') && options.includes('GET')) throw new Error('ERR syntax error');
    if (options.includes('NX') && kept.has(key)) return null;
    kept.set(key, value);
    return 'OK';
  };
  return { status: 'ready', set, get: async (key: string) => kept.get(key) ?? null } as unknown as Redis;
}

it('is one key for all, also on the oldest Redis that will do', async () => {
  const redis = oldRedis();
  const [first, ...others] = await Promise.all([fleetKey(redis), fleetKey(redis), fleetKey(redis)]);
  expect(first).toMatch(/^[\w-]{43}$/);
  expect(new Set([first, ...others]).size).toBe(1);
});
