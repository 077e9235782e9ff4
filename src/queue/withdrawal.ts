/**
 * Takes back an ask whose adding Redis did not confirm: it may lie in the queue all the same, or get there when Redis wakes.
 * The mark goes out on the same connection, right behind the job, so no worker takes the one without finding the other;
 * where the connection broke in between, it is tried again until the ask's own deadline ends it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { AskRequest } from '#core/ask.ts';
import { markWithdrawn } from './cancellation.ts';
import { answered } from './connection.ts';

const AGAIN_MS = 500;

export interface Withdrawals {
  add(ask: AskRequest): void;
  close(): void;
}

export function createWithdrawals(redis: Redis): Withdrawals {
  const closing = new AbortController();
  const withdraw = async ({ id, deadlineAt }: AskRequest): Promise<void> => {
    while (!closing.signal.aborted && Date.now() < deadlineAt) {
      try {
        return await answered(redis, () => markWithdrawn(redis, id));
      } catch {
        await sleep(AGAIN_MS, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  };
  return { add: (ask) => void withdraw(ask), close: () => closing.abort() };
}
