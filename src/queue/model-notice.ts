/**
 * Which model the fleet answers with, as its workers say when they are ready: who asks may run where the model's folder is not, or
 * with other settings. All workers of a fleet run one model, so the last word stands, also when they have gone.
 */
import type { Redis } from 'ioredis';
import { ModelFacts } from '#core/model-facts.ts';
import { answered } from './connection.ts';

const KEY = 'sightline:model';

export async function announceModel(redis: Redis, facts: ModelFacts): Promise<void> {
  await redis.set(KEY, JSON.stringify(ModelFacts.parse(facts)));
}

/**
 * Undefined as long as no worker was ever ready.
 * @throws SightlineError `redis_unavailable`
 */
export async function announcedModel(redis: Redis): Promise<ModelFacts | undefined> {
  const text = await answered(redis, () => redis.get(KEY));
  if (text === null) return undefined;
  try {
    return ModelFacts.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
