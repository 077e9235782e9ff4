/** What a program sends to `/v1/embeddings`: texts, and pictures as data URLs or in the shape of a chat's parts. */
import { z } from 'zod';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { Part } from './chat-body.ts';
import { isDataUrl } from './picture-source.ts';

const Input = z.union([z.string().min(1), Part]);

export const EmbeddingsBody = z.strictObject({
  model: z.string(),
  input: z.union([Input, z.array(Input).min(1).max(LIMITS.embedInputs)]),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  user: z.unknown().optional(),
});
export type EmbeddingsBody = z.infer<typeof EmbeddingsBody>;

export type Wanted =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'picture'; readonly url: string };

/** @throws SightlineError `question_too_long` */
export function wantedOf({ input }: EmbeddingsBody): Wanted[] {
  return [input].flat().map((one): Wanted => {
    if (typeof one !== 'string' && one.type === 'image_url') return { kind: 'picture', url: one.image_url.url };
    const text = typeof one === 'string' ? one : one.text;
    if (isDataUrl(text)) return { kind: 'picture', url: text };
    if (text.length > LIMITS.questionCharacters) {
      const detail = `${text.length} characters, at most ${LIMITS.questionCharacters}`;
      throw new SightlineError('question_too_long', { detail });
    }
    return { kind: 'text', text };
  });
}
