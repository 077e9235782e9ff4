/** Adds answer jobs to the queue of the surface that asked. The same request twice is one answer. */
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { AnswerOutcome } from '#core/answer.ts';
import { type AskRequest, RequestId, Surface } from '#core/ask.ts';
import { ANSWER_OPTIONS, AnswerJob, answerJobId, answerQueue } from './jobs.ts';

type Addressee = Pick<AskRequest, 'id' | 'surface' | 'replyTo'>;

/** The least of a job that lets somebody be told. */
const Addressed = z.object({ id: RequestId, surface: Surface, replyTo: z.string().catch('') });

export interface AnswerSender {
  send(addressee: Addressee, outcome: AnswerOutcome): Promise<void>;
  /** Tells whoever can be made out of the data of an unreadable ask job. */
  sendUnreadable(data: unknown): Promise<void>;
  close(): Promise<void>;
}

export function createAnswerSender(redis: Redis): AnswerSender {
  const queues = new Map<Surface, Queue>();
  const queueOf = (surface: Surface): Queue => {
    const queue =
      queues.get(surface) ??
      new Queue(answerQueue(surface), { connection: redis, defaultJobOptions: ANSWER_OPTIONS, skipVersionCheck: true });
    // The connection's own handler has them; BullMQ repeats them per queue.
    if (!queues.has(surface)) queue.on('error', () => {});
    queues.set(surface, queue);
    return queue;
  };
  const send = async ({ id, surface, replyTo }: Addressee, outcome: AnswerOutcome) => {
    const job: AnswerJob = { requestId: id, replyTo, outcome };
    await queueOf(surface).add('answer', AnswerJob.parse(job), { jobId: answerJobId(id) });
  };
  return {
    send,
    async sendUnreadable(data) {
      const addressed = Addressed.safeParse(data);
      if (!addressed.success) return;
      await send(addressed.data, { ok: false, code: 'bad_request', detail: 'it could not be read from the queue' });
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}
