/** Looks every second whether a picture's turn has come. Every bot process does; Redis lends each turn to one of them. */
import type { BotParts } from '../parts.ts';
import { takeTurns } from './driver.ts';

const EVERY_MS = 1_000;

export function watchTurns(parts: BotParts): { close(): Promise<void> } {
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let working = Promise.resolve();
  const look = () => {
    working = takeTurns(parts)
      // Redis is away: what waits there waits on.
      .catch((error: unknown) => parts.log.warn({ error }, 'could not look for pictures to describe'))
      .finally(() => {
        if (!closed) timer = setTimeout(look, EVERY_MS);
      });
  };
  look();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await working;
    },
  };
}
