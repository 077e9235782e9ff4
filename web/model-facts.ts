/**
 * What the room says of the model: what a worker announced; before any did, what the model's folder says.
 * @throws SightlineError `no_worker` where neither is known, `model_corrupt`, `redis_unavailable`
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modelFolder } from '#core/config.ts';
import { SightlineError } from '#core/errors.ts';
import { ModelCard } from '#core/model-card.ts';
import { factsOf, type ModelFacts } from '#core/model-facts.ts';

/** @param name what MODEL says */
export async function modelFacts(announced: () => Promise<ModelFacts | undefined>, name: string): Promise<ModelFacts> {
  return (await announced()) ?? (await readFacts(name));
}

async function readFacts(name: string): Promise<ModelFacts> {
  const text = await readFile(join(modelFolder(name), 'card.json'), 'utf8').catch((cause: unknown) => {
    throw new SightlineError('no_worker', { cause });
  });
  try {
    return factsOf(ModelCard.parse(JSON.parse(text)));
  } catch (cause) {
    throw new SightlineError('model_corrupt', { detail: 'card.json', cause });
  }
}
