/**
 * The engine that MODEL names: `fake` is the one without weights, anything else a model folder run by onnxruntime.
 * @throws SightlineError `model_missing`, `model_corrupt`, `bad_configuration`
 */
import { readdir, stat } from 'node:fs/promises';
import { type Config, modelFolder } from '#core/config.ts';
import { SightlineError } from '#core/errors.ts';
import type { Engine } from './engine.ts';
import type { LoadedModel } from './model-folder.ts';

interface OpenedEngine {
  readonly engine: Engine;
  /** Resolves when the engine died on its own. */
  readonly broken?: Promise<SightlineError>;
}

export const openEngine = async (config: Config): Promise<OpenedEngine> => startEngine(await findModel(config), config);

/** The files of the model, checked; undefined for the one that has none. */
export async function findModel({ model, dtype }: Pick<Config, 'model' | 'dtype'>): Promise<LoadedModel | undefined> {
  if (model === 'fake') return undefined;
  const folder = modelFolder(model);
  if (!(await isFolder(folder))) {
    const detail = `MODEL: there is no model "${model}"; there is ${(await modelNames()).join(', ')}, or give the path of a model folder`;
    throw new SightlineError('bad_configuration', { detail });
  }
  const { loadModel } = await import('./model-folder.ts');
  return loadModel(folder, { dtype });
}

export async function startEngine(
  model: LoadedModel | undefined,
  { threads, featureCacheBytes }: Pick<Config, 'threads' | 'featureCacheBytes'>,
): Promise<OpenedEngine> {
  // Imported as needed: the one pulls in a native runtime that the other does without.
  if (!model) {
    const { createFakeEngine } = await import('./engine-fake.ts');
    return { engine: createFakeEngine() };
  }
  const { createOnnxEngine } = await import('./engine-onnx.ts');
  const engine = await createOnnxEngine({ model, threads, featureCacheBytes });
  return { engine, broken: engine.broken };
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
