/** The jobs as they lie in Redis: schemas, names and ids. Job data is stored in clear, so it holds no secret and no bytes. */
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
