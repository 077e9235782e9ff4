/**
 * What the workers say of themselves: model and the device that really runs it, for the room, for metrics. A worker that has
 * gone silent is forgotten after a while; its word is kept in a key of its own that ends by itself.
 */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { ModelFacts } from '#core/model-facts.ts';

const ServedModel = ModelFacts.required({ device: true });
export type ServedModel = z.infer<typeof ServedModel>;

/** The first is the one that answers free questions. */
const Served = z.array(ServedModel).min(1);

const SERVERS = 'sightline:serving';
const keyOf = (worker: string): string => `sightline:serving:${worker}`;
/** A worker busy with one long answer still says it is there: its event loop is free. */
const EVERY_MS = 20_000;
const FORGOTTEN_SECONDS = 60;

export interface Presence {
  close(): Promise<void>;
}

export async function announceWorker(redis: Redis, models: readonly ServedModel[]): Promise<Presence> {
  const worker = randomUUID();
  const word = JSON.stringify(models);
  // Redis gone: the next round says it again.
  const say = async () => {
    // Not one more to wait for a Redis that is away; nor may the end wait for it.
    if (redis.status !== 'ready') return;
    await redis
      .multi()
      .sadd(SERVERS, worker)
      .set(keyOf(worker), word, 'EX', FORGOTTEN_SECONDS)
      .exec()
      .catch(() => {});
  };
  if (redis.status !== 'ready') redis.once('ready', () => void say());
  await say();
  const timer = setInterval(say, EVERY_MS);
  timer.unref();
  return {
    async close() {
      clearInterval(timer);
      if (redis.status !== 'ready') return;
      await redis
        .multi()
        .srem(SERVERS, worker)
        .del(keyOf(worker))
        .exec()
        .catch(() => {});
    },
  };
}

/** The models of each worker that is there. */
export async function presentWorkers(redis: Redis): Promise<readonly (readonly ServedModel[])[]> {
  const workers = await redis.smembers(SERVERS);
  if (workers.length === 0) return [];
  const words = await redis.mget(workers.map(keyOf));
  const gone = workers.filter((_, index) => words[index] === null);
  if (gone.length > 0) await redis.srem(SERVERS, ...gone);
  return words.flatMap((word) => {
    const { data } = Served.safeParse(word === null || word === undefined ? undefined : JSON.parse(word));
    return data ? [data] : [];
  });
}
