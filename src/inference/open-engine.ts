/**
 * The engine that MODEL names: `fake` is the one without weights, anything else a model folder run by onnxruntime.
 * @throws SightlineError `model_missing`, `model_corrupt`, `bad_configuration`
 */
import { type Config, modelFolder } from '#core/config.ts';
import type { SightlineError } from '#core/errors.ts';
import type { Engine } from '#inference/engine.ts';

interface OpenedEngine {
  readonly engine: Engine;
  /** Resolves when the engine died on its own. */
  readonly broken?: Promise<SightlineError>;
}

export async function openEngine({ model, dtype, threads, featureCacheBytes }: Config): Promise<OpenedEngine> {
  // Imported as needed: the one pulls in a native runtime that the other does without.
  if (model === 'fake') {
    const { createFakeEngine } = await import('#inference/engine-fake.ts');
    return { engine: createFakeEngine() };
  }
  const [{ loadModel }, { createOnnxEngine }] = await Promise.all([
    import('#inference/model-folder.ts'),
    import('#inference/engine-onnx.ts'),
  ]);
  const engine = await createOnnxEngine({
    model: await loadModel(modelFolder(model), { dtype }),
    threads,
    featureCacheBytes,
  });
  return { engine, broken: engine.broken };
}
