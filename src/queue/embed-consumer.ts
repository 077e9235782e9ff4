/** Embedding requests out of the queue, through `handle`; what it returns or throws becomes the outcome that the asker gets. */
import { type Job, UnrecoverableError, Worker } from 'bullmq';
import { type EmbedOutcome, EmbedRequest } from '#core/embed.ts';
import { asSightlineError, SightlineError } from '#core/errors.ts';
import type { Consumer } from './answer-consumer.ts';
import { closeWorker } from './close-worker.ts';
import { connect } from './connection.ts';
import { EMBED_QUEUE } from './embed-jobs.ts';
import { STALLS } from './jobs.ts';
import type { QueueLog } from './queue-log.ts';

/** A request embeds its inputs together: more at once would only wait for the engine. */
const CONCURRENCY = 2;
const DRAIN_MS = 10_000;

interface EmbedConsumerOptions {
  readonly url: string;
  readonly handle: (request: EmbedRequest, signal: AbortSignal) => Promise<EmbedOutcome>;
  readonly log: QueueLog;
}

export function consumeEmbeds({
  url,
  handle,
  log,
}: EmbedConsumerOptions): Consumer & { readonly ready: Promise<void> } {
  const redis = connect(url, { role: 'worker' });

  const run = async (job: Job): Promise<EmbedOutcome> => {
    const parsed = EmbedRequest.safeParse(job.data);
    if (!parsed.success) throw new UnrecoverableError(`Not an embedding job: ${parsed.error.message}`);
    const leftMs = parsed.data.deadlineAt - Date.now();
    if (leftMs <= 0) return { ok: false, code: 'deadline_passed' };
    const signal = AbortSignal.timeout(leftMs);
    try {
      return await handle(parsed.data, signal);
    } catch (error) {
      if (signal.aborted) return { ok: false, code: 'deadline_passed' };
      const { code, detail, message } = asSightlineError(error, 'inference_failed');
      if (!(error instanceof SightlineError)) log.error({ error, request: parsed.data.id }, message);
      return { ok: false, code, ...(detail === undefined ? {} : { detail }) };
    }
  };

  const worker = new Worker(EMBED_QUEUE, run, {
    connection: redis,
    concurrency: CONCURRENCY,
    runRetryDelay: 1_000,
    ...STALLS,
  });
  worker.on('error', (error) => log.warn({ error }, 'queue of embeddings'));
  worker.on('failed', (job, error) => log.warn({ error, job: job?.id }, 'embedding failed'));
  return {
    ready: worker.waitUntilReady().then(() => {}),
    close: () => closeWorker(worker, redis, DRAIN_MS),
  };
}
