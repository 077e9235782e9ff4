/**
 * The one builder of cache keys. A key is an identity: everything that could change the cached thing is part of it,
 * joined by a character that no part can contain.
 */
import { createHash } from 'node:crypto';
import type { Turn } from './ask.ts';
import type { EngineCard } from './model-card.ts';
import { promptFor } from './prompts.ts';
import { normaliseQuestion } from './question.ts';
import type { PromptedTask } from './task.ts';

const identity = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** Features depend on the bytes, the weights and how pixels were made of the bytes. */
export const featuresKey = (sha256: string, card: EngineCard, dtype: string): string =>
  identity('features', sha256, card.id, card.revision, dtype, card.preprocessing);

/**
 * An answer depends on the features, the task, the question as the model is given it, the prompt's revision, what the model read
 * before, and how long it may become.
 */
export const answerKey = (
  features: string,
  card: EngineCard,
  task: PromptedTask,
  question: string,
  turns: readonly Turn[] = [],
  {
    instructions,
    maxTokens,
  }: { readonly instructions?: string | undefined; readonly maxTokens?: number | undefined } = {},
): string =>
  identity(
    'answer',
    features,
    task,
    normaliseQuestion(question, card.text),
    promptFor(task).revision,
    turns,
    instructions,
    maxTokens,
  );
