/** Something that has to be done once while the bot goes on: tried again with growing pauses until it is done or the bot ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#ops/logger.ts';

const PAUSE_MS = { first: 500, most: 60_000 } as const;

export interface Patience {
  /** Resolves after the first try, whatever came of it. */
  readonly first: Promise<void>;
  close(): void;
}

export function patiently(complaint: string, log: Pick<Logger, 'warn'>, work: () => Promise<unknown>): Patience {
  const closing = new AbortController();
  const tried = async (): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!closing.signal.aborted) log.warn({ error }, complaint);
      return false;
    }
  };
  const first = tried();
  const rest = async () => {
    let done = await first;
    for (let pauseMs: number = PAUSE_MS.first; !done; pauseMs = Math.min(2 * pauseMs, PAUSE_MS.most)) {
      await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => {});
      if (closing.signal.aborted) return;
      done = await tried();
    }
  };
  void rest();
  return { first: first.then(() => {}), close: () => closing.abort() };
}
