/**
 * At most so many in any stretch of a time, in their order. discord.js counts by seconds of its own, and the end of one and the
 * beginning of the next can make twice as many in one of Discord's.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when it is one's turn. */
export type Pace = () => Promise<void>;

export function createPace({ most, withinMs }: { readonly most: number; readonly withinMs: number }): Pace {
  /** When the last `most` began, as a ring. */
  const beganMs = new Float64Array(most).fill(Number.NEGATIVE_INFINITY);
  let next = 0;
  let turn: Promise<void> = Promise.resolve();

  const take = async () => {
    const waitMs = (beganMs[next] ?? 0) + withinMs - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    beganMs[next] = performance.now();
    next = (next + 1) % most;
  };
  return () => {
    turn = turn.then(take);
    return turn;
  };
}
