/** A failure in the shape that OpenAI's clients understand: `{error: {message, type, param, code}}`, with our code and sentence. */
import { ERRORS, type ErrorCode } from '#core/errors.ts';

export interface OpenAIError {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: ErrorCode;
  };
}

export const openAIError = ({
  code,
  message,
}: {
  readonly code: ErrorCode;
  readonly message: string;
}): OpenAIError => ({
  error: { message, type: typeOf(ERRORS[code].httpStatus), param: null, code },
});

function typeOf(status: number): string {
  if (status === 401 || status === 403) return 'authentication_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** Their clients try again by themselves, unless they are told that it does not help. */
export const retryHeaders = (code: ErrorCode): Record<string, string> => ({
  'x-should-retry': String(ERRORS[code].retry),
  ...(ERRORS[code].httpStatus === 429 && { 'retry-after': '5' }),
});
