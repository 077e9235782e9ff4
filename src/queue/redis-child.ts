/**
 * A private Redis as a child: started, waited for, started again when it dies, ended. A watchdog between us and it ends it
 * when this process is gone, however that happens. It has a session of its own, so a Ctrl-C in the terminal reaches
 * us and not it: the workers need it until they have drained.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { SightlineError } from '#core/errors.ts';
import { isLive, type RedisPlace } from './redis-place.ts';
import type { RedisProgram } from './redis-version.ts';
import { WATCHDOG } from './watchdog.ts';

/** A large append-only file takes a while to read; a Redis that is broken ends long before. */
const START_MS = 30_000;
/** Redis writes its file and goes; what takes longer is stuck. */
const STOP_MS = 8_000;
const RESTART_MS = { first: 100, most: 5_000 } as const;
/** How much of what Redis last said is kept for the message when it does not start. */
const SAID_CHARACTERS = 2_000;

export interface RedisChild {
  close(): Promise<void>;
}

interface ChildOptions {
  readonly redis: RedisProgram;
  readonly place: RedisPlace;
  /** Told when it died by itself, before it is started again, and when it is back. */
  readonly onChange?: ((change: string) => void) | undefined;
}

/** @throws SightlineError `redis_failed` with what Redis said */
export async function startRedis({ redis, place, onChange }: ChildOptions): Promise<RedisChild> {
  let closing = false;
  let current = launch(redis, place);
  await current.ready;

  const keepAlive = async () => {
    for (let pauseMs: number = RESTART_MS.first; ; pauseMs = Math.min(pauseMs * 2, RESTART_MS.most)) {
      const reason = await current.ended;
      if (closing) return;
      onChange?.(`${reason}; it is started again`);
      await sleep(pauseMs);
      if (closing) return;
      current = launch(redis, place);
      // One that came up starts the pauses anew.
      await current.ready.then(
        () => {
          pauseMs = RESTART_MS.first / 2;
          onChange?.('is back');
        },
        () => {},
      );
    }
  };
  const kept = keepAlive();

  return {
    async close() {
      closing = true;
      await current.stop();
      await kept;
    },
  };
}

interface Launched {
  /** @throws SightlineError `redis_failed` */
  readonly ready: Promise<void>;
  /** Resolves with the reason when it is gone. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

function launch({ program, libraryPath }: RedisProgram, place: RedisPlace): Launched {
  const child = spawn('sh', [WATCHDOG, 'child', program, ...settings(place)], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    // Nothing of ours: it may hold secrets. A locale that the machine lacks would end Redis.
    env: {
      PATH: process.env.PATH,
      LC_ALL: 'C',
      ...(libraryPath.length > 0 && { LD_LIBRARY_PATH: libraryPath.join(':') }),
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-SAID_CHARACTERS);
    });
  }
  // EPIPE when it is gone already.
  child.stdin.on('error', () => {});
  const ended = new Promise<string>((done) => {
    child.once('error', (error) => done(error.message));
    child.once('exit', (code, signal) =>
      done(killedBy(code, signal) ?? lastWords(said) ?? `ended with exit code ${code}`),
    );
  });
  return {
    ready: untilLive(child, place.socket, ended),
    ended,
    async stop() {
      child.stdin.end();
      const stuck = setTimeout(() => killGroup(child), STOP_MS);
      await ended;
      clearTimeout(stuck);
    },
  };
}

async function untilLive(child: ChildProcess, socket: string, ended: Promise<string>): Promise<void> {
  let reason: string | undefined;
  void ended.then((why) => {
    reason = why;
  });
  const until = Date.now() + START_MS;
  while (reason === undefined && Date.now() < until) {
    if (await isLive(socket)) return;
    await sleep(3);
  }
  killGroup(child);
  throw new SightlineError('redis_failed', { detail: reason ?? `it did not answer within ${START_MS / 1000} s` });
}

/** The watchdog leads a process group of its own, Redis being in it. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

/** The signal that ended Redis, of which the shell between us makes an exit code above 128, or that ended the shell. */
function killedBy(code: number | null, signal: NodeJS.Signals | null): string | undefined {
  const name = signal ?? Object.entries(constants.signals).find(([, number]) => 128 + number === code)?.[0];
  return name === undefined ? undefined : `ended with ${name}`;
}

/** The last line in which Redis complains: "# Bad file format ...". */
function lastWords(said: string): string | undefined {
  const complaints = said.split('\n').filter((line) => /[#*] |error/i.test(line));
  return complaints
    .at(-1)
    ?.replace(/^.*? [#*] /, '')
    .trim();
}

function settings({ files, socket }: RedisPlace): string[] {
  const pairs: Record<string, string> = {
    port: '0',
    unixsocket: socket,
    unixsocketperm: '700',
    dir: files,
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    // BullMQ loses jobs where Redis evicts keys.
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
    loglevel: 'notice',
  };
  return Object.entries(pairs).flatMap(([key, value]) => [`--${key}`, value]);
}
