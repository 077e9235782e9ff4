/**
 * A pulled model, ready for the engine: held to the lock, its family and weights chosen, its card made. Reaches no network.
 * @throws SightlineError `hub_model_missing`, `hub_file_changed`, `hub_model_unsupported`, `model_too_large`, `bad_configuration`
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SightlineError } from '#core/errors.ts';
import type { EngineCard } from '#core/model-card.ts';
import { stopWordsOf } from './catalog.ts';
import { chooseDtypes, type Dtype, graphFile } from './dtypes.ts';
import { architectureOf, type HubFamily } from './families.ts';
import { hubCard } from './hub-card.ts';
import { lockedModel, verifyLocked } from './lock.ts';
import { checkMemory } from './memory.ts';
import { folderOf, modelsFolder } from './store.ts';

export interface LoadedHubModel {
  /** Holds a folder per model. */
  readonly folder: string;
  readonly id: string;
  readonly card: EngineCard;
  readonly family: HubFamily;
  readonly dtypes: Readonly<Record<string, Dtype>>;
  readonly imageSide: number | undefined;
  readonly stopWords: readonly string[];
}

export interface LoadHubOptions {
  readonly dataDir: string;
  readonly dtype?: string | undefined;
  readonly device: string;
  readonly imageSide?: number | undefined;
  readonly stopWords?: readonly string[];
  readonly availableMemory?: number;
}

export const HubConfig = z.object({ model_type: z.string() }).loose();

export async function loadHubModel(id: string, options: LoadHubOptions): Promise<LoadedHubModel> {
  const { dataDir, dtype, device, imageSide, stopWords = stopWordsOf(id), availableMemory } = options;
  const { commit, licence, files } = await lockedModel(dataDir, id);
  const names = Object.keys(files);
  // Configs before they are read, weights once they are chosen.
  await verifyLocked(
    dataDir,
    id,
    names.filter((name) => !name.startsWith('onnx/')),
  );
  const config = HubConfig.parse(await readJson(dataDir, id, 'config.json'));
  const { family, graphs } = architectureOf(id, config.model_type);
  const dtypes = chooseDtypes({ id, graphs, files: new Set(names), wanted: dtype, device });
  const weights = names.filter((name) =>
    // With its external data, `<graph>.onnx_data`.
    Object.entries(dtypes).some(([graph, own]) => name.startsWith(graphFile(graph, own))),
  );
  const weightBytes = weights.reduce((sum, name) => sum + (files[name]?.bytes ?? 0), 0);
  checkMemory(id, weightBytes, availableMemory);
  await verifyLocked(dataDir, id, weights);
  const preprocessor = await readJson(dataDir, id, 'preprocessor_config.json');
  const card = hubCard({ id, commit, license: licence, family, config, preprocessor, imageSide });
  return { folder: modelsFolder(dataDir), id, card, family, dtypes, imageSide, stopWords };
}

async function readJson(dataDir: string, id: string, name: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folderOf(dataDir, id), name), 'utf8'));
  } catch (cause) {
    throw new SightlineError('hub_model_unsupported', { detail: `${id} has no readable ${name}`, cause });
  }
}
