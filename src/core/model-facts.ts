/** What people and programs are told of the model that answers: its name, what was measured, what it cannot do, what runs it. */
import { z } from 'zod';
import type { EngineCard } from './model-card.ts';

const Measured = z.object({ n: z.number(), accuracy: z.number() });

/** What really runs a model, as its engine reports it. */
export const Device = z.object({
  name: z.string(),
  dtype: z.string(),
  threads: z.number(),
  runtime: z.string(),
  warning: z.string().optional(),
});

export const ModelFacts = z.object({
  id: z.string(),
  revision: z.string(),
  description: z.string(),
  license: z.string(),
  measured: z.array(Measured.extend({ on: z.string() })),
  limits: z.array(z.string()),
  /** It reads what was asked and answered before. */
  conversation: z.literal(true).optional(),
  /** Only a worker knows. */
  device: Device.optional(),
});
export type ModelFacts = z.infer<typeof ModelFacts>;

export function factsOf(
  card: Pick<EngineCard, Exclude<keyof ModelFacts, 'measured' | 'device'> | 'accuracy'>,
): Omit<ModelFacts, 'device'> {
  const { id, revision, description, license, accuracy, limits, conversation } = card;
  const measured = Object.entries(accuracy).flatMap(([on, figures]) => {
    const parsed = Measured.safeParse(figures);
    return parsed.success ? [{ on, ...parsed.data }] : [];
  });
  const facts = { id, revision, description, license, measured, limits: [...limits] };
  return conversation ? { ...facts, conversation } : facts;
}
