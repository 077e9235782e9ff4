/** CLIP embeddings of texts in the spelling that the model was trained on. */
import type { Engine } from './engine.ts';

/** L2-normalised, each [E]. */
export const embedTexts = (engine: Engine, texts: readonly string[]): Promise<readonly Float32Array[]> =>
  engine.embedTexts(texts.map((text) => (engine.card.text.lowercase ? text.trim().toLowerCase() : text.trim())));
