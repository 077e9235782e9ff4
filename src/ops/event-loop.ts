/** How long the event loop of this process was held up, in ms: BullMQ renews its locks on it (DESIGN §3.3). */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;

export interface EventLoopDelay {
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface EventLoopWatch {
  /** Since the last read. */
  read(): EventLoopDelay;
  close(): void;
}

export function watchEventLoop(): EventLoopWatch {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  // The histogram measures the whole interval of its timer; what is beyond that is delay.
  const delayMs = (nanoseconds: number) => Math.max(0, Math.round(nanoseconds / 1e5) / 10 - RESOLUTION_MS);
  return {
    read() {
      const delay = { p99Ms: delayMs(histogram.percentile(99)), maxMs: delayMs(histogram.max) };
      histogram.reset();
      return delay;
    },
    close: () => histogram.disable(),
  };
}
