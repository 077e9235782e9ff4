/** The tiny hub models of test/hub/models, laid into a data folder as a pull would leave them. */

import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHubEngine, type HubEngineOptions } from '#inference/engine-hub/engine-hub.ts';
import { type LoadHubOptions, loadHubModel } from '#inference/hub/load.ts';
import { lockModel } from '#inference/hub/lock.ts';
import { folderOf } from '#inference/hub/store.ts';
import type { ThreadEngine } from '#inference/thread-engine.ts';

export const TINY = fileURLToPath(new URL('../hub/models/', import.meta.url));
export const COMMIT = 'c0ffee'.padEnd(40, '0');

/** Paths below a folder, with slashes. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));

export const factsOf = (path: string): { sha256: string; bytes: number } => ({
  sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
  bytes: statSync(path).size,
});

export function dataFolder(): { readonly dataDir: string; readonly remove: () => void } {
  const dataDir = mkdtempSync(join(tmpdir(), 'sightline-hub-'));
  return { dataDir, remove: () => rmSync(dataDir, { recursive: true, force: true }) };
}

/** Lays `name` into the data folder as `tiny/<name>`, locked. Returns its id. */
export async function layTiny(dataDir: string, name: string, change?: (folder: string) => void): Promise<string> {
  const id = `tiny/${name}`;
  const folder = folderOf(dataDir, id);
  cpSync(join(TINY, name), folder, { recursive: true });
  change?.(folder);
  const files = Object.fromEntries(filesBelow(folder).map((file) => [file, factsOf(join(folder, file))]));
  await lockModel(dataDir, id, { commit: COMMIT, licence: 'apache-2.0', endpoint: 'http://127.0.0.1', files });
  return id;
}

export async function openTiny(
  name: string,
  options: Partial<LoadHubOptions & Omit<HubEngineOptions, 'model'>> = {},
  change?: (folder: string) => void,
): Promise<ThreadEngine> {
  const { dataDir, remove } = dataFolder();
  try {
    const model = await loadHubModel(await layTiny(dataDir, name, change), { dataDir, device: 'cpu', ...options });
    const engine = await createHubEngine({ model, device: 'cpu', threads: 1, ...options });
    return { ...engine, close: () => engine.close().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}
