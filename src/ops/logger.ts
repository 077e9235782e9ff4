/** One JSON line per event on standard error, standard output being for what a person or a program asked for. */
import { type Logger, pino, stdSerializers } from 'pino';

export type { Logger } from 'pino';

/** Keys whose values never reach a log, to a depth of two. */
const SECRETS = ['token', 'authorization', 'password', 'cookie', 'redisUrl'];

/**
 * ioredis puts the failed command on its error: the password of an AUTH, a question, a picture's bytes. discord.js puts the
 * address and body of the failed request on it: the token of an interaction, what people wrote. None of it is for a log.
 */
function withoutRequests(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { command, url, requestBody, previousErrors, lastNodeError, cause, ...rest } = stdSerializers.err(
    error,
  ) as Record<string, unknown>;
  return error.cause === undefined ? rest : { ...rest, cause: withoutRequests(error.cause) };
}

/** @param level until the configuration is parsed, which may itself be what is wrong */
export function createLogger(name: string, level = 'info'): Logger {
  return pino(
    {
      name,
      level,
      serializers: { error: withoutRequests },
      redact: { paths: SECRETS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[secret]' },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
