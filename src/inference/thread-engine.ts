/**
 * The main thread's side of an engine whose sessions live in a worker thread: calls by message. If the thread dies, every
 * pending and later call fails with `inference_failed`, and `broken` resolves so that the process can end and be restarted.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { asSightlineError, SightlineError } from '#core/errors.ts';
import type { EngineCard } from '#core/model-card.ts';
import type { DeviceReport, Engine, EngineInput, EngineOutput, RunOptions } from './engine.ts';
import type { FromThread, ToThread, WireError } from './engine-wire.ts';

export interface ThreadEngine extends Engine {
  /** Resolves with the reason when the thread died on its own. */
  readonly broken: Promise<SightlineError>;
}

export interface ThreadEngineOptions<Card extends EngineCard> {
  readonly card: Card;
  /** What runs in the thread; it speaks by src/inference/thread-server.ts. */
  readonly script: URL;
  readonly workerData: unknown;
  readonly mostTogether?: number;
  /** What V8 sets aside for young objects of the thread; its own measure when left out. */
  readonly youngMb?: number;
}

type Reply = Extract<FromThread, { kind: 'outputs' | 'embeddings' | 'closed' }>;

interface Pending {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: SightlineError) => void;
  readonly onPartial: RunOptions['onPartial'];
}

const fromWire = ({ code, detail, stack }: WireError): SightlineError =>
  new SightlineError(code, { cause: stack, ...(detail !== undefined && { detail }) });

/** @throws SightlineError why the thread cannot open the model */
export async function openThreadEngine<Card extends EngineCard>({
  card,
  script,
  workerData,
  mostTogether,
  youngMb,
}: ThreadEngineOptions<Card>): Promise<ThreadEngine & { readonly card: Card }> {
  const resourceLimits = youngMb === undefined ? {} : { maxYoungGenerationSizeMb: youngMb };
  const thread = new Worker(script, { workerData, name: 'engine', resourceLimits });
  const pending = new Map<number, Pending>();
  const broken = Promise.withResolvers<SightlineError>();
  let death: SightlineError | undefined;
  let closing: Promise<void> | undefined;
  let nextId = 0;

  const die = (cause: unknown) => {
    if (death) return;
    death = new SightlineError('inference_failed', { cause });
    for (const { reject } of pending.values()) reject(death);
    pending.clear();
    if (!closing) broken.resolve(death);
  };

  const receive = (message: FromThread) => {
    if (message.kind === 'ready' || message.kind === 'unusable') return;
    const call = pending.get(message.id);
    if (message.kind === 'partial') {
      call?.onPartial?.(message.index, message.text);
      return;
    }
    pending.delete(message.id);
    if (message.kind === 'failed') call?.reject(fromWire(message.error));
    else call?.resolve(message);
  };

  const call = (id: number, message: ToThread, onPartial?: RunOptions['onPartial']): Promise<Reply> => {
    if (death) return Promise.reject(death);
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject, onPartial });
      thread.postMessage(message);
    });
  };

  const embeddings = async (message: ToThread & { id: number }): Promise<readonly Float32Array[]> => {
    const reply = await call(message.id, message);
    return reply.kind === 'embeddings' ? reply.embeddings : [];
  };

  const device = await started(thread);
  thread.on('message', receive);
  thread.on('error', die);
  thread.on('exit', (code) => die(new Error(`The engine thread ended with code ${code}`)));

  return {
    card,
    ...(mostTogether !== undefined && { mostTogether }),
    device,
    broken: broken.promise,
    async run(batch: readonly EngineInput[], options: RunOptions = {}): Promise<readonly EngineOutput[]> {
      const id = nextId++;
      const stops = batch.map((_, index) => {
        const signal = options.signals?.[index];
        const abort = () => thread.postMessage({ kind: 'abort', id, index } satisfies ToThread);
        if (signal?.aborted) abort();
        else signal?.addEventListener('abort', abort, { once: true });
        return () => signal?.removeEventListener('abort', abort);
      });
      try {
        const partials = options.onPartial !== undefined;
        const reply = await call(id, { kind: 'run', id, batch, partials }, options.onPartial);
        const outputs = reply.kind === 'outputs' ? reply.outputs : [];
        return outputs.map((output) => (output.ok ? output : { ok: false, error: fromWire(output.error) }));
      } finally {
        for (const stop of stops) stop();
      }
    },
    embedTexts: (texts) => embeddings({ kind: 'embedTexts', id: nextId++, texts }),
    embedImages: (pictures) => embeddings({ kind: 'embedImages', id: nextId++, pictures }),
    close() {
      closing ??= closed(thread, () => call(nextId, { kind: 'close', id: nextId++ }));
      return closing;
    },
  };
}

/** Waits until the thread has its sessions. */
async function started(thread: Worker): Promise<DeviceReport> {
  // Each listener is removed by itself: `removeAllListeners` also takes Node's own, and no message arrives any more.
  const first = new AbortController();
  try {
    const { signal } = first;
    const ended = once(thread, 'exit', { signal }).then(([code]) => {
      throw new Error(`The engine thread ended with code ${code}`);
    });
    const [message] = (await Promise.race([once(thread, 'message', { signal }), ended])) as [FromThread];
    if (message.kind === 'ready') return message.device;
    throw message.kind === 'unusable'
      ? fromWire(message.error)
      : new Error('The engine thread is not ready. This is a bug.');
  } catch (error) {
    throw asSightlineError(error, 'inference_failed');
  } finally {
    first.abort();
  }
}

/** Asks the thread to end and waits until it did; a thread that is dead already is closed. */
async function closed(thread: Worker, close: () => Promise<unknown>): Promise<void> {
  const exit = new Promise((resolve) => thread.once('exit', resolve));
  try {
    await close();
    await exit;
  } catch (error) {
    if (!(error instanceof SightlineError)) throw error;
  }
}
