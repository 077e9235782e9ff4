/**
 * A process of `start`, kept running: started again with growing pauses when it dies, ended with SIGTERM. It hears of our end
 * by its channel, so it does not outlive us. A child that says at its first start why it cannot run is believed.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ERRORS, SightlineError } from '#core/errors.ts';
import { ChildMessage } from './start-messages.ts';

const PAUSE_MS = { first: 250, most: 10_000 } as const;
/** Draining is bounded in the children; one that takes longer than this hangs. */
const STOP_MS = 30_000;

export interface KeptChild<T> {
  /**
   * What the child said when it was ready for the first time.
   * @throws SightlineError why it cannot start, when trying again does not help
   */
  readonly ready: Promise<T>;
  close(): Promise<void>;
}

interface ChildOptions<T> {
  readonly path: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly parseReady: (ready: unknown) => T;
  /** Told when it died, and when it is ready again. */
  readonly onChange: (change: string) => void;
}

export function keepRunning<T>({ path, environment, parseReady, onChange }: ChildOptions<T>): KeptChild<T> {
  const first = Promise.withResolvers<T>();
  // Nobody may be waiting when it fails.
  first.promise.catch(() => {});
  const closing = new AbortController();
  let wasReady = false;
  let current: ChildProcess | undefined;
  let pauseMs: number = PAUSE_MS.first;

  const runOnce = async (): Promise<SightlineError | undefined> => {
    const child = fork(path, { env: environment, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    current = child;
    let failure: SightlineError | undefined;
    child.on('message', (message) => {
      const said = ChildMessage.safeParse(message).data;
      if (!said) return;
      if ('failed' in said) {
        const { code, detail } = said.failed;
        failure = new SightlineError(code, detail === undefined ? {} : { detail });
        return;
      }
      pauseMs = PAUSE_MS.first;
      if (wasReady) onChange('is back');
      wasReady = true;
      first.resolve(parseReady(said.ready));
    });
    const reason = await ended(child);
    if (closing.signal.aborted) return undefined;
    if (failure && !wasReady && !ERRORS[failure.code].retry) return failure;
    onChange(`${failure?.message ?? reason}; it is started again`);
    return undefined;
  };

  const keep = async () => {
    while (!closing.signal.aborted) {
      const failure = await runOnce();
      if (failure) {
        first.reject(failure);
        return;
      }
      await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => {});
      pauseMs = Math.min(2 * pauseMs, PAUSE_MS.most);
    }
  };
  const kept = keep();

  return {
    ready: first.promise,
    async close() {
      closing.abort();
      current?.kill('SIGTERM');
      const stuck = setTimeout(() => current?.kill('SIGKILL'), STOP_MS);
      await kept;
      clearTimeout(stuck);
    },
  };
}

function ended(child: ChildProcess): Promise<string> {
  return new Promise((done) => {
    child.once('error', (error) => done(error.message));
    child.once('exit', (code, signal) => done(`ended with ${signal ?? `exit code ${code}`}`));
  });
}
