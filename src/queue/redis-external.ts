/** A Redis that is somebody else's: is it there, new enough, and does it keep what it is given? */
import { SightlineError } from '#core/errors.ts';
import { answered, connect, disconnect } from './connection.ts';
import { placeOf } from './redis-outage.ts';
import { isNewEnough, OLDEST_REDIS } from './redis-version.ts';

export interface ExternalRedis {
  /** Host and version, without user and password. */
  readonly description: string;
  readonly warnings: readonly string[];
}

/** @throws SightlineError `redis_unreachable`, `bad_configuration` */
export async function checkExternal(url: string): Promise<ExternalRedis> {
  const redis = connect(url, { role: 'producer' });
  let lastError: Error | undefined;
  redis.on('error', (error: Error) => {
    lastError = error;
  });
  const where = placeOf(url);
  try {
    const info = await answered(redis, () => redis.info('server'));
    const version = /^(?:valkey|redis)_version:(\S+)/m.exec(info)?.[1] ?? '';
    if (!isNewEnough(version)) {
      throw new SightlineError('bad_configuration', {
        detail: `REDIS_URL: ${where} runs Redis ${version}, expected ${OLDEST_REDIS} or newer`,
      });
    }
    return { description: `${where} (version ${version})`, warnings: await evictionWarning(redis) };
  } catch (error) {
    if (error instanceof SightlineError && error.code !== 'redis_unavailable') throw error;
    const reason = lastError?.message || 'no reply';
    throw new SightlineError('redis_unreachable', { detail: `${where} (${reason})` });
  } finally {
    await disconnect(redis);
  }
}

async function evictionWarning(redis: ReturnType<typeof connect>): Promise<readonly string[]> {
  // Hosted services often refuse CONFIG; INFO says it too.
  const memory = await redis.info('memory').catch(() => '');
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1];
  if (policy === undefined || policy === 'noeviction') return [];
  return [`Its maxmemory-policy is ${policy}: under pressure it drops questions. Set it to noeviction.`];
}
