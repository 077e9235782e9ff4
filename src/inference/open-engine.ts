/**
 * The engine that MODEL names: `fake` is the one without weights, `openai:…` a model on another server, anything else a model
 * folder run by onnxruntime.
 * @throws SightlineError `model_missing`, `model_corrupt`, `bad_configuration`
 */
import { type Config, modelFolder } from '#core/config.ts';
import type { SightlineError } from '#core/errors.ts';
import { remoteModel } from '#core/model-name.ts';
import type { Engine } from './engine.ts';

interface OpenedEngine {
  readonly engine: Engine;
  /** Resolves when the engine died on its own. */
  readonly broken?: Promise<SightlineError>;
}

export type EngineConfig = Pick<Config, 'model' | 'dtype' | 'threads' | 'featureCacheBytes' | 'remote'>;

/** Imported as needed: each brings a runtime of its own, that the others do without. */
export async function openEngine(config: EngineConfig): Promise<OpenedEngine> {
  const { model, dtype, threads, featureCacheBytes } = config;
  if (model === 'fake') {
    const { createFakeEngine } = await import('./engine-fake.ts');
    return { engine: createFakeEngine() };
  }
  const remote = remoteModel(model);
  if (remote) {
    const [{ createOpenAIEngine }, { apiKeyFor }] = await Promise.all([
      import('./engine-openai/engine.ts'),
      import('./engine-openai/api-key.ts'),
    ]);
    return { engine: createOpenAIEngine({ remote, apiKey: apiKeyFor(remote), ...config.remote }) };
  }
  const [{ loadModel }, { createOnnxEngine }] = await Promise.all([
    import('./model-folder.ts'),
    import('./engine-onnx.ts'),
  ]);
  const engine = await createOnnxEngine({
    model: await loadModel(modelFolder(model), { dtype }),
    threads,
    featureCacheBytes,
  });
  return { engine, broken: engine.broken };
}
