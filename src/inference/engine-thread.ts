/**
 * The engine thread: owns the sessions, works through messages one at a time. It is never terminated from outside, as that
 * aborts the process during a run; `close` lets it end by itself.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { asSightlineError, type ErrorCode } from '#core/errors.ts';
import { encodeImages, encodeTexts } from './encode.ts';
import type { FromThread, ThreadData, ToThread, WireError, WireOutput } from './engine-wire.ts';
import { FeatureCache } from './feature-cache.ts';
import { type Model, predict } from './predict.ts';
import { openSessions } from './sessions.ts';
import { loadTokenizer } from './tokenizer.ts';

const port = parentPort;
if (!port) throw new Error('engine-thread.ts runs as a worker thread only. This is a bug.');
const { model: loaded, threads, featureCacheBytes } = workerData as ThreadData;
const say = (message: FromThread) => port.postMessage(message);

function wireError(thrown: unknown, fallback: ErrorCode): WireError {
  const error = asSightlineError(thrown, fallback);
  const cause = error.cause instanceof Error ? error.cause.stack : error.stack;
  return { code: error.code, detail: error.detail, stack: cause };
}

/** `<run id>:<index>` of inputs whose asker left. */
const aborted = new Set<string>();
/** Runs are worked through in the order of their ids: an abort that comes after its run is nobody's. */
let lastEnded = -1;

async function work(model: Model, message: Exclude<ToThread, { kind: 'abort' }>): Promise<void> {
  const { id } = message;
  switch (message.kind) {
    case 'run': {
      const outputs = await predict(model, message.batch, {
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
      return say({
        kind: 'embeddings',
        id,
        embeddings: await encodeTexts(model.sessions, model.card, model.codec, message.texts),
      });
    case 'embedImages': {
      const features = await encodeImages(model.sessions, model.card, message.rgb);
      return say({ kind: 'embeddings', id, embeddings: features.map(({ embedding }) => embedding) });
    }
    case 'close':
      await model.sessions.release();
      say({ kind: 'closed', id });
      port?.close();
  }
}

try {
  const [sessions, codec] = await Promise.all([
    openSessions(loaded.sessions, threads),
    loadTokenizer(loaded.tokenizer, loaded.tokenizerConfig),
  ]);
  const model: Model = { sessions, codec, card: loaded.card, features: new FeatureCache(featureCacheBytes) };
  // One at a time: sessions of one thread gain nothing from interleaving.
  let last: Promise<void> = Promise.resolve();
  port.on('message', (message: ToThread) => {
    if (message.kind === 'abort') {
      if (message.id > lastEnded) aborted.add(`${message.id}:${message.index}`);
      return;
    }
    last = last.then(() =>
      work(model, message).catch((thrown: unknown) =>
        say({ kind: 'failed', id: message.id, error: wireError(thrown, 'inference_failed') }),
      ),
    );
  });
  say({ kind: 'ready', device: { name: 'cpu', dtype: loaded.dtype, threads, runtime: 'onnxruntime-node' } });
} catch (thrown) {
  say({ kind: 'unusable', error: wireError(thrown, 'model_corrupt') });
}
