/** Redis as the picture stores ask it: whatever goes wrong on the way is `redis_unavailable`. */
import { SightlineError } from '#core/errors.ts';

export async function answered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    throw new SightlineError('redis_unavailable', { cause });
  }
}
