/**
 * The wish to stop, however often it is delivered: a terminal signals the whole group, and npm hands its own copy on. A second
 * signal counts only when a person can have meant it; then it ends the process in the system's own way.
 */

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** Copies of one Ctrl-C come within some 50 ms of each other. */
const SAME_WISH_MS = 1_000;

/** Calls `stop` once. Returns what takes the handlers off again. */
export function onStopSignal(stop: (signal: NodeJS.Signals) => void): () => void {
  let stoppedAt: number | undefined;
  const off = () => {
    for (const signal of SIGNALS) process.off(signal, hear);
  };
  const hear = (signal: NodeJS.Signals) => {
    if (stoppedAt === undefined) {
      stoppedAt = performance.now();
      stop(signal);
    } else if (performance.now() - stoppedAt > SAME_WISH_MS) {
      off();
      process.kill(process.pid, signal);
    }
  };
  for (const signal of SIGNALS) process.on(signal, hear);
  return off;
}
