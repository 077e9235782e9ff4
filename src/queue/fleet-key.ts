/**
 * A secret that all processes on one Redis share, made by the first that asks: what one of them signs the others can check.
 * Whoever can read it can read every job as well.
 * @throws SightlineError `redis_unavailable`
 */
import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { answered } from './connection.ts';

const KEY = 'sightline:fleet-key';

export function fleetKey(redis: Redis): Promise<string> {
  const fresh = randomBytes(32).toString('base64url');
  // The old one where there is one; null when ours is taken.
  return answered(redis, async () => (await redis.set(KEY, fresh, 'NX', 'GET')) ?? fresh);
}
