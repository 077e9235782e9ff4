/**
 * The life of a process: what it opened is closed in reverse order on SIGTERM, SIGINT or a fatal error, and it exits by
 * itself. Nothing calls `process.exit` while a session may be running: that would abort the process (DESIGN §3.3).
 */
import { SightlineError } from '#core/errors.ts';
import type { Logger } from './logger.ts';

type Close = () => Promise<unknown> | unknown;

export class Lifecycle {
  readonly #closers: { name: string; close: Close }[] = [];
  readonly #log: Logger;
  #closing: Promise<void> | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Registers what to do at the end; the last registered is closed first. */
  onClose(name: string, close: Close): void {
    this.#closers.push({ name, close });
  }

  /** Closes everything once; a closer that fails is logged and the others still run. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    for (const { name, close } of this.#closers.reverse()) {
      try {
        await close();
      } catch (error) {
        this.#log.error({ error, part: name }, 'could not be closed');
      }
    }
  }
}

/**
 * Runs a process: `start` opens the parts on the lifecycle, a signal closes them.
 * A `SightlineError` at the start is told in its own words; anything else with its stack in the log.
 */
export async function runProcess(log: Logger, start: (life: Lifecycle) => Promise<void>): Promise<void> {
  const life = new Lifecycle(log);
  const stop = (signal: string) => {
    log.info({ signal }, 'stopping');
    void life.close();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  try {
    await start(life);
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof SightlineError) process.stderr.write(`${error.message}\n`);
    if (!(error instanceof SightlineError) || error.cause !== undefined) log.error({ error }, 'could not start');
    await life.close();
  }
}
