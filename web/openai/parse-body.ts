/** A program's JSON as its schema wants it, or a refusal that names what is not understood. */
import type { z } from 'zod';
import { SightlineError } from '#core/errors.ts';

/** @throws SightlineError `bad_request` naming what is not understood */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const detail = parsed.error.issues
    .slice(0, 3)
    .map((issue) =>
      issue.code === 'unrecognized_keys'
        ? `${issue.keys.join(', ')} is not supported here`
        : `${issue.path.join('.') || 'body'}: ${issue.message}`,
    )
    .join('; ');
  throw new SightlineError('bad_request', { detail });
}
