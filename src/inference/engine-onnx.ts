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

const FEATURE_CACHE_BYTES = 64 * 1024 * 1024;

export type OnnxEngine = ThreadEngine & { readonly card: ModelCard };

/** @throws SightlineError `model_missing`, `model_corrupt` */
export async function createOnnxEngine({
  model,
  threads,
  featureCacheBytes = FEATURE_CACHE_BYTES,
}: OnnxEngineOptions): Promise<OnnxEngine> {
  const workerData: OnnxThreadData = { model, threads, featureCacheBytes };
  return openThreadEngine({ card: model.card, script: new URL('./engine-thread.ts', import.meta.url), workerData });
}
