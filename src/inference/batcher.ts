/**
 * Takes what waits, without a timer (docs/adr/0003): an idle engine gets a batch of one at once, a busy one finds up to
 * `batchSize` entries when it is free. A full batch is sent ahead while one runs, so that the engine need not wait for this
 * thread between two. Every entry settles exactly once; a bad one fails alone.
 */
import { SightlineError } from '#core/errors.ts';
import type { Engine, EngineInput, EngineOutput } from './engine.ts';

export interface BatcherOptions {
  readonly engine: Pick<Engine, 'run'>;
  readonly batchSize: number;
  /** Entries that may wait at once; more are refused with `queue_full`. */
  readonly maxWaiting?: number;
  /** Batches that the engine holds at once. */
  readonly inFlight?: number;
  readonly onBatch?: (size: number) => void;
}

export interface SubmitOptions {
  readonly signal?: AbortSignal;
  readonly onPartial?: (text: string) => void;
}

export type BatchedOutput = Extract<EngineOutput, { ok: true }> & {
  /** Milliseconds spent waiting for a place in a batch. */
  readonly batchedMs: number;
};

/** Payload and bookkeeping apart (DESIGN §2). */
interface Entry {
  readonly input: EngineInput;
  readonly signal: AbortSignal | undefined;
  readonly onPartial: SubmitOptions['onPartial'];
  readonly enqueuedAt: number;
  readonly resolve: (output: BatchedOutput) => void;
  readonly reject: (error: unknown) => void;
}

const MAX_WAITING = 256;
/** One runs, one lies ready behind it. */
const BATCHES_IN_FLIGHT = 2;

export interface Batcher {
  submit(input: EngineInput, options?: SubmitOptions): Promise<BatchedOutput>;
  /** Resolves when nothing waits and nothing runs. */
  idle(): Promise<void>;
}

export function createBatcher(options: BatcherOptions): Batcher {
  const { engine, batchSize, maxWaiting = MAX_WAITING, inFlight = BATCHES_IN_FLIGHT, onBatch } = options;
  let waiting: Entry[] = [];
  const running = new Set<Promise<void>>();

  const takeBatch = (): Entry[] => {
    const batch: Entry[] = [];
    const rest: Entry[] = [];
    for (const entry of waiting) {
      if (entry.signal?.aborted) entry.reject(entry.signal.reason);
      else (batch.length < batchSize ? batch : rest).push(entry);
    }
    waiting = rest;
    return batch;
  };

  const runBatch = async (batch: readonly Entry[]): Promise<void> => {
    const startedAt = performance.now();
    onBatch?.(batch.length);
    const outputs = await engine.run(
      batch.map(({ input }) => input),
      {
        signals: batch.map(({ signal }) => signal),
        ...(batch.some(({ onPartial }) => onPartial) && {
          onPartial: (index, text) => batch[index]?.onPartial?.(text),
        }),
      },
    );
    batch.forEach(({ resolve, reject, enqueuedAt }, index) => {
      const output = outputs[index];
      if (output?.ok) resolve({ ...output, batchedMs: startedAt - enqueuedAt });
      else reject(output?.error ?? new SightlineError('inference_failed', { detail: 'no output' }));
    });
  };

  /** One retry alone for each entry of a failed batch, so that a bad entry does not take its neighbours along. */
  const runAlone = async (batch: readonly Entry[]): Promise<void> => {
    for (const entry of batch) {
      if (entry.signal?.aborted) entry.reject(entry.signal.reason);
      else await runBatch([entry]).catch(entry.reject);
    }
  };

  const mayStart = (): boolean =>
    running.size === 0 ? waiting.length > 0 : running.size < inFlight && waiting.length >= batchSize;

  const work = (): void => {
    while (mayStart()) {
      const batch = takeBatch();
      if (batch.length === 0) continue;
      const run = runBatch(batch)
        .catch(() => runAlone(batch))
        .finally(() => {
          running.delete(run);
          work();
        });
      running.add(run);
    }
  };

  return {
    submit(input, { signal, onPartial } = {}) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (waiting.length >= maxWaiting) return Promise.reject(new SightlineError('queue_full'));
      return new Promise((resolve, reject) => {
        waiting.push({ input, signal, onPartial, enqueuedAt: performance.now(), resolve, reject });
        work();
      });
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
