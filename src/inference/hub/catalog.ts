/** Models of the hub that are known to fit, as data in `models/catalog.json`: what each is good at, as its source says. */
import { z } from 'zod';
import { Task } from '#core/task.ts';
import catalog from '../../../models/catalog.json' with { type: 'json' };

const Known = z.object({
  id: z.string(),
  /** Null where the hub states none. */
  licence: z.string().nullable(),
  tasks: z.array(Task).min(1),
  goodAt: z.string(),
  /** Where its page was read: which weights there are, and what memory it takes. */
  dtypes: z.object({ has: z.array(z.string()), says: z.string(), source: z.url() }).optional(),
  memory: z.object({ says: z.string(), source: z.url() }).optional(),
  /** Words with which it goes on by itself after its answer; nothing from there on is shown. */
  stopWords: z.array(z.string()).optional(),
  source: z.url(),
});
export type KnownModel = z.infer<typeof Known>;

export const KNOWN_MODELS: readonly KnownModel[] = z.object({ models: z.array(Known) }).parse(catalog).models;

export const stopWordsOf = (id: string): readonly string[] =>
  KNOWN_MODELS.find((known) => known.id === id)?.stopWords ?? [];
