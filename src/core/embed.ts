/**
 * Texts and pictures to be embedded: vectors of one space, for programs that search and compare (docs/adr/0015). The second kind
 * of job beside an ask: nobody reads the result, a program waits for it.
 */
import { z } from 'zod';
import { ImageRef, RequestId } from './ask.ts';
import { ErrorCode } from './errors.ts';
import { LIMITS } from './limits.ts';

export const EmbedInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string().min(1).max(LIMITS.questionCharacters) }),
  z.object({ kind: z.literal('picture'), image: ImageRef }),
]);
export type EmbedInput = z.infer<typeof EmbedInput>;

export const EmbedRequest = z.object({
  id: RequestId,
  inputs: z.array(EmbedInput).min(1).max(LIMITS.embedInputs),
  /** Milliseconds since the epoch. */
  deadlineAt: z.number().int(),
});
export type EmbedRequest = z.infer<typeof EmbedRequest>;

export const EmbedOutcome = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    modelId: z.string(),
    /** In the order of the inputs, each L2-normalised [E], as base64 of little-endian 32-bit floats. */
    vectors: z.array(z.base64()),
  }),
  z.object({ ok: z.literal(false), code: ErrorCode, detail: z.string().optional() }),
]);
export type EmbedOutcome = z.infer<typeof EmbedOutcome>;

export const encodeVector = (vector: Float32Array): string =>
  Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');

export function decodeVector(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  const vector = new Float32Array(Math.floor(bytes.length / 4));
  for (let i = 0; i < vector.length; i += 1) vector[i] = bytes.readFloatLE(4 * i);
  return vector;
}
