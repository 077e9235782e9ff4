/**
 * Ctrl-C and SIGTERM as an abort: what runs ends early and cleans up, as leaving while a session runs would abort the
 * process (DESIGN §3.3). The second signal ends the process in the system's own way.
 * @throws SightlineError `cancelled` once it was interrupted
 */
import { SightlineError } from '#core/errors.ts';
import { onStopSignal } from '#ops/stop-signal.ts';

export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const off = onStopSignal(() => abort.abort());
  try {
    const done = await work(abort.signal);
    if (abort.signal.aborted) throw new SightlineError('cancelled');
    return done;
  } finally {
    off();
  }
}
