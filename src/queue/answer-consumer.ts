/**
 * Answers out of the queue of one surface. What `onAnswer` rejects with is tried again later, so posting must be idempotent;
 * a job that cannot be read is given up at once and logged.
 */
import { UnrecoverableError, Worker } from 'bullmq';
import type { Surface } from '#core/ask.ts';
import { closeWorker } from './close-worker.ts';
import { connect } from './connection.ts';
import { AnswerJob, answerQueue, STALLS } from './jobs.ts';
import type { QueueLog } from './queue-log.ts';
import { isOutage } from './redis-outage.ts';

/** Posting an answer takes a moment. */
const DRAIN_MS = 5_000;

export interface Consumer {
  /** Lets what is in hand end, takes nothing new. */
  close(): Promise<void>;
}

interface AnswerConsumerOptions {
  readonly url: string;
  readonly surface: Surface;
  readonly onAnswer: (job: AnswerJob) => Promise<void>;
  readonly log: QueueLog;
  readonly concurrency?: number;
}

export function consumeAnswers({ url, surface, onAnswer, log, concurrency = 16 }: AnswerConsumerOptions): Consumer {
  const redis = connect(url, { role: 'worker' });
  const worker = new Worker(
    answerQueue(surface),
    async (job) => {
      const answer = AnswerJob.safeParse(job.data);
      if (!answer.success) throw new UnrecoverableError(`Not an answer job: ${answer.error.message}`);
      await onAnswer(answer.data);
    },
    { connection: redis, concurrency, runRetryDelay: 1_000, ...STALLS },
  );
  worker.on('error', (error) => isOutage(error) || log.warn({ error }, 'queue of answers'));
  worker.on('failed', (job, error) => log.error({ error, job: job?.id }, 'answer not delivered'));
  return {
    close: () => closeWorker(worker, redis, DRAIN_MS),
  };
}
