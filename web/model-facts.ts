/**
 * What the room says of the model: what a worker that is there says of itself; as long as none is, what the model's folder says.
 * @throws SightlineError `no_worker` where neither is known, `model_corrupt`, `redis_unavailable`
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modelFolder } from '#core/config.ts';
import { SightlineError } from '#core/errors.ts';
import { ModelCard } from '#core/model-card.ts';
import { factsOf, type ModelFacts } from '#core/model-facts.ts';
import type { RoomParts } from './parts.ts';

/** @param name what MODEL says */
export async function modelFacts(workers: RoomParts['workers'], name: string): Promise<ModelFacts> {
  const [served] = (await workers()).flat();
  return served ?? (await readFacts(name));
}

async function readFacts(name: string): Promise<ModelFacts> {
  // Of a model from a hub or on another server nothing is known here.
  const text = await readFile(join(modelFolder(name), 'card.json'), 'utf8').catch((cause: unknown) => {
    throw new SightlineError('no_worker', { cause });
  });
  try {
    return factsOf(ModelCard.parse(JSON.parse(text)));
  } catch (cause) {
    throw new SightlineError('model_corrupt', { detail: 'card.json', cause });
  }
}
