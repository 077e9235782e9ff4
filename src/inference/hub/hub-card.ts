/**
 * The card of a hub model, from its own config files and our prompts (docs/adr/0014): nothing on it was measured by us, so it
 * has no calibration, no accuracy and no layout of attention.
 */
import { z } from 'zod';
import type { EngineCard } from '#core/model-card.ts';
import { promptFor } from '#core/prompts.ts';
import { PromptedTask } from '#core/task.ts';
import type { HubFamily } from './families.ts';

/** Uploads are no larger (src/core/limits.ts). */
const LARGEST_SIDE = 2048;

/** Tokens of an answer at most: a sentence or two, for a sign or a page its text. */
const MOST_TOKENS: Readonly<Record<PromptedTask, number>> = { vqa: 128, caption: 64, 'alt-text': 96, read: 256 };

/** Florence-2 is told its task by a token of its own (arXiv:2311.06242); free questions are not among them. */
const TASK_TOKENS: Readonly<Partial<Record<PromptedTask, string>>> = {
  caption: '<CAPTION>',
  'alt-text': '<DETAILED_CAPTION>',
  read: '<OCR>',
};

/** The published CLIP models were clipped at this temperature in training (arXiv:2103.00020, section 2.5). */
const CLIP_LOGIT_SCALE = 100;

const side = z.number().int().positive();
/** Of preprocessor_config.json, whichever way it tells a size. */
const Sizes = z.object({
  size: z
    .union([z.object({ longest_edge: side.optional(), shortest_edge: side.optional(), height: side.optional() }), side])
    .optional(),
  max_pixels: side.optional(),
});

export interface HubFacts {
  readonly id: string;
  readonly commit: string;
  readonly license: string;
  readonly family: HubFamily;
  readonly config: Readonly<Record<string, unknown>>;
  readonly preprocessor: unknown;
  /** Longest side of a picture that the operator allows; the model's own where undefined. */
  readonly imageSide: number | undefined;
}

export function hubCard({ id, commit, license, family, config, preprocessor, imageSide }: HubFacts): EngineCard {
  const longest = Math.min(imageSide ?? LARGEST_SIDE, wantedSide(preprocessor));
  return {
    id,
    revision: commit,
    description: `${id} from the hub.`,
    license,
    limits: ['How often it is right was not measured here: its confidence is its own word.'],
    accuracy: {},
    preprocessing: { width: longest, height: longest, fit: 'inside', kernel: 'lanczos3', background: [255, 255, 255] },
    text: { lowercase: false, stripTrailing: '' },
    tasks: Object.fromEntries(
      PromptedTask.options.flatMap((task) => {
        const template = templateOf(family, task);
        return template === undefined ? [] : [[task, { template, maxTokens: MOST_TOKENS[task] }]];
      }),
    ),
    ...(family === 'chat' && { conversation: true as const }),
    ...(family === 'towers' && {
      embedding: {
        size: z.object({ projection_dim: side }).parse(config).projection_dim,
        logitScale: CLIP_LOGIT_SCALE,
      },
    }),
  };
}

function templateOf(family: HubFamily, task: PromptedTask): string | undefined {
  switch (family) {
    case 'chat':
      return promptFor(task).instruction;
    case 'tasker':
      return TASK_TOKENS[task];
    case 'captioner':
      return task === 'caption' || task === 'alt-text' ? '' : undefined;
    case 'towers':
      return undefined;
  }
}

/** A picture is handed over at twice the size that the model's own processor scales it to, or at what it takes at most. */
function wantedSide(preprocessor: unknown): number {
  const { size, max_pixels: maxPixels } = Sizes.parse(preprocessor);
  if (maxPixels !== undefined) return Math.ceil(Math.sqrt(maxPixels));
  if (size === undefined) return LARGEST_SIDE;
  if (typeof size === 'number') return 2 * size;
  const fixed = size.height ?? size.shortest_edge;
  return size.longest_edge ?? (fixed === undefined ? LARGEST_SIDE : 2 * fixed);
}
