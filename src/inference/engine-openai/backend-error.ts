/**
 * What went wrong at the server that runs the model, in our words. The server's own words are passed on only where they
 * help, on one line, short, and never with the key in them: some servers repeat it. The original error is not kept as a
 * cause, because it carries headers and bodies into logs.
 */
import { APIConnectionError, APIError } from 'openai';
import { type ErrorCode, SightlineError } from '#core/errors.ts';
import type { RemoteModel } from '#core/model-name.ts';

const DETAIL_CHARACTERS = 200;
const NO_MODEL = /not found|does(?: not|n't) exist|not a valid model|unknown model|invalid model|no models? loaded/i;

export function backendError(error: unknown, remote: RemoteModel, apiKey: string | undefined): SightlineError {
  if (error instanceof SightlineError) return error;
  const { host } = new URL(remote.baseUrl);
  const words = wordsOf(error, apiKey);
  const fail = (code: ErrorCode, detail: string) => new SightlineError(code, { detail, cause: new Error(words) });
  const own = causeOf(error);
  if (own) return own;
  if (error instanceof APIConnectionError) return fail('backend_unreachable', `${host}${reasonOf(error)}`);
  if (!(error instanceof APIError)) {
    // The stream was not JSON, or its connection was cut.
    return error instanceof SyntaxError
      ? fail('backend_nonsense', 'its reply is not JSON')
      : fail('backend_broke_off', host);
  }
  const { status } = error;
  // Told in the middle of a stream.
  if (status === undefined) return fail('backend_failed', words);
  if (status === 401 || status === 403) return fail('backend_key_refused', host);
  // No credit is left.
  if (status === 402) return fail('backend_failed', words);
  if (status === 429) return fail('backend_busy', host);
  if (status < 500 && /model/i.test(words) && NO_MODEL.test(words)) return fail('backend_model_unknown', remote.model);
  if (status === 404 || status === 405) {
    return fail('backend_nonsense', `it has nothing at ${remote.baseUrl}/chat/completions, or no ${remote.model}`);
  }
  if (status < 500) return fail('backend_declined', words);
  return fail(status === 503 ? 'backend_busy' : 'backend_failed', status === 503 ? host : `${host}, HTTP ${status}`);
}

/** A `SightlineError` that came through the client wrapped in one of its own. */
function causeOf(error: unknown): SightlineError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof SightlineError) return cause;
  }
  return undefined;
}

/** ", ECONNREFUSED": the innermost code that the network gave. */
function reasonOf(error: unknown): string {
  let reason = '';
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') reason = `, ${cause.code}`;
  }
  return reason;
}

/** The message of the server on one line, without the status, the key and markup. */
export function wordsOf(error: unknown, apiKey: string | undefined): string {
  const message = error instanceof Error ? error.message : String(error);
  const withoutKey = apiKey ? message.replaceAll(apiKey, '[key]') : message;
  const line = withoutKey
    .replace(/^\d{3} /, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\p{C}|\s+/gu, ' ')
    .trim()
    .replace(/[.\s]+$/, '');
  return line.length > DETAIL_CHARACTERS ? `${line.slice(0, DETAIL_CHARACTERS - 1)}…` : line || 'no reason given';
}
