/**
 * The model's card: the contract between training and serving (docs/adr/0004). Preprocessing, templates, token ids,
 * calibration, hashes and measured accuracy stand here and nowhere in TypeScript.
 */
import { z } from 'zod';
import { Sha256 } from './ask.ts';
import { Calibration } from './certainty.ts';
import { PromptedTask } from './task.ts';

const count = z.number().int().positive();
const index = z.number().int().min(0);

const TaskCard = z.object({
  /** The prompt in the model's own tokens; `{question}` is filled with the normalised question. */
  template: z.string(),
  maxTokens: count,
});

const Accuracy = z.object({ n: count, accuracy: z.number().min(0).max(1) });
const AccuracyByType = Accuracy.extend({ byType: z.record(z.string(), Accuracy) });

const SessionFiles = z.object({ encoder: z.string(), decoder: z.string(), text: z.string() });

/** One grid of patch tokens inside the image memory: `rows * columns` tokens from `offset`, row by row. */
const MemoryGrid = z.object({ name: z.string(), offset: index, rows: count, columns: count });
export type MemoryGrid = z.infer<typeof MemoryGrid>;

export const ModelCard = z.object({
  id: z.string(),
  revision: z.string(),
  description: z.string(),
  license: z.string(),
  files: z.record(z.string(), z.object({ sha256: Sha256, bytes: index })),
  sessions: z.record(z.string(), SessionFiles),
  defaultDtype: z.string(),
  /** RGB at `width * height` by `kernel`, transparent parts on `background`; pixel = (rgb / 255 - mean) / std. */
  preprocessing: z.object({
    width: count,
    height: count,
    fit: z.enum(['fill', 'contain', 'cover']),
    kernel: z.enum(['nearest', 'linear', 'cubic', 'mitchell', 'lanczos2', 'lanczos3']),
    mean: z.tuple([z.number(), z.number(), z.number()]),
    std: z.tuple([z.number(), z.number(), z.number()]),
    background: z.tuple([z.number(), z.number(), z.number()]),
  }),
  /** Image memory `[tokens, width]`: what every layer of the decoder attends to. */
  memory: z.object({ tokens: count, width: count, grids: z.array(MemoryGrid).min(1) }),
  decoder: z.object({ layers: count, heads: count, headSize: count, contextLength: count }),
  /** Which layer's cross-attention is shown as evidence. */
  attention: z.object({ layer: index }),
  embedding: z.object({ size: count, logitScale: z.number().positive() }),
  vocabularySize: count,
  tokens: z.object({ pad: index, end: index, so: index }),
  /** How a question is worded for the model: in small letters, without these signs at its end; and how long it may be. */
  text: z.object({ lowercase: z.boolean(), stripTrailing: z.string(), maxQuestionTokens: count }),
  tasks: z.record(PromptedTask, TaskCard),
  calibration: Calibration,
  accuracy: z.record(z.string(), z.union([AccuracyByType, Accuracy, z.record(z.string(), z.unknown())])),
  knows: z.record(z.string(), z.union([z.array(z.string()), z.number()])),
  limits: z.array(z.string()).min(1),
  credits: z.array(z.object({ name: z.string(), license: z.string(), url: z.string().optional() })),
  training: z.record(z.string(), z.unknown()),
});
export type ModelCard = z.infer<typeof ModelCard>;
export type Preprocessing = ModelCard['preprocessing'];

/** How a picture is scaled for a model. `inside` keeps its shape within `width * height` and never enlarges it. */
export type Scaling = Pick<Preprocessing, 'width' | 'height' | 'kernel' | 'background'> & {
  readonly fit: Preprocessing['fit'] | 'inside';
};

/**
 * What answering needs to know of a model, whatever engine runs it (docs/adr/0014). Our own cards have all of it; a model
 * from a hub has neither a calibration nor a layout of its attention.
 */
export interface EngineCard {
  readonly id: string;
  readonly revision: string;
  readonly description: string;
  readonly license: string;
  readonly limits: readonly string[];
  readonly accuracy: Readonly<Record<string, unknown>>;
  readonly preprocessing: Scaling;
  readonly text: Pick<ModelCard['text'], 'lowercase' | 'stripTrailing'>;
  /** Only what it can do. */
  readonly tasks: Readonly<Partial<Record<PromptedTask, z.infer<typeof TaskCard>>>>;
  /** It reads the questions and answers before this one, and a program's instructions. */
  readonly conversation?: true;
  readonly calibration?: Calibration;
  readonly memory?: ModelCard['memory'];
  readonly embedding?: ModelCard['embedding'];
}
