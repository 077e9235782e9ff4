/** Which Redis the queue would use, looked for in the order in which it is opened. Nothing is started or fetched. */
import type { Config } from '#core/config.ts';
import { SightlineError } from '#core/errors.ts';
import { type Check, good, problem, problemOf } from './check.ts';

export async function checkRedis({ redisUrl, dataDir }: Pick<Config, 'redisUrl' | 'dataDir'>): Promise<Check> {
  try {
    return redisUrl === undefined ? await privateRedis(dataDir) : await externalRedis(redisUrl);
  } catch (error) {
    return problemOf('redis', error);
  }
}

async function externalRedis(url: string): Promise<Check> {
  const { checkExternal } = await import('#queue/redis-external.ts');
  const { description, warnings } = await checkExternal(url);
  const [warning] = warnings;
  return warning === undefined
    ? good('redis', `yours, ${description}`)
    : problem('redis', `yours, ${description}`, warning);
}

async function privateRedis(dataDir: string): Promise<Check> {
  const [{ findRunningRedis }, { canFetchRedis, findPresentRedis }, { redisPlace }, { OLDEST_REDIS }] =
    await Promise.all([
      import('#queue/redis-server.ts'),
      import('#queue/redis-program.ts'),
      import('#queue/redis-place.ts'),
      import('#queue/redis-version.ts'),
    ]);
  const running = await findRunningRedis(dataDir);
  if (running !== undefined) return good('redis', `private, running, ${running}`);
  const found = await findPresentRedis((await redisPlace(dataDir)).packages, process.env);
  if (found) return good('redis', `${found.origin}, started with "sightline start"`);
  if (await canFetchRedis(process.env)) {
    return good('redis', 'none yet: "sightline start" fetches the distribution\'s package into the data folder');
  }
  throw new SightlineError('redis_missing', {
    detail: `no redis-server or valkey-server of version ${OLDEST_REDIS} or newer on PATH, REDIS_URL is not set`,
  });
}
