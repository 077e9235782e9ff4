/**
 * The engine of a model by its name: `fake` is the one without weights, `hub:…` a model pulled from a hub, `openai:…` one on
 * another server, anything else a model folder run by onnxruntime.
 * @throws SightlineError `model_missing`, `model_corrupt`, `bad_configuration`, and what loading a hub model throws
 */
import { readdir, stat } from 'node:fs/promises';
import { type Config, modelFolder } from '#core/config.ts';
import { SightlineError } from '#core/errors.ts';
import { hubModelId } from '#core/hub-name.ts';
import { remoteModel } from '#core/model-name.ts';
import type { Engine } from './engine.ts';

interface OpenedEngine {
  readonly engine: Engine;
  /** Resolves when the engine died on its own. */
  readonly broken?: Promise<SightlineError>;
}

export type EngineConfig = Pick<
  Config,
  'model' | 'dtype' | 'device' | 'imageSide' | 'threads' | 'featureCacheBytes' | 'dataDir' | 'remote'
>;

/** Imported as needed: each brings a runtime of its own, that the others do without. */
export async function openEngine(config: EngineConfig): Promise<OpenedEngine> {
  const { model, dtype, device, imageSide, threads, featureCacheBytes, dataDir } = config;
  if (model === 'fake') {
    const { createFakeEngine } = await import('./engine-fake.ts');
    return { engine: createFakeEngine() };
  }
  const id = hubModelId(model);
  if (id !== undefined) {
    const [{ loadHubModel }, { createHubEngine }] = await Promise.all([
      import('./hub/load.ts'),
      import('./engine-hub/engine-hub.ts'),
    ]);
    const loaded = await loadHubModel(id, { dataDir, dtype, device, imageSide });
    const engine = await createHubEngine({ model: loaded, device, threads, memoryBytes: featureCacheBytes });
    return { engine, broken: engine.broken };
  }
  const remote = remoteModel(model);
  if (remote) {
    const [{ createOpenAIEngine }, { apiKeyFor }] = await Promise.all([
      import('./engine-openai/engine.ts'),
      import('./engine-openai/api-key.ts'),
    ]);
    return { engine: createOpenAIEngine({ remote, apiKey: apiKeyFor(remote), imageSide, ...config.remote }) };
  }
  const [{ loadModel }, { createOnnxEngine }] = await Promise.all([
    import('./model-folder.ts'),
    import('./engine-onnx.ts'),
  ]);
  const engine = await createOnnxEngine({
    model: await loadModel(await existing(model), { dtype }),
    threads,
    featureCacheBytes,
  });
  return { engine, broken: engine.broken };
}

async function existing(model: string): Promise<string> {
  const folder = modelFolder(model);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return folder;
  const detail = `MODEL: there is no model "${model}"; there is ${(await modelNames()).join(', ')}, or give the path of a model folder`;
  throw new SightlineError('bad_configuration', { detail });
}

/** What a person may write as MODEL. */
async function modelNames(): Promise<string[]> {
  const entries = await readdir(modelFolder('.'), { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return [...folders, 'fake', 'hub:<owner>/<name>', 'openai:<base-url>#<model>'];
}
