/**
 * What needs Discord at the start is tried until Discord is there: a bot that is started while the network is down comes up by
 * itself. What trying again does not mend is thrown, and everything once the process ends.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { asSightlineError, ERRORS } from '#core/errors.ts';
import type { Lifecycle } from '#ops/lifecycle.ts';
import type { Logger } from '#ops/logger.ts';

const PAUSE_MS = { first: 500, most: 10_000 } as const;

interface Trying {
  readonly log: Pick<Logger, 'warn'>;
  readonly life: Pick<Lifecycle, 'closing'>;
}

export async function untilReachable<T>({ log, life }: Trying, work: () => Promise<T>): Promise<T> {
  for (let pauseMs: number = PAUSE_MS.first; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MS.most)) {
    try {
      return await work();
    } catch (error) {
      const { code, message } = asSightlineError(error);
      if (!ERRORS[code].retry || life.closing) throw error;
      log.warn({ pauseMs }, message);
      await sleep(pauseMs);
    }
  }
}
