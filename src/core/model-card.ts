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
