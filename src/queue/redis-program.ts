/** Which Redis or Valkey a private child runs: this machine's own, else the distribution's package, fetched when need be. */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { SightlineError } from '#core/errors.ts';
import type { RedisProgram } from './redis-child.ts';
import { fetchRedis, findFetched } from './redis-packages.ts';

export interface FoundRedis extends RedisProgram {
  /** Whose it is, for people. */
  readonly origin: string;
}

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
  for (const name of ['redis-server', 'valkey-server']) {
    const program = await findOnPath(name, PATH);
    if (program) return { program, libraryPath: [], origin: `${program} of this machine` };
  }
  const origin = "the distribution's package in the data folder";
  const fetched = await findFetched(packages);
  if (fetched) return { ...fetched, origin };
  if (!(await findOnPath('apt-get', PATH))) {
    throw new SightlineError('redis_missing', {
      detail: 'no redis-server or valkey-server on PATH, REDIS_URL is not set',
    });
  }
  try {
    return { ...(await fetchRedis(packages, tell, signal)), origin };
  } catch (cause) {
    signal?.throwIfAborted();
    const detail = "none on PATH, REDIS_URL is not set, and this system's package source gave none";
    throw new SightlineError('redis_missing', { detail, cause });
  }
}

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
