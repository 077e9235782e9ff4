/**
 * Asks into the queue, and what a person may want to know of theirs while it waits. Everything answers or fails within
 * LIMITS.redisSilenceMs, because somebody is looking at the screen.
 */
import { Queue } from 'bullmq';
import type { AskRequest } from '#core/ask.ts';
import { type ErrorCode, SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { createAnswerSender } from './answer-sender.ts';
import { markCancelled } from './cancellation.ts';
import { answered, connect, disconnect } from './connection.ts';
import { countBeating } from './heartbeat.ts';
import { ASK_OPTIONS, ASK_QUEUE, AskJob, askJobId } from './jobs.ts';
import { createWithdrawals } from './withdrawal.ts';

/** BullMQ's largest priority, which is the least urgent. */
const LEAST_URGENT = 2_097_151;

const WAITING: ReadonlySet<string> = new Set(['waiting', 'prioritized', 'delayed']);

export interface Producer {
  /**
   * Puts an ask into the queue; the same id twice is one ask. `priority` is how many asks the same asker has under way:
   * 0 goes before 1, so that one person's many questions do not keep the others waiting. An ask that is refused is not
   * answered: should it have got into the queue all the same, it is taken back.
   * @throws SightlineError `queue_full`, `redis_unavailable`
   */
  ask(request: AskRequest, options?: { readonly priority?: number }): Promise<void>;
  /** Place in the queue, 1 being next; undefined when it waits no more. */
  position(requestId: string): Promise<number | undefined>;
  /** Ends an ask with `code`: at once while it waits, as soon as the engine lets go of it when it is being answered. */
  cancel(requestId: string, code?: ErrorCode): Promise<void>;
  waiting(): Promise<number>;
  /** Workers that are connected and not frozen. */
  workers(): Promise<number>;
  close(): Promise<void>;
}

interface ProducerOptions {
  readonly url: string;
  readonly queueDepth?: number;
}

export function createProducer({ url, queueDepth = LIMITS.queueDepth }: ProducerOptions): Producer {
  const redis = connect(url, { role: 'producer' });
  const asks = new Queue(ASK_QUEUE, { connection: redis, defaultJobOptions: ASK_OPTIONS, skipVersionCheck: true });
  // The connection's own handler has them; BullMQ repeats them per queue.
  asks.on('error', () => {});
  const answers = createAnswerSender(redis);
  const withdrawals = createWithdrawals(redis);

  const waiting = () => asks.getJobCountByTypes('waiting', 'prioritized', 'delayed');

  return {
    async ask(request, { priority = 0 } = {}) {
      let added = false;
      try {
        await answered(redis, async (refused) => {
          if ((await waiting()) >= queueDepth) throw new SightlineError('queue_full');
          refused.throwIfAborted();
          added = true;
          await asks.add('ask', AskJob.parse(request), {
            jobId: askJobId(request.id),
            priority: Math.min(priority, LEAST_URGENT),
          });
        });
      } catch (error) {
        if (added) withdrawals.add(request);
        throw error;
      }
    },
    position: (requestId) =>
      answered(redis, async () => {
        const id = askJobId(requestId);
        const wait = asks.toKey('wait');
        // Taken from the tail of the list first, then by score.
        const [length, fromHead, rank] = await Promise.all([
          redis.llen(wait),
          redis.lpos(wait, id),
          redis.zrank(asks.toKey('prioritized'), id),
        ]);
        if (fromHead !== null) return length - fromHead;
        return rank === null ? undefined : length + rank + 1;
      }),
    cancel: (requestId, code = 'cancelled') =>
      answered(redis, async () => {
        await markCancelled(redis, { requestId, code });
        const job = await asks.getJob(askJobId(requestId));
        if (!job || !WAITING.has(await job.getState())) return;
        // 0 when a worker has taken it meanwhile: that one has been told.
        if ((await asks.remove(askJobId(requestId))) === 1) {
          const ask = AskJob.safeParse(job.data);
          if (ask.success) await answers.send(ask.data, { ok: false, code });
        }
      }),
    waiting: () => answered(redis, waiting),
    workers: () =>
      answered(redis, async () => Math.min(...(await Promise.all([asks.getWorkersCount(), countBeating(redis)])))),
    async close() {
      withdrawals.close();
      await Promise.all([asks.close(), answers.close()]);
      await disconnect(redis);
    },
  };
}
