/** The jobs as they lie in Redis: schemas, names and ids. Job data is stored in clear, so it holds no secret and no bytes. */
import type { DefaultJobOptions } from 'bullmq';
import { z } from 'zod';
import { AnswerOutcome } from '#core/answer.ts';
import { AskRequest, RequestId, type Surface } from '#core/ask.ts';

export const ASK_QUEUE = 'ask';
/** One answer queue per surface, as a BullMQ worker cannot choose among the jobs of a queue (docs/adr/0002). */
export const answerQueue = (surface: Surface): string => `answer-${surface}`;

export const AskJob = AskRequest;
export type AskJob = AskRequest;

export const AnswerJob = z.object({ requestId: RequestId, replyTo: z.string(), outcome: AnswerOutcome });
export type AnswerJob = z.infer<typeof AnswerJob>;

/** Job ids derive from the request: the same ask or answer added twice is one job. */
export const askJobId = (requestId: string): string => `ask-${requestId}`;
export const answerJobId = (requestId: string): string => `answer-${requestId}`;

/**
 * Finished jobs are kept a while: their ids are what makes a second add of the same ask or answer one job. The count
 * bounds their memory (an answer with its evidence is about 10 KB).
 */
const KEPT = { age: 900, count: 2_000 } as const;

/** Attempts are for crashes of ours and a Redis that went away; what a person can do something about is never retried. */
export const ASK_OPTIONS: DefaultJobOptions = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 250 },
  removeOnComplete: KEPT,
  removeOnFail: KEPT,
  stackTraceLimit: 1,
};

/** Posting is tried for as long as a person may still look: 12 attempts with doubled pauses are a little over an hour. */
export const ANSWER_OPTIONS: DefaultJobOptions = {
  attempts: 12,
  backoff: { type: 'exponential', delay: 1_000 },
  removeOnComplete: KEPT,
  removeOnFail: KEPT,
  stackTraceLimit: 1,
};

/**
 * A worker is taken for dead when its lock is not renewed for `lockDuration`; its jobs go to another at the next check.
 * Together they recover a killed worker's asks within 12 s. The stalls a job survives are many, because the deadline
 * bounds a job that kills its workers, and a fleet being restarted must not fail anybody for good (docs/adr/0002).
 */
export const STALLS = { lockDuration: 8_000, stalledInterval: 4_000, maxStalledCount: 10 } as const;
