/**
 * Asks out of the queue, through `handle`, into exactly one answer job each. The answer job is added before the ask job
 * completes and its id derives from the request: a worker that dies between the two leads to a second run, not a second
 * answer.
 */
import { type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { Answered, AnswerOutcome, Progress } from '#core/answer.ts';
import type { AskRequest } from '#core/ask.ts';
import { asSightlineError, type ErrorCode, SightlineError } from '#core/errors.ts';
import type { Consumer } from './answer-consumer.ts';
import { createAnswerSender } from './answer-sender.ts';
import { CANCEL_CHANNEL, cancellationOf, readCancellation, Withdrawn } from './cancellation.ts';
import { closeWorker } from './close-worker.ts';
import { connect } from './connection.ts';
import { deliver, Undelivered } from './deliver.ts';
import { startHeartbeat } from './heartbeat.ts';
import { ASK_QUEUE, AskJob, STALLS } from './jobs.ts';
import { publishProgress } from './progress.ts';
import type { QueueLog } from './queue-log.ts';
import { isOutage } from './redis-outage.ts';
import { createSubscriber } from './subscriber.ts';

export interface AskContext {
  /** Aborted with a SightlineError as its reason: cancelled, or the deadline passed. */
  readonly signal: AbortSignal;
  readonly queuedMs: number;
  progress(progress: Progress): void;
}

interface AskConsumerOptions {
  readonly url: string;
  /** Jobs in hand at once: twice the batch, so that the next batch is prepared while one runs. */
  readonly concurrency: number;
  readonly handle: (request: AskRequest, context: AskContext) => Promise<Answered>;
  readonly log: QueueLog;
  /** Told of every ask that ended here. */
  readonly onOutcome?: (request: AskRequest, outcome: AnswerOutcome) => void;
  /** How long `close` waits for what is in hand before it gives it back to the queue. */
  readonly drainMs?: number;
}

/** What another attempt may mend although nobody changed anything. */
const RETRIED: ReadonlySet<ErrorCode> = new Set(['internal', 'redis_unavailable']);

/** The reason a running ask is given back: the process ends, the ask does not. */
class Requeued extends Error {}

export function consumeAsks(options: AskConsumerOptions): Consumer & { readonly ready: Promise<void> } {
  const { url, concurrency, handle, log, onOutcome, drainMs = 10_000 } = options;
  const redis = connect(url, { role: 'worker' });
  const sender = createAnswerSender(redis);
  const subscriber = createSubscriber(url);
  const heartbeat = startHeartbeat(redis);
  const running = new Map<string, AbortController>();

  const cancels = subscriber.listen(CANCEL_CHANNEL, (message) => {
    const cancelled = readCancellation(message);
    if (cancelled) running.get(cancelled.requestId)?.abort(cancelled.reason);
  });

  const answer = async (request: AskRequest, queuedMs: number): Promise<Answered> => {
    const controller = new AbortController();
    const { signal } = controller;
    running.set(request.id, controller);
    const progress = publishProgress(redis, request.id);
    const leftMs = Math.max(0, request.deadlineAt - Date.now());
    const deadline = setTimeout(() => controller.abort(new SightlineError('deadline_passed')), leftMs);
    try {
      // After `running` knows it, so that a cancellation is either found here or heard there.
      const cancelled = await cancellationOf(redis, request.id);
      if (cancelled) throw cancelled;
      if (Date.now() >= request.deadlineAt) throw new SightlineError('deadline_passed');
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        if (signal.aborted) reject(signal.reason);
      });
      const handled = handle(request, { signal, queuedMs, progress: (step) => !signal.aborted && progress.tell(step) });
      return await Promise.race([handled, aborted]);
    } finally {
      clearTimeout(deadline);
      progress.stop();
      // A run that took over this ask meanwhile is not ours to forget.
      if (running.get(request.id) === controller) running.delete(request.id);
    }
  };

  const run = async (job: Job, token: string | undefined): Promise<void> => {
    const parsed = AskJob.safeParse(job.data);
    if (!parsed.success) {
      await sender.sendUnreadable(job.data);
      throw new UnrecoverableError(`Not an ask job: ${parsed.error.message}`);
    }
    const request = parsed.data;
    let outcome: AnswerOutcome;
    try {
      outcome = { ok: true, ...(await answer(request, Math.max(0, Date.now() - request.askedAt))) };
    } catch (error) {
      if (error instanceof Withdrawn) return;
      if (error instanceof Requeued) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      const { code, detail, message } = asSightlineError(error);
      if (code === 'internal' || code === 'inference_failed') log.error({ error, request: request.id }, message);
      const lastAttempt = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
      if (RETRIED.has(code) && !lastAttempt) throw error;
      outcome = { ok: false, code, ...(detail === undefined ? {} : { detail }) };
    }
    const { deadlineAt } = request;
    await deliver(() => sender.send(request, outcome), { deadlineAt, gone: () => redis.status === 'end' });
    onOutcome?.(request, outcome);
  };

  const worker = new Worker(ASK_QUEUE, run, { connection: redis, concurrency, runRetryDelay: 1_000, ...STALLS });
  worker.on('error', (error) => isOutage(error) || log.warn({ error }, 'queue of asks'));
  worker.on('stalled', (job) => log.warn({ job }, 'a worker died on this ask, it is answered anew'));
  worker.on('failed', (job, error) => {
    const retried = job !== undefined && job.finishedOn === undefined;
    log.warn({ error, job: job?.id }, retried ? 'ask is tried again' : 'ask failed for good');
    const ask = AskJob.safeParse(job?.data);
    // It stalled too often: the person is told all the same.
    if (!retried && ask.success && !(error instanceof Undelivered)) {
      sender
        .send(ask.data, { ok: false, code: 'inference_failed' })
        .catch((cause) =>
          log.error({ error: cause, job: job?.id }, 'nobody could be told that an ask failed for good'),
        );
    }
  });

  return {
    ready: Promise.all([worker.waitUntilReady(), cancels.subscribed, heartbeat.first]).then(() => {}),
    async close() {
      const giveBack = setTimeout(() => {
        for (const controller of running.values()) controller.abort(new Requeued('the worker ends'));
      }, drainMs);
      heartbeat.stop();
      await closeWorker(worker, redis, drainMs);
      clearTimeout(giveBack);
      await Promise.all([sender.close(), subscriber.close()]);
    },
  };
}
