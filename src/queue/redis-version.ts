/** Which Redis or Valkey is new enough, by what it says of itself. */
import { watchedRun } from './watched-run.ts';

/** LMOVE, GETEX and LPOS; BullMQ asks for the same. */
export const OLDEST_REDIS = '6.2';

const SAY_MS = 30_000;

export interface RedisProgram {
  readonly program: string;
  /** Folders of shared libraries that the machine lacks. */
  readonly libraryPath: readonly string[];
}

/** @throws Error when it does not run, is too old or does not say */
export async function checkedVersion({ program, libraryPath }: RedisProgram): Promise<string> {
  const environment = withLibraries(libraryPath);
  const said = await watchedRun(program, ['--version'], { environment, timeoutMs: SAY_MS });
  const version = /v=(\d+(?:\.\d+)+)/.exec(said)?.[1];
  if (version === undefined || !isNewEnough(version)) {
    throw new Error(`${program} is of version ${version ?? 'unknown'}, expected ${OLDEST_REDIS} or newer`);
  }
  return version;
}

export const withLibraries = (folders: readonly string[]): NodeJS.ProcessEnv =>
  folders.length === 0 ? process.env : { ...process.env, LD_LIBRARY_PATH: folders.join(':') };

export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_REDIS.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
