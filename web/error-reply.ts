/** An error as the page and programs get it: `{error: {code, message, retry}}` with the table's HTTP status. */
import { asSightlineError, ERRORS, type ErrorCode, SightlineError, sentenceFor } from '#core/errors.ts';

export interface ErrorReply {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly retry: boolean };
}

export const errorReply = (code: ErrorCode, detail?: string): ErrorReply => ({
  error: { code, message: sentenceFor(code, detail), retry: ERRORS[code].retry },
});

/** Fastify's own refusals (bad JSON, unknown media type, URL too long) are the client's doing, not a bug of ours. */
export function asReportable(error: unknown): SightlineError {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (error instanceof SightlineError || typeof status !== 'number' || status >= 500) return asSightlineError(error);
  // The one body whose type is asked for is JSON; a picture's bytes are sniffed.
  if (status === 415) return new SightlineError('not_json', { cause: error });
  const detail = error instanceof Error ? error.message.replace(/\.$/, '') : undefined;
  return new SightlineError('bad_request', { ...(detail === undefined ? {} : { detail }), cause: error });
}
