/**
 * The card of a model that another server runs: what we ask for and how a picture is sent. Nothing about it was measured
 * here, and its preprocessing, tokens and weights are its server's business.
 */

import { ModelCard } from '#core/model-card.ts';
import type { RemoteModel } from '#core/model-name.ts';
import { promptFor } from '#core/prompts.ts';
import type { PromptedTask } from '#core/task.ts';

/** Tokens of an answer: a Discord message holds some 500; a page that is read aloud is longer. */
const MAX_TOKENS: Record<PromptedTask, number> = { vqa: 512, caption: 128, 'alt-text': 128, read: 1_024 };

export function remoteCard({ baseUrl, model }: RemoteModel, imageSide: number): ModelCard {
  const task = (name: PromptedTask) => ({ template: promptFor(name).instruction, maxTokens: MAX_TOKENS[name] });
  const { host } = new URL(baseUrl);
  return ModelCard.parse({
    id: model,
    // Two servers may call different weights by one name.
    revision: host,
    description: `A model that ${host} runs.`,
    license: 'as its server says',
    files: {},
    sessions: {},
    defaultDtype: 'remote',
    preprocessing: {
      width: imageSide,
      height: imageSide,
      fit: 'inside',
      encoding: 'jpeg',
      kernel: 'lanczos3',
      mean: [0, 0, 0],
      std: [1, 1, 1],
      background: [255, 255, 255],
    },
    // It shows no features, attention or embeddings: the least that the schema takes.
    memory: { tokens: 1, width: 1, grids: [{ name: 'whole', offset: 0, rows: 1, columns: 1 }] },
    decoder: { layers: 1, heads: 1, headSize: 1, contextLength: 1 },
    attention: { layer: 0 },
    embedding: { size: 1, logitScale: 1 },
    vocabularySize: 1,
    tokens: { pad: 0, end: 0, so: 0 },
    text: { lowercase: false, stripTrailing: '', maxQuestionTokens: 1 },
    chat: true,
    tasks: { vqa: task('vqa'), caption: task('caption'), 'alt-text': task('alt-text'), read: task('read') },
    calibration: { kind: 'platt', a: 1, b: 0, sure: 0.9, fairlySure: 0.6, n: 0 },
    accuracy: {},
    knows: {},
    limits: [
      'It runs on another server: pictures and questions are sent there.',
      'How sure it is was not calibrated here; it cannot show where it looked, rank captions or search.',
    ],
    credits: [],
    training: {},
  });
}
