/**
 * Somewhere to put the queue, in the order of DESIGN §3.8: REDIS_URL; a Redis or Valkey of this machine as a private child;
 * the distribution's packages, fetched into the data folder, as a private child; else words that help.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SightlineError } from '#core/errors.ts';
import { unixUrl } from './connection.ts';
import { startRedis } from './redis-child.ts';
import { checkExternal } from './redis-external.ts';
import { isLive, type RedisPlace, redisPlace, takeLock } from './redis-place.ts';
import { findRedisProgram } from './redis-program.ts';

export interface RedisHandle {
  readonly url: string;
  /** Whose it is and where, for people. */
  readonly description: string;
  readonly warnings: readonly string[];
  /** Ends it when it is ours. */
  close(): Promise<void>;
}

interface OpenOptions {
  readonly redisUrl: string | undefined;
  readonly dataDir: string;
  /** Told when a private Redis died by itself, and when it is back. */
  readonly onChange?: (change: string) => void;
  /** Told what takes a while, in words. */
  readonly tell?: (step: string) => void;
  readonly environment?: NodeJS.ProcessEnv;
  /** Gives the opening up, whatever it waits for. */
  readonly signal?: AbortSignal | undefined;
}

/** How long another process may take to bring up, or to end, the Redis of the same data folder. */
const OTHER_MS = 10_000;
/** How soon it is noticed that the other process is gone. */
const TAKE_OVER_MS = 250;

/** @throws SightlineError `redis_missing`, `redis_failed`, `redis_unreachable`, `bad_configuration`; the signal's reason */
export async function openRedis(options: OpenOptions): Promise<RedisHandle> {
  const { redisUrl, dataDir, onChange, tell = () => {}, environment = process.env, signal } = options;
  if (redisUrl !== undefined) {
    const { description, warnings } = await checkExternal(redisUrl);
    return { url: redisUrl, description: `yours, ${description}`, warnings, close: async () => {} };
  }
  const place = await redisPlace(dataDir);
  const own = { onChange, tell, environment, signal };
  return (await owned(place, own)) ?? borrowed(place, own);
}

/** The private Redis that runs in this data folder now, if one does. */
export async function findRunningRedis(dataDir: string): Promise<string | undefined> {
  const { socket } = await redisPlace(dataDir);
  return (await isLive(socket)) ? unixUrl(socket) : undefined;
}

/**
 * The Redis of a process that has none of its own: REDIS_URL, or that of an `npm start` on this machine.
 * @throws SightlineError `redis_missing`
 */
export async function redisToJoin({ redisUrl, dataDir }: Pick<OpenOptions, 'redisUrl' | 'dataDir'>): Promise<string> {
  const url = redisUrl ?? (await findRunningRedis(dataDir));
  if (url !== undefined) return url;
  throw new SightlineError('redis_missing', {
    detail: 'REDIS_URL is not set, and no "npm start" runs on this machine whose Redis could be joined',
  });
}

interface OwnOptions {
  readonly onChange: ((change: string) => void) | undefined;
  readonly tell: (step: string) => void;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
}

/** A private Redis of ours, or undefined when another process holds the lock of this data folder. */
async function owned(place: RedisPlace, options: OwnOptions): Promise<RedisHandle | undefined> {
  const lock = await takeLock(place.lock);
  if (!lock) return undefined;
  try {
    const found = await findRedisProgram(place.packages, options.environment, options.tell, options.signal);
    // Left by a process that was killed: its watchdog is ending it. Two on the same files would destroy them.
    const held = 'another Redis holds its socket and does not end';
    await until(async () => !(await isLive(place.socket)), held, options.signal);
    const child = await startRedis({ redis: found, place, onChange: options.onChange });
    return {
      url: unixUrl(place.socket),
      description: `private, ${found.origin}, socket ${place.socket}`,
      warnings: [],
      async close() {
        await child.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Another process holds the lock: its Redis is as good. When that process ends, we bring up the next at the same place. */
async function borrowed(place: RedisPlace, options: OwnOptions): Promise<RedisHandle> {
  const otherwise = 'another Sightline is starting in the same data folder and does not get ready';
  await until(() => isLive(place.socket), otherwise, options.signal);
  const closing = new AbortController();
  let successor: RedisHandle | undefined;
  const takeOver = async () => {
    while (!closing.signal.aborted && successor === undefined) {
      await sleep(TAKE_OVER_MS, undefined, { signal: closing.signal }).catch(() => {});
      if (closing.signal.aborted) return;
      successor = await owned(place, options).catch((error: Error) => {
        options.onChange?.(`${error.message}; it is started again`);
        return undefined;
      });
    }
  };
  const watching = takeOver();
  return {
    url: unixUrl(place.socket),
    description: `private, of another Sightline that runs in the same data folder, socket ${place.socket}`,
    warnings: [],
    async close() {
      closing.abort();
      await watching;
      await successor?.close();
    },
  };
}

async function until(condition: () => Promise<boolean>, otherwise: string, signal?: AbortSignal): Promise<void> {
  const end = Date.now() + OTHER_MS;
  while (!(await condition())) {
    signal?.throwIfAborted();
    if (Date.now() > end) throw new SightlineError('redis_failed', { detail: otherwise });
    await sleep(20);
  }
}
