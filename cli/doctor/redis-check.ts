/** Which Redis the queue would use, looked for in the order in which it is opened. Nothing is started or fetched. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Config } from '#core/config.ts';
import { SightlineError } from '#core/errors.ts';
import { type Check, good, problem, problemOf } from './check.ts';

const run = promisify(execFile);

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
  const [{ findRunningRedis }, { findFetched }, { redisPlace }] = await Promise.all([
    import('#queue/redis-server.ts'),
    import('#queue/redis-packages.ts'),
    import('#queue/redis-place.ts'),
  ]);
  const running = await findRunningRedis(dataDir);
  if (running !== undefined) return good('redis', `private, running, ${running}`);
  for (const server of ['redis-server', 'valkey-server']) {
    const version = await versionOf(server);
    if (version !== undefined)
      return good('redis', `${server} ${version} of this machine, started with "sightline start"`);
  }
  const fetched = await findFetched((await redisPlace(dataDir)).packages);
  if (fetched) return good('redis', `the distribution's package in ${dataDir}, started with "sightline start"`);
  if ((await versionOf('apt-get')) !== undefined) {
    return good('redis', 'none yet: "sightline start" fetches the distribution\'s package into the data folder');
  }
  throw new SightlineError('redis_missing', {
    detail: 'no redis-server or valkey-server on PATH, REDIS_URL is not set',
  });
}

/** Undefined when there is no such program. */
async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, ['--version'], { timeout: 5_000 });
    return /\d+(\.\d+)+/.exec(stdout)?.[0] ?? 'of unknown version';
  } catch {
    return undefined;
  }
}
