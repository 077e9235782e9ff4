/**
 * A secret that all processes on one Redis share, made by the first that asks: what one of them signs the others can check.
 * Whoever can read it can read every job as well.
 * @throws SightlineError `redis_unavailable`
 */
import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { SightlineError } from '#core/errors.ts';
import { answered } from './connection.ts';

const KEY = 'sightline:fleet-key';

export function fleetKey(redis: Redis): Promise<string> {
  const fresh = randomBytes(32).toString('base64url');
  return answered(redis, async () => {
    // Two steps: NX and GET in one need Redis 7.
    if ((await redis.set(KEY, fresh, 'NX')) === 'OK') return fresh;
    const standing = await redis.get(KEY);
    if (standing === null) throw new SightlineError('redis_unavailable', { detail: 'it lost the key of the fleet' });
    return standing;
  });
}
