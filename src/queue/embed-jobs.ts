/** Embedding jobs as they lie in Redis. The outcome is the job's own result: who asked waits for it, or has gone. */
import type { DefaultJobOptions } from 'bullmq';

export const EMBED_QUEUE = 'embed';

export const embedJobId = (requestId: string): string => `embed-${requestId}`;

/** Kept for as long as somebody may wait for the result, in bounded number: 32 vectors are some 50 KB. */
const KEPT = { age: 150, count: 500 } as const;

export const EMBED_OPTIONS: DefaultJobOptions = {
  // The program that asked tries again by itself; a worker's crash is mended by the stalls.
  attempts: 1,
  removeOnComplete: KEPT,
  removeOnFail: KEPT,
  stackTraceLimit: 1,
};
