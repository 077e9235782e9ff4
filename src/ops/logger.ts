/** One JSON line per event on standard error, standard output being for what a person or a program asked for. */
import { type Logger, pino, stdSerializers } from 'pino';

export type { Logger } from 'pino';

/** Keys whose values never reach a log, wherever they stand. */
const SECRETS = ['token', 'authorization', 'password', 'cookie', 'redisUrl'];

export function createLogger(name: string, level: string): Logger {
  return pino(
    {
      name,
      level,
      serializers: { error: stdSerializers.errWithCause },
      redact: { paths: SECRETS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[secret]' },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
