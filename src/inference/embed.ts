/** CLIP embeddings of texts in the spelling that the model was trained on. */
import { normaliseQuestion } from '#core/question.ts';
import type { Engine } from './engine.ts';

/** L2-normalised, each [E]. A text of nothing but signs keeps them: there must be something to read. */
export const embedTexts = (engine: Engine, texts: readonly string[]): Promise<readonly Float32Array[]> =>
  engine.embedTexts(texts.map((text) => normaliseQuestion(text, engine.card.text) || text.trim()));
