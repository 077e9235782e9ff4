/**
 * `npm start`: Redis, a worker, the web room and, with a token, the Discord bot on this machine, each a process of its own, kept running and ended together.
 * Resolves when everything has ended.
 * @throws SightlineError of `openRedis`, and why the worker or the room cannot start
 */
import { fileURLToPath } from 'node:url';
import { type Config, readConfig, readSecret } from '#core/config.ts';
import { FEW_ARENAS } from '#ops/few-arenas.ts';
import { SMALL_HEAP } from '#ops/small-heap.ts';
import { onStopSignal } from '#ops/stop-signal.ts';
import { connect, disconnect } from '#queue/connection.ts';
import type { QueueLog } from '#queue/queue-log.ts';
import { openRedis } from '#queue/redis-server.ts';
import { type KeptChild, keepRunning } from './start-child.ts';
import { BotReady, WebReady, WorkerReady } from './start-messages.ts';
import { DISCORD_OFF, deviceWords, discordWords, modelWords, type StartWords, startWords } from './start-words.ts';

const main = (folder: string): string => fileURLToPath(new URL(`../${folder}/main.ts`, import.meta.url));

export async function start(): Promise<void> {
  const config = readConfig();
  const words = startWords(process.stdout);
  const { stopped, signal } = stopSignal();
  words.title('Sightline');

  const redis = await openRedis({
    redisUrl: config.redisUrl,
    dataDir: config.dataDir,
    tell: (step) => words.fact('Redis', `${step} …`),
    onChange: (change) => words.fact('Redis', change),
    signal,
  }).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (!redis) return;
  const children: KeptChild<unknown>[] = [];
  // Of one that is ours we hear above.
  const watched =
    config.redisUrl === undefined ? undefined : connect(redis.url, { role: 'producer', log: inWords(words) });
  try {
    words.fact('Redis', redis.description);
    for (const warning of redis.warnings) words.fact('', warning);

    // The bot alone gets its secret.
    const { DISCORD_TOKEN: _secret, ...inherited } = process.env;
    const environment = {
      ...FEW_ARENAS,
      ...inherited,
      REDIS_URL: redis.url,
      LOG_LEVEL: childLogLevel(config),
    };
    const keep = <T>(
      folder: string,
      name: string,
      parseReady: (ready: unknown) => T,
      more: NodeJS.ProcessEnv = {},
    ): KeptChild<T> => {
      const onChange = (change: string) => words.fact(name, change);
      const child = keepRunning({
        path: main(folder),
        environment: { ...environment, ...more },
        parseReady,
        onChange,
      });
      children.push(child);
      return child;
    };
    const worker = keep('workers', 'Worker', (ready) => WorkerReady.parse(ready));
    const web = keep('web', 'Room', (ready) => WebReady.parse(ready));

    const bot = config.discord
      ? keep('bot', 'Discord', (ready) => BotReady.parse(ready), {
          DISCORD_TOKEN: readSecret('DISCORD_TOKEN'),
          NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${SMALL_HEAP}`,
        })
      : undefined;
    // The room is worth having without it.
    bot?.ready.then(
      (ready) => words.facts('Discord', discordWords(ready)),
      (error: Error) => words.fact('Discord', error.message),
    );

    const both = Promise.all([worker.ready, web.ready]);
    const ready = await Promise.race([both, stopped]);
    if (ready) {
      const [answering, room] = ready;
      words.fact('Model', modelWords(answering));
      words.fact('Device', deviceWords(answering));
      if (!bot) words.facts('Discord', DISCORD_OFF);
      words.address(room.url);
    }
    await stopped;
  } finally {
    await Promise.all(children.map((child) => child.close()));
    if (watched) await disconnect(watched);
    // Last: the others need it until they have drained.
    await redis.close();
  }
}

/** What happens to somebody else's Redis, said once for all children. */
function inWords(words: StartWords): QueueLog {
  const write = (_fields: object, message: string) => words.fact('Redis', message);
  return { info: write, warn: write, error: write };
}

/** Resolves at the first signal; a second one ends the process in the system's own way, and with it the children and Redis. */
function stopSignal(): { stopped: Promise<undefined>; signal: AbortSignal } {
  const stop = new AbortController();
  const stopped = new Promise<undefined>((done) => {
    onStopSignal(() => {
      stop.abort();
      done(undefined);
    });
  });
  return { stopped, signal: stop.signal };
}

/** The children's everyday lines would bury what is said here; whoever wants them sets LOG_LEVEL. */
const childLogLevel = ({ logLevel }: Config): string =>
  process.env.LOG_LEVEL || (logLevel === 'info' ? 'warn' : logLevel);
