/** How a command ends: its exit code, and how a failure is told. */
import { CommanderError } from 'commander';
import { asSightlineError, type ErrorCode, SightlineError } from '#core/errors.ts';
import { say, sayJson, type Terminal } from './terminal.ts';

export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** The codes that do not end in `failed`. */
const EXIT_OF: Readonly<Partial<Record<ErrorCode, number>>> = {
  cancelled: EXIT.interrupted,
  no_image: EXIT.usage,
  no_question: EXIT.usage,
  question_too_long: EXIT.usage,
};

/** Raised by a command when its arguments do not make sense together. */
export class UsageError extends Error {
  readonly code: ErrorCode;

  constructor(message: string, code: ErrorCode = 'bad_request') {
    super(message);
    this.code = code;
  }
}

/** Tells a failure in one sentence, with `json` as an object on standard output. Returns the exit code. */
export function tellFailure(error: unknown, terminal: Terminal, json: boolean): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok; // --help, --version
  if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage; // help was shown instead
  const { code, message, exitCode } = described(error);
  if (json) sayJson(terminal, { error: { code, message } });
  else say(terminal.stderr, `sightline: ${message}`);
  return exitCode;
}

function described(error: unknown): { code: ErrorCode; message: string; exitCode: number } {
  if (error instanceof UsageError) return { code: error.code, message: error.message, exitCode: EXIT.usage };
  if (error instanceof CommanderError) {
    const message = `${sentence(error.message.replace(/^error: /, ''))} See "sightline --help".`;
    return { code: 'bad_request', message, exitCode: EXIT.usage };
  }
  const ours = asSightlineError(error);
  // Nothing keeps a log here: what broke is told with the sentence.
  const cause = ours.code === 'internal' && error instanceof Error ? ` (${error.message})` : '';
  return { code: ours.code, message: ours.message + cause, exitCode: EXIT_OF[ours.code] ?? EXIT.failed };
}

/** Commander speaks in small letters, sometimes with a suggestion on a second line. */
const sentence = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}${/[.?!)]$/.test(line) ? '' : '.'}`;
};

/** An error object for the JSON of one picture among several. */
export const errorJson = (error: unknown): { code: ErrorCode; message: string } => {
  const { code, message } = error instanceof SightlineError ? error : asSightlineError(error);
  return { code, message };
};
