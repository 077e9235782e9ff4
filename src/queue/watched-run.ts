/**
 * A program run to its end, whose end is sure: by itself, by its time, by `signal`, or with this process, however that dies. What
 * it started ends with it.
 * @throws Error with its last words when it fails or takes too long, the signal's reason when that came first
 */
import { spawn } from 'node:child_process';
import { WATCHDOG } from './watchdog.ts';

/** A list of dependencies is some KB; of a program that goes mad nothing more is kept. */
const OUTPUT_CHARACTERS = 1_000_000;
const LAST_WORDS_CHARACTERS = 500;

export interface WatchedOptions {
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Resolves with what it wrote to standard output. */
export function watchedRun(program: string, words: readonly string[], options: WatchedOptions): Promise<string> {
  const { cwd, environment = process.env, timeoutMs, signal } = options;
  signal?.throwIfAborted();
  const child = spawn('sh', [WATCHDOG, 'group', program, ...words], {
    cwd,
    env: environment,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] = (said[stream] + text).slice(-OUTPUT_CHARACTERS);
    });
  }
  // EPIPE when it is gone already.
  child.stdin.on('error', () => {});
  let late = false;
  const end = () => child.stdin.end();
  const timer = setTimeout(() => {
    late = true;
    end();
  }, timeoutMs);
  signal?.addEventListener('abort', end, { once: true });

  return new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(said.stdout);
      else if (signal?.aborted) reject(signal.reason);
      else if (late) reject(new Error(`${program} took longer than ${timeoutMs / 1000} s`));
      else reject(new Error(`${program} failed: ${said.stderr.trim().slice(-LAST_WORDS_CHARACTERS)}`));
    });
  }).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  });
}
