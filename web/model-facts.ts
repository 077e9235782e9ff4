/**
 * What the page says of the model: its name, what was measured, what it does not know. Read from the model's card.
 * @throws SightlineError `model_missing`, `model_corrupt`
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SightlineError } from '#core/errors.ts';
import { ModelCard } from '#core/model-card.ts';

const Measured = z.object({ n: z.number(), accuracy: z.number() });

export interface ModelFacts {
  readonly id: string;
  readonly revision: string;
  readonly description: string;
  readonly license: string;
  readonly measured: readonly { readonly on: string; readonly n: number; readonly accuracy: number }[];
  readonly limits: readonly string[];
}

export async function readModelFacts(folder: string): Promise<ModelFacts> {
  const text = await readFile(join(folder, 'card.json'), 'utf8').catch((cause: unknown) => {
    throw new SightlineError('model_missing', { detail: 'card.json', cause });
  });
  try {
    const { id, revision, description, license, accuracy, limits } = ModelCard.parse(JSON.parse(text));
    const measured = Object.entries(accuracy).flatMap(([on, figures]) => {
      const parsed = Measured.safeParse(figures);
      return parsed.success ? [{ on, ...parsed.data }] : [];
    });
    return { id, revision, description, license, measured, limits };
  } catch (cause) {
    throw new SightlineError('model_corrupt', { detail: 'card.json', cause });
  }
}
