/**
 * The one builder of cache keys. A key is an identity: everything that could change the cached thing is part of it,
 * joined by a character that no part can contain.
 */
import { createHash } from 'node:crypto';
import type { ModelCard } from './model-card.ts';
import { promptFor } from './prompts.ts';
import { normaliseQuestion } from './question.ts';
import type { PromptedTask } from './task.ts';

const identity = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** Features depend on the bytes, the weights and how pixels were made of the bytes. */
export const featuresKey = (sha256: string, card: ModelCard, dtype: string): string =>
  identity('features', sha256, card.id, card.revision, dtype, card.preprocessing);

/** An answer depends on the features, the task, the question as the model is given it, and the prompt's revision. */
export const answerKey = (features: string, card: ModelCard, task: PromptedTask, question: string): string =>
  identity('answer', features, task, normaliseQuestion(question, card.text), promptFor(task).revision);
