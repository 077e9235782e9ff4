/**
 * The engine on onnxruntime, for models of our own training: its thread owns the sessions (src/inference/engine-thread.ts).
 */
import type { ModelCard } from '#core/model-card.ts';
import type { LoadedModel } from './model-folder.ts';
import { openThreadEngine, type ThreadEngine } from './thread-engine.ts';

export interface OnnxEngineOptions {
  readonly model: LoadedModel;
  /** Threads of one session; more workers beat more threads (DESIGN §3.5). */
  readonly threads: number;
  /** What pictures said lately is kept up to here. */
  readonly featureCacheBytes?: number;
}

export interface OnnxThreadData {
  readonly model: LoadedModel;
  readonly threads: number;
  readonly featureCacheBytes: number;
}

/** Some 120 pictures of the bundled model. */
const FEATURE_CACHE_BYTES = 16 * 1024 * 1024;

/** What V8 sets aside for young objects of the thread: its large ones are the runtime's, and the default is four times this. */
const YOUNG_MB = 12;

export type OnnxEngine = ThreadEngine & { readonly card: ModelCard };

/** @throws SightlineError `model_missing`, `model_corrupt` */
export async function createOnnxEngine({
  model,
  threads,
  featureCacheBytes = FEATURE_CACHE_BYTES,
}: OnnxEngineOptions): Promise<OnnxEngine> {
  const workerData: OnnxThreadData = { model, threads, featureCacheBytes };
  return openThreadEngine({
    card: model.card,
    script: new URL('./engine-thread.ts', import.meta.url),
    workerData,
    youngMb: YOUNG_MB,
  });
}
