/**
 * The state of what lies behind the room, looked at once a second for everybody: does Redis answer, is a worker there,
 * how many asks wait. Never rejects; a Redis that is silent for `silenceMs` counts as gone.
 */
export interface Pulse {
  readonly redis: boolean;
  readonly workers: number;
  readonly waiting: number;
}

interface Sources {
  workers(): Promise<number>;
  waiting(): Promise<number>;
}

/** With the second between two looks this stays under the 5 s within which a person is told (RELIABILITY). */
const SILENCE_MS = 3_000;
const EVERY_MS = 1_000;

const GONE: Pulse = { redis: false, workers: 0, waiting: 0 };

export interface PulseWatch {
  now(): Pulse;
  close(): void;
}

export async function watchPulse(
  sources: Sources,
  { everyMs = EVERY_MS, silenceMs = SILENCE_MS }: { everyMs?: number; silenceMs?: number } = {},
): Promise<PulseWatch> {
  let current = GONE;
  let looking = false;
  let late: NodeJS.Timeout | undefined;

  const look = async () => {
    // A command that hangs is not asked again: it answers when Redis is back.
    if (looking) return;
    looking = true;
    late = setTimeout(() => {
      current = GONE;
    }, silenceMs);
    try {
      const [workers, waiting] = await Promise.all([sources.workers(), sources.waiting()]);
      current = { redis: true, workers, waiting };
    } catch {
      current = GONE;
    } finally {
      clearTimeout(late);
      looking = false;
    }
  };

  await look();
  const timer = setInterval(look, everyMs);
  return {
    now: () => current,
    close() {
      clearInterval(timer);
      clearTimeout(late);
    },
  };
}
