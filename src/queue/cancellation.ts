/**
 * Calling an ask back: a key that a worker finds when it takes the job, and a message for the one that has it already.
 * The value is the code the ask ends with, or that it ends without an outcome.
 */
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { RequestId } from '#core/ask.ts';
import { ErrorCode, SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';

export const CANCEL_CHANNEL = 'sightline:cancel';

const WITHDRAWN = 'withdrawn';

/** Why an ask ends that was refused already: whoever asked has been told, and a second word would be one too many. */
export class Withdrawn extends Error {}

const Ending = z.union([ErrorCode, z.literal(WITHDRAWN)]);
const Cancellation = z.object({ requestId: RequestId, code: Ending });
type Cancellation = z.infer<typeof Cancellation>;

const keyOf = (requestId: string): string => `sightline:cancelled:${requestId}`;
/** As long as the job may still be taken. */
const TTL_SECONDS = Math.ceil((2 * LIMITS.askDeadlineMs) / 1000);

export async function markCancelled(redis: Redis, { requestId, code }: Cancellation): Promise<void> {
  await redis.set(keyOf(requestId), code, 'EX', TTL_SECONDS);
  await redis.publish(CANCEL_CHANNEL, JSON.stringify({ requestId, code }));
}

export const markWithdrawn = (redis: Redis, requestId: string): Promise<void> =>
  markCancelled(redis, { requestId, code: WITHDRAWN });

const reasonOf = (ending: z.infer<typeof Ending>): Error =>
  ending === WITHDRAWN ? new Withdrawn() : new SightlineError(ending);

/** Why an ask that was just taken is to end at once. */
export async function cancellationOf(redis: Redis, requestId: string): Promise<Error | undefined> {
  const ending = Ending.safeParse(await redis.get(keyOf(requestId))).data;
  return ending && reasonOf(ending);
}

export function readCancellation(message: string): { requestId: string; reason: Error } | undefined {
  try {
    const { data } = Cancellation.safeParse(JSON.parse(message));
    return data && { requestId: data.requestId, reason: reasonOf(data.code) };
  } catch {
    return undefined;
  }
}
