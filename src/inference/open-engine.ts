/**
 * The engine that MODEL names: `fake` is the one without weights, `openai:…` a model on another server, anything else a model
 * folder run by onnxruntime.
 * @throws SightlineError `model_missing`, `model_corrupt`, `bad_configuration`
 */
import { readdir, stat } from 'node:fs/promises';
import { type Config, modelFolder } from '#core/config.ts';
import { SightlineError } from '#core/errors.ts';
import { type RemoteModel, remoteModel } from '#core/model-name.ts';
import type { Engine } from './engine.ts';
import type { LoadedModel } from './model-folder.ts';

interface OpenedEngine {
  readonly engine: Engine;
  /** Resolves when the engine died on its own. */
  readonly broken?: Promise<SightlineError>;
}

/** What MODEL names, found and checked, not started yet. */
export type FoundModel =
  | { readonly kind: 'fake' }
  | { readonly kind: 'remote'; readonly remote: RemoteModel }
  | { readonly kind: 'folder'; readonly model: LoadedModel };

export type EngineConfig = Pick<Config, 'model' | 'dtype' | 'threads' | 'featureCacheBytes' | 'remote'>;

export const openEngine = async (config: EngineConfig): Promise<OpenedEngine> =>
  startEngine(await findModel(config), config);

export async function findModel({ model, dtype }: Pick<EngineConfig, 'model' | 'dtype'>): Promise<FoundModel> {
  if (model === 'fake') return { kind: 'fake' };
  const remote = remoteModel(model);
  if (remote) return { kind: 'remote', remote };
  const folder = modelFolder(model);
  if (!(await isFolder(folder))) {
    const detail = `MODEL: there is no model "${model}"; there is ${(await modelNames()).join(', ')}, or give the path of a model folder`;
    throw new SightlineError('bad_configuration', { detail });
  }
  const { loadModel } = await import('./model-folder.ts');
  return { kind: 'folder', model: await loadModel(folder, { dtype }) };
}

/** Imported as needed: each brings a runtime of its own, that the others do without. */
export async function startEngine(found: FoundModel, config: EngineConfig): Promise<OpenedEngine> {
  switch (found.kind) {
    case 'fake': {
      const { createFakeEngine } = await import('./engine-fake.ts');
      return { engine: createFakeEngine() };
    }
    case 'remote': {
      const [{ createOpenAIEngine }, { apiKeyFor }] = await Promise.all([
        import('./engine-openai/engine.ts'),
        import('./engine-openai/api-key.ts'),
      ]);
      const { remote } = found;
      return { engine: createOpenAIEngine({ remote, apiKey: apiKeyFor(remote), ...config.remote }) };
    }
    case 'folder': {
      const { createOnnxEngine } = await import('./engine-onnx.ts');
      const { threads, featureCacheBytes } = config;
      const engine = await createOnnxEngine({ model: found.model, threads, featureCacheBytes });
      return { engine, broken: engine.broken };
    }
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** What a person may write as MODEL. */
async function modelNames(): Promise<string[]> {
  const entries = await readdir(modelFolder('.'), { withFileTypes: true }).catch(() => []);
  return [...entries.filter((entry) => entry.isDirectory()).map(({ name }) => name), 'fake'];
}
