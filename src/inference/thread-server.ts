/**
 * The worker thread's side of an engine: works through messages one at a time, as sessions of one thread gain nothing from
 * interleaving. The thread is never terminated from outside, as that aborts the process during a run; `close` lets it end by
 * itself.
 */
import { parentPort } from 'node:worker_threads';
import { asSightlineError, type ErrorCode } from '#core/errors.ts';
import type { Pixels } from '#core/pixels.ts';
import type { DeviceReport, EngineInput, EngineOutput } from './engine.ts';
import type { FromThread, ToThread, WireError, WireOutput } from './engine-wire.ts';

export interface PredictOptions {
  readonly onPartial?: (index: number, text: string) => void;
  readonly isAborted: (index: number) => boolean;
}

/** What a thread does with its sessions. */
export interface ThreadWork {
  readonly device: DeviceReport;
  run(batch: readonly EngineInput[], options: PredictOptions): Promise<readonly EngineOutput[]>;
  embedTexts(texts: readonly string[]): Promise<readonly Float32Array[]>;
  embedImages(pictures: readonly Pixels[]): Promise<readonly Float32Array[]>;
  release(): Promise<unknown>;
}

function wireError(thrown: unknown, fallback: ErrorCode): WireError {
  const error = asSightlineError(thrown, fallback);
  const cause = error.cause instanceof Error ? error.cause.stack : error.stack;
  return { code: error.code, detail: error.detail, stack: cause };
}

/** Opens what this thread works with and serves its parent until `close`. */
export async function serveThread(open: () => Promise<ThreadWork>): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('This file runs as a worker thread only. This is a bug.');
  const say = (message: FromThread) => port.postMessage(message);
  /** `<run id>:<index>` of inputs whose asker left. */
  const aborted = new Set<string>();
  /** Runs are worked through in the order of their ids: an abort that comes after its run is nobody's. */
  let lastEnded = -1;

  const work = async (own: ThreadWork, message: Exclude<ToThread, { kind: 'abort' }>): Promise<void> => {
    const { id } = message;
    switch (message.kind) {
      case 'run': {
        const outputs = await own.run(message.batch, {
          isAborted: (index) => aborted.has(`${id}:${index}`),
          ...(message.partials && { onPartial: (index, text) => say({ kind: 'partial', id, index, text }) }),
        });
        lastEnded = id;
        message.batch.forEach((_, index) => {
          aborted.delete(`${id}:${index}`);
        });
        const wired = outputs.map(
          (output): WireOutput =>
            output.ok ? output : { ok: false, error: wireError(output.error, 'inference_failed') },
        );
        return say({ kind: 'outputs', id, outputs: wired });
      }
      case 'embedTexts':
        return say({ kind: 'embeddings', id, embeddings: await own.embedTexts(message.texts) });
      case 'embedImages':
        return say({ kind: 'embeddings', id, embeddings: await own.embedImages(message.pictures) });
      case 'close':
        await own.release();
        say({ kind: 'closed', id });
        port.close();
    }
  };

  try {
    const own = await open();
    let last: Promise<void> = Promise.resolve();
    port.on('message', (message: ToThread) => {
      if (message.kind === 'abort') {
        if (message.id > lastEnded) aborted.add(`${message.id}:${message.index}`);
        return;
      }
      last = last.then(() =>
        work(own, message).catch((thrown: unknown) =>
          say({ kind: 'failed', id: message.id, error: wireError(thrown, 'inference_failed') }),
        ),
      );
    });
    say({ kind: 'ready', device: own.device });
  } catch (thrown) {
    say({ kind: 'unusable', error: wireError(thrown, 'model_corrupt') });
  }
}
