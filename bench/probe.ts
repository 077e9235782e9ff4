/** Loaded into a worker by `--import`: measures its main thread from inside and tells over IPC when asked. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface ProbeReading {
  readonly eventLoopP99Ms: number;
  readonly eventLoopMaxMs: number;
  readonly residentMb: number;
  /** CPU seconds of the whole process, its threads included. */
  readonly cpuSeconds: number;
}

const RESOLUTION_MS = 1;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();

process.on('message', (message: unknown) => {
  if (message === 'bench:reset') delay.reset();
  if (message !== 'bench:read') return;
  const { user, system } = process.cpuUsage();
  // The histogram holds the whole interval between two ticks: the timer's own period is not delay.
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  const reading: ProbeReading = {
    eventLoopP99Ms: late(delay.percentile(99)),
    eventLoopMaxMs: late(delay.max),
    residentMb: process.memoryUsage.rss() / 2 ** 20,
    cpuSeconds: (user + system) / 1e6,
  };
  process.send?.({ bench: reading });
});
// Listening for messages must not keep the worker alive.
process.channel?.unref();
