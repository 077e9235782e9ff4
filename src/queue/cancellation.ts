/**
 * Calling an ask back: a key that a worker finds when it takes the job, and a message for the one that has it already.
 * The value is the code the ask ends with.
 */
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { RequestId } from '#core/ask.ts';
import { ErrorCode } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';

export const CANCEL_CHANNEL = 'sightline:cancel';

const Cancellation = z.object({ requestId: RequestId, code: ErrorCode });
type Cancellation = z.infer<typeof Cancellation>;

const keyOf = (requestId: string): string => `sightline:cancelled:${requestId}`;
/** As long as the job may still be taken. */
const TTL_SECONDS = Math.ceil((2 * LIMITS.askDeadlineMs) / 1000);

export async function markCancelled(redis: Redis, { requestId, code }: Cancellation): Promise<void> {
  await redis.set(keyOf(requestId), code, 'EX', TTL_SECONDS);
  await redis.publish(CANCEL_CHANNEL, JSON.stringify({ requestId, code }));
}

export async function cancelledCode(redis: Redis, requestId: string): Promise<ErrorCode | undefined> {
  return ErrorCode.safeParse(await redis.get(keyOf(requestId))).data;
}

export function readCancellation(message: string): Cancellation | undefined {
  try {
    return Cancellation.safeParse(JSON.parse(message)).data;
  } catch {
    return undefined;
  }
}
