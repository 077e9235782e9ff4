/**
 * What the page says of the model: its name, what was measured, what it does not know, what runs it. From a worker that is there, else
 * from the model's card.
 * @throws SightlineError `model_missing`, `model_corrupt`
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SightlineError } from '#core/errors.ts';
import { ModelCard } from '#core/model-card.ts';
import type { ServedModel } from '#queue/presence.ts';

const Measured = z.object({ n: z.number(), accuracy: z.number() });

export interface ModelFacts {
  readonly id: string;
  readonly revision: string;
  readonly description: string;
  readonly license: string;
  readonly measured: readonly { readonly on: string; readonly n: number; readonly accuracy: number }[];
  readonly limits: readonly string[];
  /** What really runs it; told by a worker. */
  readonly device?: string;
}

/** As a worker says it of itself: that is the model that answers, whatever is configured here. */
export function factsOf({ id, revision, description, license, limits, accuracy, device }: ServedModel): ModelFacts {
  return { id, revision, description, license, limits, measured: measuredOf(accuracy), device: deviceWords(device) };
}

const deviceWords = ({ name, dtype, warning }: ServedModel['device']): string =>
  `${name}, ${dtype}${warning === undefined ? '' : `; ${warning}`}`;

const measuredOf = (accuracy: Readonly<Record<string, unknown>>): ModelFacts['measured'] =>
  Object.entries(accuracy).flatMap(([on, figures]) => {
    const parsed = Measured.safeParse(figures);
    return parsed.success ? [{ on, ...parsed.data }] : [];
  });

/** Of a hub model nothing is known here until a worker that runs it is there. */
export const factsOfHubModel = (id: string): ModelFacts => ({
  id,
  revision: '',
  description: '',
  license: '',
  measured: [],
  limits: [],
});

export async function readModelFacts(folder: string): Promise<ModelFacts> {
  const text = await readFile(join(folder, 'card.json'), 'utf8').catch((cause: unknown) => {
    throw new SightlineError('model_missing', { detail: 'card.json', cause });
  });
  try {
    const { id, revision, description, license, accuracy, limits } = ModelCard.parse(JSON.parse(text));
    return { id, revision, description, license, measured: measuredOf(accuracy), limits };
  } catch (cause) {
    throw new SightlineError('model_corrupt', { detail: 'card.json', cause });
  }
}
