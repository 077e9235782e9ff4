/**
 * Progress of an ask, told on a best-effort basis by publish and subscribe on `sightline:progress:<requestId>`.
 * A stage is told at once; the partial text, which is the whole text so far, at most 20 times a second.
 */
import type { Redis } from 'ioredis';
import { Progress } from '#core/answer.ts';
import { createSubscriber } from './subscriber.ts';

const channelOf = (requestId: string): string => `sightline:progress:${requestId}`;

/** A person reads no faster, and a page draws no faster. */
const PARTIAL_EVERY_MS = 50;

export interface ProgressPublisher {
  tell(progress: Progress): void;
  /** Nothing is told any more: the outcome takes over. */
  stop(): void;
}

export function publishProgress(redis: Redis, requestId: string): ProgressPublisher {
  let lastAt = 0;
  let held: Progress | undefined;
  let timer: NodeJS.Timeout | undefined;

  const send = (progress: Progress) => {
    lastAt = performance.now();
    // Redis gone: the person sees less on the way, the outcome still waits for its return.
    redis.publish(channelOf(requestId), JSON.stringify(progress)).catch(() => {});
  };
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
    held = undefined;
  };

  return {
    tell(progress) {
      const waitMs = lastAt + PARTIAL_EVERY_MS - performance.now();
      if (progress.stage !== 'answering' || (lastAt === 0 && timer === undefined) || waitMs <= 0) {
        stop();
        send(progress);
        return;
      }
      held = progress;
      timer ??= setTimeout(() => {
        const last = held;
        stop();
        if (last) send(last);
      }, waitMs);
    },
    stop,
  };
}

export interface ProgressFeed {
  listen(requestId: string, heard: (progress: Progress) => void): () => void;
  close(): Promise<void>;
}

export function subscribeProgress(url: string): ProgressFeed {
  const subscriber = createSubscriber(url);
  return {
    listen: (requestId, heard) =>
      subscriber.listen(channelOf(requestId), (message) => {
        const progress = parsed(message);
        if (progress) heard(progress);
      }).stop,
    close: () => subscriber.close(),
  };
}

/** Anything may be published in a Redis that others use too. */
function parsed(message: string): Progress | undefined {
  try {
    return Progress.safeParse(JSON.parse(message)).data;
  } catch {
    return undefined;
  }
}
