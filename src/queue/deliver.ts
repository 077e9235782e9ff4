/**
 * Brings an outcome on its way, as often as it takes: the answer is there, and a Redis that refuses it for a moment (out of
 * memory, failing over) does not make another outcome of it.
 * @throws Undelivered when its time is up or the connection has ended; what is wrong with the outcome itself, at once
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { UnrecoverableError } from 'bullmq';
import { ZodError } from 'zod';

const PAUSE_MS = { first: 50, most: 2_000 } as const;
/** An outcome that came at the last moment has this long at least: the room gives up only then. */
const GRACE_MS = 5_000;

/** The ask is not run again for it. */
export class Undelivered extends UnrecoverableError {}

interface DeliverOptions {
  /** Nobody waits after this, in ms since the epoch. */
  readonly deadlineAt: number;
  readonly gone: () => boolean;
}

export async function deliver(send: () => Promise<void>, { deadlineAt, gone }: DeliverOptions): Promise<void> {
  const until = Math.max(deadlineAt, Date.now()) + GRACE_MS;
  for (let pauseMs: number = PAUSE_MS.first; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MS.most)) {
    try {
      return await send();
    } catch (error) {
      if (error instanceof ZodError) throw error;
      if (gone() || Date.now() + pauseMs > until) throw new Undelivered(`The outcome was not delivered: ${error}`);
      await sleep(pauseMs);
    }
  }
}
