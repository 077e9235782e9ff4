/** What people and programs are told of the model that answers: its name, what was measured, what it cannot do. */
import { z } from 'zod';
import type { EngineCard } from './model-card.ts';

const Measured = z.object({ n: z.number(), accuracy: z.number() });

export const ModelFacts = z.object({
  id: z.string(),
  revision: z.string(),
  description: z.string(),
  license: z.string(),
  measured: z.array(Measured.extend({ on: z.string() })),
  limits: z.array(z.string()),
  /** It reads what was asked and answered before. */
  conversation: z.literal(true).optional(),
});
export type ModelFacts = z.infer<typeof ModelFacts>;

export function factsOf(card: Pick<EngineCard, Exclude<keyof ModelFacts, 'measured'> | 'accuracy'>): ModelFacts {
  const { id, revision, description, license, accuracy, limits, conversation } = card;
  const measured = Object.entries(accuracy).flatMap(([on, figures]) => {
    const parsed = Measured.safeParse(figures);
    return parsed.success ? [{ on, ...parsed.data }] : [];
  });
  const facts = { id, revision, description, license, measured, limits: [...limits] };
  return conversation ? { ...facts, conversation } : facts;
}
