/**
 * What the page says of the model: its name, what was measured, what it does not know. Read from the model's card.
 * @throws SightlineError `model_missing`, `model_corrupt`
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { modelFolder } from '#core/config.ts';
import { SightlineError } from '#core/errors.ts';
import { ModelCard } from '#core/model-card.ts';
import { type RemoteModel, remoteModel } from '#core/model-name.ts';

const Measured = z.object({ n: z.number(), accuracy: z.number() });

export interface ModelFacts {
  readonly id: string;
  readonly revision: string;
  readonly description: string;
  readonly license: string;
  readonly measured: readonly { readonly on: string; readonly n: number; readonly accuracy: number }[];
  readonly limits: readonly string[];
}

/** @param name what MODEL says */
export async function readModelFacts(name: string): Promise<ModelFacts> {
  const remote = remoteModel(name);
  if (remote) return remoteFacts(remote);
  if (name === 'fake') return FAKE;
  const text = await readFile(join(modelFolder(name), 'card.json'), 'utf8').catch((cause: unknown) => {
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

/** Of a model that another server runs nothing more is known here. */
const remoteFacts = ({ baseUrl, model }: RemoteModel): ModelFacts => ({
  id: model,
  revision: new URL(baseUrl).host,
  description: `A model that ${new URL(baseUrl).host} runs. Pictures and questions are sent there.`,
  license: 'as its server says',
  measured: [],
  limits: ['How sure it is was not calibrated here, and it cannot show where it looked.'],
});

const FAKE: ModelFacts = {
  id: 'fake',
  revision: '000000000000',
  description: 'No model: says how bright a picture is.',
  license: 'Apache-2.0',
  measured: [],
  limits: ['It looks at nothing but brightness.'],
};
