/** The thread of the onnxruntime engine: opens the sessions and answers with them. */
import { workerData } from 'node:worker_threads';
import { encodeImages, encodeTexts } from './encode.ts';
import type { OnnxThreadData } from './engine-onnx.ts';
import { FeatureCache } from './feature-cache.ts';
import { type Model, predict } from './predict.ts';
import { openSessions } from './sessions.ts';
import { serveThread } from './thread-server.ts';
import { loadTokenizer } from './tokenizer.ts';

const { model: loaded, threads, featureCacheBytes } = workerData as OnnxThreadData;
const { card } = loaded;

await serveThread(async () => {
  const [sessions, codec] = await Promise.all([
    openSessions(loaded.sessions, threads),
    loadTokenizer(loaded.tokenizer, loaded.tokenizerConfig),
  ]);
  const model: Model = { sessions, codec, card, features: new FeatureCache(featureCacheBytes) };
  return {
    device: { name: 'cpu', dtype: loaded.dtype, threads, runtime: 'onnxruntime-node' },
    run: (batch, options) => predict(model, batch, options),
    embedTexts: (texts) => encodeTexts(sessions, card, codec, texts),
    embedImages: async (pictures) => {
      const features = await encodeImages(
        sessions,
        card,
        pictures.map(({ rgb }) => rgb),
      );
      return features.map(({ embedding }) => embedding);
    },
    release: () => sessions.release(),
  };
});
