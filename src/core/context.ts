/** What was said before the question. Only models whose card says `chat` hear it. */
import type { Turn } from './ask.ts';
import type { ModelCard } from './model-card.ts';

export interface Context {
  readonly conversation: readonly Turn[];
  readonly instructions?: string | undefined;
}

export const NO_CONTEXT: Context = { conversation: [] };

/** What the model hears of `context`: a model that hears nothing of it gives everybody the same answer. */
export const heardContext = (card: ModelCard, context: Context = NO_CONTEXT): Context =>
  card.chat ? context : NO_CONTEXT;
