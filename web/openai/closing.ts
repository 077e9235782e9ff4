/**
 * Programs wait on the line for as long as a minute or two, and a process that ends must not: they are told, and their clients try
 * again at the next one.
 */
import type { FastifyInstance } from 'fastify';
import { SightlineError } from '#core/errors.ts';

/** Settles as `work` does, or rejects with `shutting_down` when the server begins to close. */
export type UntilClosing = <T>(work: Promise<T>) => Promise<T>;

export function untilClosing(api: FastifyInstance): UntilClosing {
  const closing = Promise.withResolvers<never>();
  // Nobody may be waiting when it closes.
  closing.promise.catch(() => {});
  api.addHook('preClose', async () => closing.reject(new SightlineError('shutting_down')));
  return (work) => Promise.race([work, closing.promise]);
}
