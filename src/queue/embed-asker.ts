/** Embeddings by way of the queue: the request goes in, the outcome of the worker comes back, within the request's deadline. */
import { Queue, QueueEvents } from 'bullmq';
import { EmbedOutcome, EmbedRequest } from '#core/embed.ts';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { answered, connect, disconnect } from './connection.ts';
import { EMBED_OPTIONS, EMBED_QUEUE, embedJobId } from './embed-jobs.ts';

export interface EmbedAsker {
  /**
   * Resolves with what the worker says, also when it says that it failed.
   * @throws SightlineError `queue_full`, `redis_unavailable`, `no_worker`, `deadline_passed`
   */
  embed(request: EmbedRequest): Promise<EmbedOutcome>;
  close(): Promise<void>;
}

export function createEmbedAsker({ url }: { readonly url: string }): EmbedAsker {
  const redis = connect(url, { role: 'producer' });
  const listening = connect(url, { role: 'subscriber' });
  const queue = new Queue(EMBED_QUEUE, {
    connection: redis,
    defaultJobOptions: EMBED_OPTIONS,
    skipVersionCheck: true,
  });
  const events = new QueueEvents(EMBED_QUEUE, { connection: listening });
  // The connections' own handlers have them; BullMQ repeats them.
  // Each request that waits listens for its own result; their number is bounded by the queue's depth.
  queue.setMaxListeners(0);
  events.setMaxListeners(0);
  queue.on('error', () => {});
  events.on('error', () => {});

  const giveUp = async (id: string): Promise<SightlineError> => {
    const workers = await answered(redis, () => queue.getWorkersCount());
    // 0 when a worker has it: that one sees the deadline itself.
    await answered(redis, () => queue.remove(embedJobId(id)));
    return new SightlineError(workers === 0 ? 'no_worker' : 'deadline_passed');
  };

  return {
    async embed(request) {
      const job = await answered(redis, async () => {
        const waiting = await queue.getJobCountByTypes('waiting', 'prioritized', 'delayed');
        if (waiting >= LIMITS.embedQueueDepth) throw new SightlineError('queue_full');
        return queue.add('embed', EmbedRequest.parse(request), { jobId: embedJobId(request.id) });
      });
      const leftMs = Math.max(1, request.deadlineAt - Date.now());
      try {
        return EmbedOutcome.parse(await job.waitUntilFinished(events, leftMs));
      } catch (error) {
        if (Date.now() >= request.deadlineAt - 1) throw await giveUp(request.id);
        throw new SightlineError('inference_failed', { cause: error });
      }
    },
    async close() {
      await Promise.all([queue.close(), events.close()]);
      await Promise.all([disconnect(redis), disconnect(listening)]);
    },
  };
}
