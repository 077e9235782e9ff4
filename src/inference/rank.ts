/**
 * Which caption fits a picture: zero-shot classification with CLIP (Radford et al. 2021, arXiv:2103.00020).
 * @throws SightlineError `task_unsupported` by a model without embeddings
 */
import { SightlineError } from '#core/errors.ts';
import type { Scaling } from '#core/model-card.ts';
import type { Pixels } from '#core/pixels.ts';
import { embedTexts } from './embed.ts';
import type { Engine } from './engine.ts';

export async function rankCaptions(
  engine: Engine,
  loadPixels: (scaling: Scaling) => Promise<Pixels>,
  captions: readonly string[],
): Promise<readonly { caption: string; probability: number }[]> {
  const { id, embedding, preprocessing } = engine.card;
  if (!embedding) throw new SightlineError('task_unsupported', { detail: `${id}, rank` });
  const [image] = await engine.embedImages([await loadPixels(preprocessing)]); // [E]
  const texts = await embedTexts(engine, captions);
  const logits = texts.map((text) => embedding.logitScale * dot(image as Float32Array, text));
  const max = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp(logit - max));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return captions
    .map((caption, i) => ({ caption, probability: (weights[i] as number) / sum }))
    .sort((a, b) => b.probability - a.probability);
}

const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
