/**
 * The card of a model that another server runs: what we ask for and how a picture is sent. Nothing about it was measured
 * here; its tokens and weights are its server's business, and it shows neither attention nor embeddings.
 */
import type { EngineCard } from '#core/model-card.ts';
import type { RemoteModel } from '#core/model-name.ts';
import { promptFor } from '#core/prompts.ts';
import type { PromptedTask } from '#core/task.ts';

/** Tokens of an answer: a Discord message holds some 500; a page that is read aloud is longer. */
const MAX_TOKENS: Record<PromptedTask, number> = { vqa: 512, caption: 128, 'alt-text': 128, read: 1_024 };

export function remoteCard({ baseUrl, model }: RemoteModel, imageSide: number): EngineCard {
  const task = (name: PromptedTask) => ({ template: promptFor(name).instruction, maxTokens: MAX_TOKENS[name] });
  const { host } = new URL(baseUrl);
  return {
    id: model,
    // Two servers may call different weights by one name.
    revision: host,
    description: `A model that ${host} runs.`,
    license: 'as its server says',
    limits: [
      'It runs on another server: pictures and questions are sent there.',
      'How sure it is was not calibrated here; it cannot show where it looked, rank captions or search.',
    ],
    accuracy: {},
    preprocessing: {
      width: imageSide,
      height: imageSide,
      fit: 'inside',
      kernel: 'lanczos3',
      background: [255, 255, 255],
    },
    text: { lowercase: false, stripTrailing: '' },
    conversation: true,
    tasks: { vqa: task('vqa'), caption: task('caption'), 'alt-text': task('alt-text'), read: task('read') },
  };
}
