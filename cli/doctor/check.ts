/** One thing the doctor looks at: what was found and, where that is a problem, what mends it. */
import { asSightlineError } from '#core/errors.ts';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  readonly remedy?: string;
}

export const good = (name: string, found: string): Check => ({ name, ok: true, found });
export const problem = (name: string, found: string, remedy: string): Check => ({ name, ok: false, found, remedy });

/** A failure of ours says in its own sentence what to do: that is the remedy. */
export function problemOf(name: string, error: unknown): Check {
  const { code, message, cause } = asSightlineError(error);
  return problem(name, cause instanceof Error ? `${code} (${cause.message})` : code, message);
}
