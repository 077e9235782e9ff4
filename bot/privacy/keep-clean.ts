/** Deletes what has been kept for long enough: at the start, and every few hours. Several processes may do it; one finds work. */
import type { BotParts } from '../parts.ts';

const EVERY_MS = 6 * 3_600_000;

export function keepClean({ store, log, now }: Pick<BotParts, 'store' | 'log' | 'now'>): { close(): void } {
  const clean = () => {
    store.privacy.deleteOld(now()).then(
      (rows) => rows > 0 && log.info({ rows }, 'what was kept for long enough is deleted'),
      (error: unknown) => log.warn({ error }, 'what was kept for long enough could not be deleted; it is tried again'),
    );
  };
  clean();
  const timer = setInterval(clean, EVERY_MS);
  timer.unref();
  return { close: () => clearInterval(timer) };
}
