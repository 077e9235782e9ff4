/**
 * The life of a process: what it opened is closed in reverse order on SIGTERM, SIGINT or a fatal error, and it exits by
 * itself. Nothing calls `process.exit` while a session may be running: that would abort the process (DESIGN §3.3).
 */
import { SightlineError } from '#core/errors.ts';
import type { Logger } from './logger.ts';
import { onStopSignal } from './stop-signal.ts';

type Close = () => Promise<unknown> | unknown;

export class Lifecycle {
  readonly #closers: { name: string; close: Close }[] = [];
  readonly #log: Logger;
  #closing: Promise<void> | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  get closing(): boolean {
    return this.#closing !== undefined;
  }

  /** Registers what to do at the end; the last registered is closed first. What opens after the end is closed at once. */
  onClose(name: string, close: Close): void {
    this.#closers.push({ name, close });
    if (this.#closing) this.#closing = this.#closing.then(() => this.#closeAll());
  }

  /** Closes everything once; a closer that fails is logged and the others still run. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    for (let closer = this.#closers.pop(); closer; closer = this.#closers.pop()) {
      const { name, close } = closer;
      try {
        await close();
      } catch (error) {
        this.#log.error({ error, part: name }, 'could not be closed');
      }
    }
  }
}

/** Longer than any drain: what has not closed by then never will. */
const STUCK_MS = 30_000;

/**
 * Ends a process whose parts do not close, by the one signal that cannot wait: `process.exit` would wait for a session that
 * is stuck. What it had in hand goes back to the queue by the lock that it no longer renews.
 */
function endWhenStuck(log: Logger): void {
  setTimeout(() => {
    log.fatal({ afterMs: STUCK_MS }, 'could not be closed in time, killed');
    process.kill(process.pid, 'SIGKILL');
  }, STUCK_MS).unref();
}

/**
 * Runs a process: `start` opens the parts on the lifecycle; a signal, or the end of the parent that started it, closes them.
 * A `SightlineError` at the start is told in its own words, to the parent where there is one; anything else with its
 * stack in the log.
 */
export async function runProcess(log: Logger, start: (life: Lifecycle) => Promise<void>): Promise<void> {
  const life = new Lifecycle(log);
  const stop = (reason: string) => {
    log.info({ reason }, 'stopping');
    endWhenStuck(log);
    void life.close();
  };
  onStopSignal(stop);
  process.once('disconnect', () => stop('the parent process is gone'));
  // A channel that only waits for that must not keep the process alive.
  process.channel?.unref();
  try {
    await start(life);
  } catch (error) {
    // What fails while it ends fails because it ends.
    if (life.closing) return;
    process.exitCode = 1;
    if (error instanceof SightlineError) tell(error);
    if (!(error instanceof SightlineError) || error.cause !== undefined) log.error({ error }, 'could not start');
    await life.close();
  }
}

function tell({ code, detail, message }: SightlineError): void {
  if (process.send) process.send({ failed: { code, detail } });
  else process.stderr.write(`${message}\n`);
}
