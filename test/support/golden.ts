/** The shipped model's golden numbers (made by PyTorch at export), and what it takes to reproduce them here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { modelFolder } from '#core/config.ts';
import type { Pixels } from '#core/pixels.ts';
import { PromptedTask } from '#core/task.ts';
import { openPicture, toRgb } from '#images/picture.ts';
import { bytesFromDataUrl } from '#images/source.ts';
import { loadModel } from '#inference/model-folder.ts';
import { openSessions } from '#inference/sessions.ts';
import { loadTokenizer } from '#inference/tokenizer.ts';

const Samples = z.object({ indexes: z.array(z.number().int()), values: z.array(z.number()) });
type Samples = z.infer<typeof Samples>;

const Golden = z.object({
  tolerances: z.record(z.string(), z.number()),
  images: z.array(
    z.object({
      name: z.string(),
      dataUrl: z.string(),
      /** Whether the picture has the model's size already, so that its pixels are the same to the bit. */
      exactSize: z.boolean(),
      pixelValues: Samples,
      lastHiddenState: Samples,
      imageEmbeds: z.array(z.number()),
      answers: z.array(
        z.object({
          task: PromptedTask,
          question: z.string(),
          promptIds: z.array(z.number().int()),
          logits: Samples,
          text: z.string(),
          tokens: z.array(z.number().int()),
          logprobs: z.array(z.number()),
          rationale: z.string().nullable(),
        }),
      ),
    }),
  ),
  captions: z.array(z.object({ image: z.string(), captions: z.array(z.string()), probabilities: z.array(z.number()) })),
});
export type GoldenImage = z.infer<typeof Golden>['images'][number];

export const FOLDER = modelFolder('sightline-small');

export const golden = Golden.parse(JSON.parse(readFileSync(join(FOLDER, 'golden.json'), 'utf8')));

/** The bound stated in golden.json. */
export function tolerance(name: string): number {
  const bound = golden.tolerances[name];
  if (bound === undefined) throw new Error(`golden.json states no tolerance for ${name}`);
  return bound;
}

export async function pixelsOf(image: GoldenImage): Promise<Pixels> {
  const { card } = await loadModel(FOLDER, { verify: false });
  const { width, height } = card.preprocessing;
  return { rgb: await rgbOf(image), width, height };
}

export async function rgbOf(image: GoldenImage): Promise<Uint8Array> {
  const { card } = await loadModel(FOLDER, { verify: false });
  return toRgb(await openPicture(bytesFromDataUrl(image.dataUrl)), card.preprocessing);
}

/** The sessions on this thread: a test may block it. */
export async function openModel(dtype: string) {
  const model = await loadModel(FOLDER, { dtype });
  const [sessions, codec] = await Promise.all([
    openSessions(model.sessions, 1),
    loadTokenizer(model.tokenizer, model.tokenizerConfig),
  ]);
  return { card: model.card, sessions, codec };
}

/** The largest difference between the samples and the values at their places. */
export function furthest(actual: ArrayLike<number>, { indexes, values }: Samples): number {
  return Math.max(...indexes.map((index, i) => Math.abs((actual[index] ?? Number.NaN) - (values[i] ?? Number.NaN))));
}

/** The mean difference between the samples and the values at their places. */
export function meanDifference(actual: ArrayLike<number>, { indexes, values }: Samples): number {
  const sum = indexes.reduce(
    (total, index, i) => total + Math.abs((actual[index] ?? Number.NaN) - (values[i] ?? Number.NaN)),
    0,
  );
  return sum / indexes.length;
}

export function expectWithin(actual: number, bound: number): void {
  expect(actual).toBeLessThanOrEqual(bound);
}
